import { Argument, Command, CommanderError, Option } from 'commander';
import { listBackups, getBackup, verifyBackups, type BackupOptions } from './commands/backups.ts';
import { printCompletion, SHELLS, type Shell } from './commands/completion.ts';
import { tellHistory, type HistoryOptions } from './commands/history.ts';
import { showRouting } from './commands/routing.ts';
import { showStatus } from './commands/status.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { exitCodeOf, explain } from './explain.ts';
import { Session, type GlobalOptions } from './session.ts';
import type { Environment } from './settings-source.ts';
import { Printer, type Terminal } from './terminal.ts';

const EXIT_CODES = `
Exit codes: 0 well or done, 1 warning, 2 critical or failed, 3 could not tell, 64 wrong usage.
Projects are named by their name, the beginning of it, or their id on the primary.
Settings: the environment and local.settings.json, or --settings FILE, or --app NAME --resource-group GROUP.`;

/**
 * Runs one command.
 *
 * @param argv what follows the program's name
 */
export async function run(argv: readonly string[], terminal: Terminal, environment: Environment): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = programOf(terminal, environment, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    for (const line of explain(error)) terminal.err(`${line}\n`);
    return exitCodeOf(error);
  }
}

function programOf(terminal: Terminal, environment: Environment, end: (code: ExitCode) => void): Command {
  const program = new Command('cvr')
    .description(
      'Looks after copies of Custom Vision projects in another region, whether or not the function app runs.',
    )
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('(cvr --help lists the commands)');

  const beginning = async (command: Command): Promise<Session> => {
    const options = command.optsWithGlobals<GlobalOptions>();
    return Session.begin(printerOf(terminal, options), options, environment);
  };
  const doing: Doing =
    (work) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      end(await work(await beginning(command), command));
    };

  common(program.command('status').summary('how things stand, worst first')).action(
    doing((session) => showStatus(session)),
  );

  common(program.command('history [name]').summary('what was copied, verified and decided, by whom'))
    .addOption(new Option('--since <time>', 'only what happened from this date or time on, of ISO 8601'))
    .addOption(new Option('--csv', 'as CSV, for a spreadsheet').conflicts('json'))
    .action(doing((session, command) => tellHistory(session, command.args[0], command.opts<HistoryOptions>())));

  common(program.command('routing').summary('where clients are sent: the manifest')).action(
    doing((session) => showRouting(session)),
  );

  addBackups(program, doing);

  program
    .command('completion')
    .summary('a script that completes commands in your shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => end(printCompletion(printerOf(terminal, { color: false }), program, shell)));
  return program;
}

/** The action of a command that works with the app; its arguments and own flags are the command's. */
type Doing = (
  work: (session: Session, command: Command) => Promise<ExitCode>,
) => (...given: unknown[]) => Promise<void>;

function addBackups(program: Command, doing: Doing): void {
  const backups = program.command('backups').summary('the model backups: list them, fetch one, check them');
  const chosen = (command: Command) =>
    common(command)
      .option('--latest', 'of the iteration that was trained last')
      .option('--platform <name>', 'e.g. ONNX, or TensorFlow:TensorFlowLite')
      .option('--iteration <name>', 'of this iteration, by name or id');
  chosen(backups.command('ls [name]').summary('lists backups, of one project or of all')).action(
    doing((session, command) => listBackups(session, command.args[0], command.opts<BackupOptions>())),
  );
  chosen(backups.command('get <name>').summary('fetches one backup and compares its hash'))
    .option('-o, --output <file>', 'what to write it to')
    .action(doing((session, command) => getBackup(session, command.args[0] ?? '', command.opts<BackupOptions>())));
  chosen(backups.command('verify [name]').summary('reads backups and compares their hashes; changes nothing')).action(
    doing((session, command) => verifyBackups(session, command.args[0], command.opts<BackupOptions>())),
  );
}

/** The flags that each command takes. */
function common(command: Command): Command {
  return command
    .option('--json', 'one JSON document on standard output, and nothing else there')
    .option('--no-color', 'no colours; the variable NO_COLOR does the same')
    .option('--verbose', 'the events of the app, on standard error')
    .option('--settings <file>', 'settings from this file, in the form of local.settings.json')
    .option('--app <name>', 'settings of this function app, asked for by your az')
    .option('-g, --resource-group <name>', 'the resource group of --app');
}

function printerOf(terminal: Terminal, { json, color }: GlobalOptions): Printer {
  return new Printer({ ...terminal, hasColours: terminal.hasColours && color }, json === true);
}
