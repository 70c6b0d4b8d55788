import { Command } from 'commander';
import { resolve } from 'node:path';
import { HIGHEST_PORT, readFlags, wholeNumber } from './flags.ts';
import { startHost, type Host } from './host/host.ts';
import { errorMessage, writeLog } from './host/host-log.ts';
import { readLocalSettings } from './host/settings.ts';

/** The function host alone: runs the built app for the settings of the environment and local.settings.json. */

interface Flags {
  readonly port: number;
  readonly app: string;
  readonly hostJson: string;
  readonly messageLock: number;
  readonly grace: number;
  readonly group?: string;
  readonly steerableClock?: true;
  readonly verbose?: true;
}

/** For what comes after the grace: the app's own hooks, and the last lines. */
const STOP_IN_MS = 500;

const command = new Command('npm run host --')
  .description(
    'Runs the built function app as Azure would, for the settings of the environment and of local.settings.json.',
  )
  .option(
    '--port <number>',
    'where HTTP is served, on 127.0.0.1; 0 for any free port',
    wholeNumber(0, HIGHEST_PORT),
    7071,
  )
  .option('--app <file>', "the app's built entry file", 'dist/main.cjs')
  .option('--host-json <file>', "the app's host.json", 'host.json')
  .option(
    '--message-lock <seconds>',
    'how long a queue message is hidden after its host was killed',
    wholeNumber(),
    600,
  )
  .option('--grace <seconds>', 'how long what runs may take to end after SIGTERM; about 10 in Azure', wholeNumber(0), 4)
  .option('--group <name>', 'http, or a function: let only its triggers listen, as on the instances of that group')
  .option('--steerable-clock', 'let POST /admin/clock {"advanceSeconds": n} move the time that the app sees')
  .option('--verbose', 'say when each invocation begins and ends');

try {
  if (readFlags(command)) await run(command.opts<Flags>());
  else if (process.connected) process.disconnect();
} catch (error) {
  fail(error);
}

async function run(flags: Flags): Promise<void> {
  let host: Host | null = null;
  const stop = () => {
    setTimeout(() => process.exit(0), flags.grace * 1000 + STOP_IN_MS);
    Promise.resolve(host?.stop()).then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Whoever started this process with a channel wants it to end with them, however they end.
  if (process.connected) process.on('disconnect', stop);
  Object.assign(process.env, readLocalSettings(resolve('local.settings.json'), process.env));
  host = await startHost({
    appPath: flags.app,
    hostJsonPath: flags.hostJson,
    port: flags.port,
    env: process.env,
    log: writeLog(process.stdout, process.stderr, { verbose: flags.verbose === true }),
    messageLockInSeconds: flags.messageLock,
    graceInSeconds: flags.grace,
    steerableClock: flags.steerableClock === true,
    group: flags.group ?? null,
    onGivenUp: (message) => fail(new Error(message)),
  });
  process.stdout.write(`listening on ${host.url}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`host: error: ${errorMessage(error)}\n`);
  process.exit(1);
}
