#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { runDemo } from './start/demo.ts';
import { narrate } from './start/narrator.ts';

/** The whole system on this machine, to be watched: `npm start`. */

interface Flags {
  readonly once?: boolean;
  readonly port: number;
  readonly seed: number;
  readonly speed: number;
  readonly within: number;
  readonly verbose?: boolean;
  readonly app: string;
}

/** Somebody wants it to end. */
class Stopped extends Error {}

const MISUSE = 2;
const HIGHEST_PORT = 65_535;
/** More calls in a second than this makes of them can't be allowed to the app. */
const HIGHEST_SPEED = 12;

const command = new Command('npm start --')
  .description(
    'Runs the whole system on this machine: Azurite, two simulated Custom Vision resources, and the app that copies ' +
      'the projects of the one to the other. Nothing real is touched, and nothing is left behind.',
  )
  .option('--once', 'end as soon as every project is protected, with the result as a table')
  .option('--port <number>', 'where the app answers, on 127.0.0.1; 0 takes any free port', port, 7071)
  .option('--seed <number>', 'another number makes for other changes to the primary', wholeNumber, 1)
  .option('--within <seconds>', 'how long it may take until every project is protected', wholeNumber, 180)
  .option('--speed <factor>', `how much faster the simulated resources are, 1 to ${HIGHEST_SPEED}`, speed, 1)
  .option('--verbose', "print the app's own log too")
  .option('--app <file>', "the app's built entry file", 'dist/main.cjs')
  .allowExcessArguments(false)
  .showHelpAfterError('(npm start -- --help lists the options)')
  .exitOverride();

await main();

async function main(): Promise<void> {
  try {
    command.parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed its message already.
    process.exitCode = error.exitCode === 0 ? 0 : MISUSE;
    return;
  }
  // All of it is on this machine: a proxy that the surroundings ask for is not to be asked.
  process.env['NO_PROXY'] = process.env['no_proxy'] = '127.0.0.1';
  process.exitCode = await run(command.opts<Flags>());
  if (process.connected) process.disconnect();
}

/** Resolves to the exit code once everything is stopped. */
async function run({
  once = false,
  within: limitInSeconds,
  verbose = false,
  app: appPath,
  ...rest
}: Flags): Promise<number> {
  const ending = new AbortController();
  const stop = (): void => ending.abort(new Stopped());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // Whoever started this process with a channel wants it to end with them, however they end.
  if (process.connected) process.on('disconnect', stop);
  // Whoever reads this has had enough: `npm start | head`.
  process.stdout.on('error', stop);
  const narrator = narrate(
    (text) => process.stdout.write(text),
    () => performance.now(),
  );
  try {
    const isDone = await runDemo({ ...rest, once, limitInSeconds, verbose, appPath }, ending, narrator);
    return isDone ? 0 : 1;
  } catch (thrown) {
    const error: unknown = ending.signal.aborted ? ending.signal.reason : thrown;
    if (error instanceof Stopped) return once ? 1 : 0;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

function port(text: string): number {
  const number = wholeNumber(text);
  if (number > HIGHEST_PORT) throw new InvalidArgumentError(`Expected a port from 0 to ${HIGHEST_PORT}.`);
  return number;
}

function speed(text: string): number {
  const number = wholeNumber(text);
  if (number < 1 || number > HIGHEST_SPEED) throw new InvalidArgumentError(`Expected 1 to ${HIGHEST_SPEED}.`);
  return number;
}
