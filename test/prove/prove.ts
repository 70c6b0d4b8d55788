import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { drawScript } from './draw-script.ts';
import { runScript } from './run-script.ts';
import type { Mutant } from './mutants/mutants.ts';
import { runMutants } from './mutants/run-mutants.ts';
import { readScript, type Script } from './script.ts';
import type { SeedResult } from './seed-worker.ts';
import { shrink } from './shrink.ts';

/** Lines of what was told before a breach that are shown. */
const SHOWN = 25;
const PROGRESS_EVERY = 20;

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly days: number;
  readonly workers: number;
  readonly seed?: number;
  readonly script?: string;
  readonly shrink: boolean;
  readonly out?: string;
  readonly mutants: boolean;
  readonly only?: string;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

const program = new Command('prove')
  .description(
    'Runs the replicator in worlds drawn from seeds, on a clock that jumps, and checks every effect by what is really so.',
  )
  .option('--seeds <count>', 'how many worlds', wholeNumber, 300)
  .option('--from <seed>', 'the first seed', wholeNumber, 1)
  .option('--days <count>', 'how many simulated days each', wholeNumber, 30)
  .option('--workers <count>', 'how many at once', wholeNumber, availableParallelism())
  .option('--seed <seed>', 'one world, whose breach is told at length and shrunk to a short script', wholeNumber)
  .option('--script <file>', 'replays a script that was written by --out')
  .option('--no-shrink', 'leaves a script as long as it is')
  .option('--out <file>', 'where the script of a breach is written')
  .option(
    '--mutants',
    'breaks the product on purpose in a copy of the tree, each way in turn, and shows which suite notices',
    false,
  )
  .option('--only <text>', 'with --mutants: those whose words or file hold this text')
  .parse();

const options = program.opts<Options>();
const isProven = options.mutants
  ? await breakOnPurpose()
  : options.script !== undefined
    ? await replay(readScript(options.script))
    : options.seed !== undefined
      ? await replay(drawScript(options.seed, options.days))
      : await runSeeds();
process.exit(isProven ? 0 : 1);

/** Each deliberate break, and what noticed it. */
async function breakOnPurpose(): Promise<boolean> {
  const { only = '', workers } = options;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const isChosen = ({ does, file }: Mutant): boolean => `${file} ${does}`.includes(only);
  const fates = await runMutants(root, workers, isChosen, ({ mutant, killedBy, inMs }) => {
    const seconds = Math.round(inMs / 1_000);
    process.stdout.write(`${killedBy ?? 'SURVIVES'} | ${mutant.file}: ${mutant.does} (${seconds} s)\n`);
  });
  const survivors = fates.filter(({ killedBy }) => killedBy === null).length;
  process.stdout.write(`${fates.length} mutants, ${survivors} survive\n`);
  return fates.length > 0 && survivors === 0;
}

/** One world, told at length. */
async function replay(script: Script): Promise<boolean> {
  const result = await runScript(script);
  const { effects, calls, imports } = result;
  process.stdout.write(`seed ${script.seed}: ${effects} effects, ${calls} calls, ${imports} imports\n`);
  if (result.breach === null) {
    process.stdout.write('no invariant was broken\n');
    return true;
  }
  const short = options.shrink ? await shrink(script, result, { runs: 400, inMs: 240_000 }) : script;
  const last = await runScript(short);
  process.stdout.write(`${last.told.slice(-SHOWN).join('\n')}\n${last.breach?.stack ?? ''}\n`);
  const text = `${JSON.stringify(short, null, 2)}\n`;
  if (options.out === undefined) process.stdout.write(text);
  else writeFileSync(options.out, text);
  process.stdout.write(`${short.events.length} of ${script.events.length} happenings are left\n`);
  return false;
}

async function runSeeds(): Promise<boolean> {
  const { seeds, from, days, workers } = options;
  const began = performance.now();
  const results: SeedResult[] = [];
  let next = from;
  await Promise.all(
    Array.from({ length: Math.min(workers, seeds) }, async () => {
      const worker = startWorker(days);
      while (next < from + seeds) {
        const result = await answerOf(worker, next++);
        results.push(result);
        if (result.breach !== null) process.stdout.write(`seed ${result.seed}: ${result.breach.slice(0, 500)}\n`);
        if (results.length % PROGRESS_EVERY === 0) process.stdout.write(`${progress(results, began)}\n`);
      }
      await worker.terminate();
    }),
  );
  const broken = results.filter(({ breach }) => breach !== null).map(({ seed }) => seed);
  process.stdout.write(`${progress(results, began)}, ${days} days each\n`);
  for (const seed of broken.slice(0, 5)) process.stdout.write(`npm run prove -- --seed ${seed} --days ${days}\n`);
  return broken.length === 0;
}

function startWorker(days: number): Worker {
  // A young generation of this size keeps the collector from a sixth of the time.
  return new Worker(new URL('./seed-worker.ts', import.meta.url), {
    workerData: { days },
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  });
}

function answerOf(worker: Worker, seed: number): Promise<SeedResult> {
  return new Promise((resolve, reject) => {
    worker.once('message', (result: SeedResult) => {
      worker.removeListener('error', reject);
      resolve(result);
    });
    worker.once('error', reject);
    worker.postMessage(seed);
  });
}

function progress(results: readonly SeedResult[], began: number): string {
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const broken = results.filter(({ breach }) => breach !== null).length;
  const seconds = Math.round((performance.now() - began) / 1_000);
  const counts = `${sum(({ effects }) => effects)} effects, ${sum(({ calls }) => calls)} calls, ${sum(({ imports }) => imports)} imports`;
  return `${results.length} seeds, ${broken} broken, ${counts}, ${seconds} s`;
}
