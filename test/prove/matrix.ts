import type { FaultOrder } from '../../src/local/simulator/faults.ts';
import { happen } from './happen.ts';
import { ProveWorld } from './prove-world.ts';
import { checkAtRest } from './run-script.ts';
import type { Script } from './script.ts';
import type { Side } from './twin-service.ts';

/** Every operation × every fault, once and for ever: what comes of it, in a word or two. */

type WithoutCall<Order> = Order extends unknown ? Omit<Order, 'operation' | 'times'> : never;
type Fault = WithoutCall<FaultOrder>;

export const FAULTS: Readonly<Record<string, Fault>> = {
  'time-out': { kind: 'timeout', effect: 'none' },
  'time-out, done': { kind: 'timeout', effect: 'done' },
  '429 header': { kind: 'throttle', afterInSeconds: 20, toldBy: 'header' },
  '429 text': { kind: 'throttle', afterInSeconds: 20, toldBy: 'text' },
  '500': { kind: 'answer', status: 500 },
  '500, done': { kind: 'answer', status: 500, effect: 'done' },
  '503 HTML': { kind: 'answer', status: 503, shape: 'html' },
  '401': { kind: 'answer', status: 401, shape: 'nested', code: '401' },
  '403': { kind: 'answer', status: 403, shape: 'nested', code: '403' },
  '404': { kind: 'answer', status: 404, code: 'NotFound' },
  '409': { kind: 'answer', status: 409, code: 'Conflict' },
  '412': { kind: 'answer', status: 412, code: 'PreconditionFailed' },
  truncated: { kind: 'truncate' },
  'not JSON': { kind: 'not-json' },
  'drop before': { kind: 'drop', effect: 'none' },
  'drop after': { kind: 'drop', effect: 'done' },
  twice: { kind: 'twice' },
  'stale list': { kind: 'stale' },
};

const READS = ['GetProjects', 'GetProject', 'GetTags', 'GetIterations', 'GetImageCount', 'GetImages'];
const WRITES = ['ImportProject', 'UpdateProject', 'PublishIteration', 'UnpublishIteration', 'DeleteProject'];
export const OPERATIONS: readonly (readonly [Side, string])[] = [
  ...[...READS, 'ExportProject'].map((operation): [Side, string] => ['primary', operation]),
  ...[...READS, ...WRITES].map((operation): [Side, string] => ['secondary', operation]),
];

export interface Cell {
  readonly side: Side;
  readonly operation: string;
  readonly fault: string;
  /** What comes of it where it is met once. */
  readonly once: string;
  /** How the project stands while it is met each time. */
  readonly forEver: string;
  /** What should not be; null where nothing is. */
  readonly problem: string | null;
}

const QUIET: Script = {
  seed: 7,
  days: 2,
  hosts: 1,
  settings: { generationsToKeep: 1, keepCopiesForDays: 0, projectLimit: 100, shrinkLimit: 20 },
  notifies: false,
  slowness: 0,
  unknowns: {},
  events: [],
};
const HOUR_IN_MS = 3_600_000;

/** One row: an operation that meets each fault in turn. */
export async function rowOf(side: Side, operation: string, faults = Object.keys(FAULTS)): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const fault of faults) {
    const given = FAULTS[fault];
    if (given === undefined) throw new RangeError(`There is no fault "${fault}".`);
    if (given.kind === 'stale' && operation !== 'GetProjects') continue;
    const once = await live(side, { ...given, operation, times: 1 });
    const forEver = await live(side, { ...given, operation, times: 'always' });
    cells.push({
      ...{ side, operation, fault },
      once: once.stands,
      forEver: forEver.stands,
      problem: once.problem ?? forEver.problem,
    });
  }
  return cells;
}

/** A first copy, another one with the first retired, and a publication that moves: with the fault in each. */
async function live(side: Side, order: FaultOrder): Promise<{ stands: string; problem: string | null }> {
  const world = new ProveWorld(QUIET);
  const { time } = world;
  const isForEver = order.times === 'always';
  const meet = (): void => {
    world[side].faults.clear();
    world[side].order(order);
  };
  await happen(world, { do: 'add', name: 'Flowers', images: 4, isDetector: false });
  world.begin();
  meet();
  await time.runUntil(time.now() + 8 * HOUR_IN_MS);
  await happen(world, { do: 'edit', project: 0, change: 'add-images' });
  if (!isForEver) meet();
  await time.runUntil(time.now() + 8 * HOUR_IN_MS);
  await happen(world, { do: 'publish', project: 0, iteration: 0, name: 'production' });
  if (!isForEver) meet();
  await time.runUntil(time.now() + 12 * HOUR_IN_MS);
  const stands = world.breach === null ? await standing(world) : 'BREACH';
  world[side].faults.clear();
  await time.runUntil(time.now() + 16 * HOUR_IN_MS);
  const problem = world.breach?.message ?? (await problemAtRest(world));
  time.stop();
  return { stands: !isForEver && stands === 'in sync' ? 'heals' : stands, problem };
}

/** How status tells that the project stands: its failure's code, and whether a person is asked. */
async function standing(world: ProveWorld): Promise<string> {
  const { projects, sweep } = await world.status();
  const [row] = projects;
  const failure = row?.failure ?? null;
  if (failure !== null) return `${failure.needsPerson ? 'person' : 'again'}: ${failure.code}`;
  if (sweep.failure !== null) return `sweep: ${sweep.failure.code}`;
  if (row === undefined) return 'not seen';
  return row.sync === 'in-sync' ? 'in sync' : row.sync;
}

async function problemAtRest(world: ProveWorld): Promise<string | null> {
  try {
    await checkAtRest(world);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The matrix as a table for a page: faults of one outcome stand together. */
export function matrixTable(cells: readonly Cell[]): string {
  const rows = OPERATIONS.map(([side, operation]) => {
    const own = cells.filter((cell) => cell.side === side && cell.operation === operation);
    return `| ${side} ${operation} | ${grouped(own, ({ once }) => once)} | ${grouped(own, ({ forEver }) => forEver)} |`;
  });
  return ['| call | met once | met each time |', '| --- | --- | --- |', ...rows].join('\n');
}

function grouped(cells: readonly Cell[], outcomeOf: (cell: Cell) => string): string {
  const outcomes = [...new Set(cells.map(outcomeOf))];
  if (outcomes.length === 1) return outcomes[0] ?? '';
  return outcomes
    .map((outcome) => {
      const faults = cells.filter((cell) => outcomeOf(cell) === outcome).map(({ fault }) => fault);
      return `**${outcome}** (${faults.join(', ')})`;
    })
    .join('; ');
}
