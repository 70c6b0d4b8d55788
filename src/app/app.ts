import type { Config } from '../settings/config.ts';
import { parseConfig } from '../settings/parse-config.ts';
import { visibleSettings } from '../settings/visible-settings.ts';
import type { SettingProblem } from '../core/facts/events.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import type { AppFacts } from '../core/status/status-facts.ts';
import { callsOf } from '../core/status/metrics.ts';
import { waitsBeyond } from '../core/status/next-sweep.ts';
import type { BackupDependencies } from '../backups/context.ts';
import type { Clock, EventSink } from '../replicator/ports/surroundings.ts';
import type { Dependencies } from '../replicator/context.ts';
import { mask, maskedError, type Mask } from '../masking.ts';
import { createEventSink } from '../telemetry.ts';
import type { Invocation } from './invocation.ts';
import type { Parts } from './parts.ts';
import { clock, makeParts } from './parts.ts';
import { VERSION } from './version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What one invocation works with; its events go to that invocation's log. */
export interface OpenApp {
  readonly config: Config;
  /** Which installation this is. */
  readonly about: AppFacts;
  /** What the settings say that are set and no secrets, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly deps: Omit<Dependencies, 'policy'>;
  readonly backups: BackupDependencies;
  readonly parts: Omit<Parts, 'deps'>;
}

/** What changes either resource has to know which installation it is. @throws where storage does not answer */
export async function identified({ deps, parts }: OpenApp): Promise<Dependencies> {
  return { ...deps, policy: await parts.policy() };
}

/** What remains of the app where the settings are bad: their problems. */
export interface BadSettings {
  readonly clock: Clock;
  readonly problems: readonly SettingProblem[];
}

/** The app of this process, made from its environment when it is first asked for. */
export function app(): App {
  instance ??= new App(process.env);
  return instance;
}

let instance: App | null = null;

/** The parts of this process, for one invocation after another. Bad settings never keep it from being made. */
export class App {
  readonly #config: Config | null;
  readonly #problems: readonly SettingProblem[];
  readonly #parts: Parts | null;
  readonly #mask: Mask;
  readonly #siteName: string | null;
  readonly #settings: Readonly<Record<string, string>>;
  #hasLoggedProblems = false;
  #hasLoggedWait = false;

  constructor(env: Environment) {
    const { config, problems } = parseConfig(env);
    this.#config = config;
    this.#siteName = env['WEBSITE_SITE_NAME'] ?? null;
    this.#settings = visibleSettings(env);
    this.#problems = problems;
    this.#parts = config === null ? null : makeParts(config);
    this.#mask = this.#parts?.mask ?? mask;
  }

  /** For work that needs the settings. Where they are bad it logs their problems each time and throws a failure. */
  open(invocation: Invocation): OpenApp {
    const opened = this.#opened(invocation);
    if (opened !== null) return opened;
    this.#logProblems(invocation);
    const list = this.#problems.map(({ setting, message }) => `${setting}: ${message}`).join(' ');
    throw new ReplicationFailure(`The app settings are not usable. ${list}`, {
      class: 'bug',
      code: 'SETTINGS_INVALID',
      hint: 'Correct the settings that are listed and restart the app.',
    });
  }

  /** For requests that have an answer even where the settings are bad, whose problems are then logged only once. */
  look(invocation: Invocation): OpenApp | BadSettings {
    const opened = this.#opened(invocation);
    if (opened !== null) return opened;
    if (!this.#hasLoggedProblems) this.#logProblems(invocation);
    return { clock, problems: this.#problems };
  }

  /** Logs why a request could not be answered, in the same words as the answer. */
  logFailure({ code, message, hint }: ReplicationFailure, invocation: Invocation): void {
    this.#events(invocation).emit({ event: 'request.failed', code, message, hint });
  }

  /** Logs the calls of this process since it last did. On Azure each function may run in a process of its own. */
  logCalls(invocation: Invocation): void {
    const events = this.#events(invocation);
    for (const event of callsOf(this.#parts?.takeCalls() ?? [])) events.emit(event);
  }

  /** A function begins to run: leaves a sign of it. Never throws. */
  async ran(functionName: string, invocation: Invocation): Promise<void> {
    await this.#parts?.signs.ran(functionName, this.#events(invocation));
  }

  /** The error of a trigger with message, stack and causes masked, since the host logs it. */
  thrown(error: unknown): Error {
    return maskedError(error, this.#mask);
  }

  #opened(invocation: Invocation): OpenApp | null {
    if (this.#config === null || this.#parts === null) return null;
    const events = this.#events(invocation);
    this.#logLongWait(this.#config, events);
    const { deps, ...parts } = this.#parts;
    return {
      config: this.#config,
      about: aboutOf(this.#config, this.#siteName),
      settings: this.#settings,
      deps: { ...deps, events },
      backups: { ...parts.backups.deps, events },
      parts,
    };
  }

  #events(invocation: Invocation): EventSink {
    return createEventSink({ ...invocation, clock, mask: this.#mask });
  }

  /** At start, that is with the first invocation: a process has no log of its own. */
  #logLongWait({ schedule, recoveryPointObjectiveInSeconds }: Config, events: EventSink): void {
    const { expression, longestWaitInSeconds } = schedule;
    if (this.#hasLoggedWait || !waitsBeyond(longestWaitInSeconds, recoveryPointObjectiveInSeconds)) return;
    this.#hasLoggedWait = true;
    events.emit({
      event: 'schedule.sparse',
      schedule: expression,
      longestWaitSeconds: longestWaitInSeconds,
      recoveryPointObjectiveSeconds: recoveryPointObjectiveInSeconds,
    });
  }

  #logProblems(invocation: Invocation): void {
    this.#hasLoggedProblems = true;
    this.#events(invocation).emit({ event: 'settings.invalid', problems: this.#problems });
  }
}

/** By its own setting, else as the function app is called in Azure. */
function aboutOf({ appTitle, primary, secondary, dryRun }: Config, siteName: string | null): AppFacts {
  const title = appTitle ?? siteName ?? 'custom-vision-replicator';
  const mode = dryRun ? 'dry-run' : 'normal';
  return { title, version: VERSION, primary: primary.host, secondary: secondary.host, mode };
}
