import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { drawScript } from './draw-script.ts';
import { matrixTable, OPERATIONS, type Cell } from './matrix.ts';
import { inWorkers } from './pool.ts';
import { runScript } from './run-script.ts';
import type { Mutant } from './mutants/mutant.ts';
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
  readonly matrix: boolean;
  readonly write: boolean;
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
  .option('--matrix', 'has every call meet every fault, once and for ever, and shows what comes of it', false)
  .option('--write', 'with --matrix: puts the table into docs/proof.md', false)
  .option(
    '--mutants',
    'breaks the product on purpose in a copy of the tree, each way in turn, and shows which suite notices',
    false,
  )
  .option('--only <pattern>', 'with --mutants: those whose file and words match this pattern')
  .parse();

const options = program.opts<Options>();
const isProven = options.mutants
  ? await breakOnPurpose()
  : options.matrix
    ? await runMatrix()
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
  const isChosen = ({ does, file }: Mutant): boolean => new RegExp(only).test(`${file} ${does}`);
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
  const tell = (answer: unknown): void => {
    const result = answer as SeedResult;
    results.push(result);
    if (result.breach !== null) process.stdout.write(`seed ${result.seed}: ${result.breach.slice(0, 500)}\n`);
    if (results.length % PROGRESS_EVERY === 0) process.stdout.write(`${progress(results, began)}\n`);
  };
  const all = Array.from({ length: seeds }, (_, index) => from + index);
  await inWorkers(new URL('./seed-worker.ts', import.meta.url), workers, all, tell, { days });
  const broken = results.filter(({ breach }) => breach !== null).map(({ seed }) => seed);
  process.stdout.write(`${progress(results, began)}, ${days} days each\n`);
  for (const seed of broken.slice(0, 5)) process.stdout.write(`npm run prove -- --seed ${seed} --days ${days}\n`);
  return broken.length === 0;
}

/** Every call × every fault, once and for ever; into the page where that is asked for. */
async function runMatrix(): Promise<boolean> {
  const cells: Cell[] = [];
  const tell = (answer: unknown): void => {
    const row = answer as Cell[];
    cells.push(...row);
    process.stdout.write(`${row[0]?.side ?? ''} ${row[0]?.operation ?? ''}: ${row.length} faults\n`);
  };
  await inWorkers(new URL('./matrix-worker.ts', import.meta.url), options.workers, OPERATIONS, tell);
  const table = matrixTable(cells);
  process.stdout.write(`${table}\n`);
  if (options.write) writeTable(table);
  const problems = cells.filter(({ problem }) => problem !== null);
  for (const { side, operation, fault, problem } of problems) {
    process.stdout.write(`${side} ${operation}, ${fault}: ${problem ?? ''}\n`);
  }
  return problems.length === 0;
}

function writeTable(table: string): void {
  const page = fileURLToPath(new URL('../../docs/proof.md', import.meta.url));
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(
      /(<!-- matrix -->)[^]*(<!-- end of matrix -->)/,
      (_, start: string, end: string) => `${start}\n\n${table}\n\n${end}`,
    ),
  );
}

function progress(results: readonly SeedResult[], began: number): string {
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const broken = results.filter(({ breach }) => breach !== null).length;
  const seconds = Math.round((performance.now() - began) / 1_000);
  const counts = `${sum(({ effects }) => effects)} effects, ${sum(({ calls }) => calls)} calls, ${sum(({ imports }) => imports)} imports`;
  return `${results.length} seeds, ${broken} broken, ${counts}, ${seconds} s`;
}
