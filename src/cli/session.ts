import { App, type BadSettings, type OpenApp } from '../app/app.ts';
import type { Printer } from './terminal.ts';
import { NoSettings, settingsFrom, type Environment, type SettingsOptions } from './settings-source.ts';

const WHERE =
  'They are read from the environment and local.settings.json; or give --settings FILE, or --app NAME --resource-group GROUP.';

/** The flags that every command takes. */
export interface GlobalOptions extends SettingsOptions {
  readonly json?: true;
  readonly verbose?: true;
  /** False with --no-color. */
  readonly color: boolean;
}

/** One run of the command line: the same app as the functions are, for settings from where the flags say. */
export class Session {
  readonly printer: Printer;
  readonly env: Environment;
  readonly #app: App;
  readonly #isVerbose: boolean;

  private constructor(printer: Printer, env: Environment, isVerbose: boolean) {
    this.printer = printer;
    this.env = env;
    this.#app = new App(env);
    this.#isVerbose = isVerbose;
  }

  /** @throws NoSettings */
  static async begin(printer: Printer, options: GlobalOptions, environment: Environment): Promise<Session> {
    return new Session(printer, await settingsFrom(options, environment), options.verbose === true);
  }

  /** For what needs the settings. @throws NoSettings with each problem on a line of its own */
  open(): OpenApp {
    const opened = this.look();
    if (!('problems' in opened)) return opened;
    const lines = opened.problems.map(
      ({ setting, message, expected }) => `  ${setting} ${message} Expected: ${expected}.`,
    );
    throw new NoSettings(['The settings of the app are not usable:', ...lines, WHERE].join('\n'));
  }

  look(): OpenApp | BadSettings {
    return this.#app.look(this.#invocation());
  }

  /** The events of a command are of interest to whoever asks for them: what went wrong is in its answer. */
  #invocation() {
    const write = (_: string, line: string) => {
      if (this.#isVerbose) this.printer.note(line);
    };
    return { operationId: 'cvr', write };
  }
}
