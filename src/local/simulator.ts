#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { HIGHEST_PORT, MISUSE, readFlags, wholeNumber } from './flags.ts';
import { FAULT_KINDS, parseFault } from './simulator/fault-text.ts';
import type { FaultOrder, SimulatorOptions } from './simulator/index.ts';
import { ManualClock, startSimulator, UNKNOWNS } from './simulator/index.ts';
import { readUnknowns } from './simulator/unknowns.ts';

interface Flags {
  readonly port: number;
  readonly key: string;
  readonly predictionKey?: string;
  readonly name: string;
  readonly projectsLimit?: number;
  readonly callsPerSecond?: number;
  readonly importSeconds?: number;
  readonly trainingSeconds?: number;
  readonly exportModelSeconds?: number;
  readonly tokenSeconds?: number;
  readonly unknown?: Readonly<Record<string, string>>;
  readonly fault?: readonly FaultOrder[];
  readonly predictionResource?: readonly string[];
  readonly storage?: string;
  readonly seed?: string;
  readonly manualClock?: true;
}

const command = new Command('npm run simulator --')
  .description('Runs one simulated Custom Vision resource, training and prediction, on this machine.')
  .option('--port <number>', 'where to listen; 0 takes any free port', wholeNumber(0, HIGHEST_PORT), 0)
  .option('--key <text>', 'what Training-Key must be', 'simulator-key')
  .option('--prediction-key <text>', 'what Prediction-Key must be (the same)')
  .option('--name <text>', 'what the resource is called', 'simulator')
  .option('--projects-limit <number>', 'projects that it may hold (100)', wholeNumber())
  .option('--calls-per-second <number>', 'beyond that it answers 429; 0 lifts the limit (10)', wholeNumber())
  .option('--import-seconds <seconds>', 'how long an import takes (5)', seconds)
  .option('--training-seconds <seconds>', 'how long a training takes (10)', seconds)
  .option('--export-model-seconds <seconds>', 'how long a model export takes (5)', seconds)
  .option('--token-seconds <seconds>', 'how long an export token lives (86400)', seconds)
  .option('--unknown <name=value>', 'sets what is not known of the real service; may be repeated', unknown)
  .option('--fault <text>', 'OPERATION:KIND[=VALUE][:TIMES]; may be repeated', fault)
  .option('--prediction-resource <id>', 'ARM id that may be published to (any); may be repeated', list)
  .option('--seed <text>', 'makes ids repeatable')
  .option('--manual-clock', 'time stands still until POST /simulator/clock moves it')
  .addOption(
    new Option('--storage <connection string>', 'account that storage URIs are written with').env('SIMULATOR_STORAGE'),
  )
  .addHelpText('after', () => `\n${describeUnknowns()}\n\nKinds of faults:\n  ${FAULT_KINDS.join('\n  ')}\n`);

await main();

async function main(): Promise<void> {
  try {
    if (readFlags(command)) await run(command.opts<Flags>());
    else if (process.connected) process.disconnect();
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof RangeError ? MISUSE : 1;
  }
}

async function run(flags: Flags): Promise<void> {
  const simulator = await startSimulator(optionsOf(flags));
  try {
    for (const order of flags.fault ?? []) simulator.faults.order(order);
  } catch (error) {
    await simulator.close();
    throw error;
  }
  const stop = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    process.off('disconnect', stop);
    simulator.close().then(
      () => {
        if (process.connected) process.disconnect();
      },
      (error: unknown) => {
        process.stderr.write(`error: the simulator did not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // The channel is there when another process runs this one; when it closes, that process is gone.
  if (process.connected) process.on('disconnect', stop);
  process.stdout.write(`listening on ${simulator.url}\n`);
}

function optionsOf(flags: Flags): SimulatorOptions {
  const { projectsLimit, callsPerSecond: calls, importSeconds, trainingSeconds, exportModelSeconds } = flags;
  const { tokenSeconds, predictionKey, predictionResource, storage, seed, manualClock } = flags;
  return {
    port: flags.port,
    key: flags.key,
    name: flags.name,
    unknowns: readUnknowns(flags.unknown ?? {}),
    limits: {
      ...(projectsLimit !== undefined && { projects: projectsLimit }),
      ...(calls !== undefined && { callsPerSecond: calls === 0 ? Infinity : calls }),
    },
    delays: {
      ...(importSeconds !== undefined && { importInSeconds: importSeconds }),
      ...(trainingSeconds !== undefined && { trainingInSeconds: trainingSeconds }),
      ...(exportModelSeconds !== undefined && { exportModelInSeconds: exportModelSeconds }),
      ...(tokenSeconds !== undefined && { tokenInSeconds: tokenSeconds }),
    },
    ...(predictionKey !== undefined && { predictionKey }),
    ...(predictionResource !== undefined && { predictionResources: predictionResource }),
    ...(storage !== undefined && { storageConnectionString: storage }),
    ...(seed !== undefined && { seed }),
    ...(manualClock === true && { clock: new ManualClock(Date.now()) }),
    onProblem: (problem) => process.stderr.write(`problem: ${problem}\n`),
  };
}

function seconds(text: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('Expected a number of seconds.');
  return Number(text);
}

function unknown(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [name = '', ...value] = text.split('=');
  const given = { [name]: value.join('=') };
  explain(() => readUnknowns(given));
  return { ...before, ...given };
}

function fault(text: string, before: readonly FaultOrder[] = []): FaultOrder[] {
  return [...before, explain(() => parseFault(text))];
}

function list(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** Commander prints an InvalidArgumentError together with the option that it came from. */
function explain<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error;
  }
}

function describeUnknowns(): string {
  const rows = Object.entries(UNKNOWNS).map(([name, { values }]) => `  ${name}=${values.join('|')}`);
  return `Unknowns (the first value is the default):\n${rows.join('\n')}`;
}
