#!/usr/bin/env node
import { Command } from 'commander';
import { HIGHEST_PORT, readFlags, wholeNumber } from './flags.ts';
import { runDemo, type DemoOptions } from './start/demo.ts';

/** The whole system on this machine, to be watched: `npm start`. */

/** Somebody wants it to end. */
class Stopped extends Error {}

/** More calls in a second than this makes of them can't be allowed to the app. */
const HIGHEST_SPEED = 12;

const command = new Command('npm start --')
  .description(
    'Runs the whole system on this machine: Azurite, two simulated Custom Vision resources, and the app that copies ' +
      'the projects of the one to the other. Nothing real is touched, and nothing is left behind.',
  )
  .option('--once', 'end as soon as every project is protected, with the result as a table')
  .option(
    '--port <number>',
    "the app's; the two after it are the simulators'; 0: any",
    wholeNumber(0, HIGHEST_PORT - 2),
    7071,
  )
  .option('--within <seconds>', 'how long it may take until every project is protected', wholeNumber(), 180)
  .option(
    '--speed <factor>',
    `how much faster the simulated resources are, 1 to ${HIGHEST_SPEED}`,
    wholeNumber(1, HIGHEST_SPEED),
    1,
  )
  .option('--verbose', "print the app's own log too")
  .option('--app <file>', "the app's built entry file", 'dist/main.cjs');

// All of it is on this machine: a proxy that the surroundings ask for is not to be asked.
process.env['NO_PROXY'] = process.env['no_proxy'] = '127.0.0.1';
if (readFlags(command)) process.exitCode = await run(command.opts<DemoOptions>());
if (process.connected) process.disconnect();

/** Resolves to the exit code once everything is stopped. */
async function run(options: DemoOptions): Promise<number> {
  const ending = new AbortController();
  const stop = (): void => ending.abort(new Stopped());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // Whoever started this process with a channel wants it to end with them, however they end.
  if (process.connected) process.on('disconnect', stop);
  // Whoever reads this has had enough: `npm start | head`.
  process.stdout.on('error', stop);
  try {
    return (await runDemo(options, ending, (text) => process.stdout.write(`${text}\n`))) ? 0 : 1;
  } catch (thrown) {
    const error: unknown = ending.signal.aborted ? ending.signal.reason : thrown;
    if (error instanceof Stopped) return options.once ? 1 : 0;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
