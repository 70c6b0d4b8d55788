import type { FaultOrder } from '../../src/local/simulator/faults.ts';
import { UNKNOWNS, type UnknownName, type Unknowns } from '../../src/local/simulator/unknowns.ts';
import { Random } from './random.ts';
import type { Event, Happening, Script } from './script.ts';

const DAY_IN_SECONDS = 86_400;
const NAMES = ['Flowers', 'Cars', 'Trees', 'Birds', 'Parts', 'Welds', 'Leaves'];
const PUBLISH_NAMES = ['production', 'beta', 'live', 'canary'];

/** With so short a description no mark stands whole: such a world protects nothing, and says so. Tested elsewhere. */
const HOPELESS: Readonly<Partial<Record<UnknownName, readonly string[]>>> = { descriptionLimit: ['128'] };
const READS = ['GetProjects', 'GetProject', 'GetTags', 'GetIterations', 'GetImageCount', 'GetImages'];
const WRITES = ['ImportProject', 'UpdateProject', 'PublishIteration', 'UnpublishIteration', 'DeleteProject'];

/** How often each kind of happening is drawn, beside the others. */
const WEIGHTS = {
  add: 2,
  edit: 26,
  train: 14,
  publish: 8,
  unpublish: 2,
  rename: 3,
  describe: 2,
  wipe: 1,
  retrain: 2,
  delete: 1.5,
  person: 4,
  stranger: 1,
  outage: 5,
  fault: 16,
  'read-only': 1,
  room: 1.5,
  'rotate-key': 1,
  kill: 10,
  'lose-leases': 2,
  'lose-messages': 2,
  'lose-replies': 2,
  mischief: 2,
  clock: 1,
  'lose-state': 1.5,
  decide: 3,
} as const satisfies Record<Happening['do'], number>;

/** The script of a seed: three to five projects, and from three to ten happenings a day. */
export function drawScript(seed: number, days: number): Script {
  const random = new Random(seed);
  const events: Event[] = Array.from({ length: random.between(3, 5) }, () => ({ ...added(random), at: 0 }));
  const perDay = random.between(3, 10);
  for (let count = 0; count < perDay * days; count += 1) {
    events.push({ ...drawHappening(random), at: random.between(3_600, days * DAY_IN_SECONDS) });
  }
  return {
    seed,
    days,
    hosts: random.between(1, 3),
    settings: {
      generationsToKeep: random.pick([1, 2, 2, 3]),
      keepCopiesForDays: random.pick([0, 0, 7]),
      projectLimit: random.pick([100, 100, 20, 9]),
      shrinkLimit: 20,
    },
    notifies: random.chance(0.7),
    slowness: random.pick([0, 0, 0.05, 0.3]),
    unknowns: drawUnknowns(random),
    events: events.sort((one, other) => one.at - other.at),
  };
}

/** Most switches at their default, as the real service decides each one way; those that are not, at random. */
function drawUnknowns(random: Random): Partial<Unknowns> {
  const share = random.pick([0, 0.1, 0.3, 0.6]);
  const drawn = (Object.keys(UNKNOWNS) as UnknownName[]).flatMap((name) => {
    if (!random.chance(share)) return [];
    const values: readonly string[] = UNKNOWNS[name].values;
    return [[name, random.pick(values.filter((value) => HOPELESS[name]?.includes(value) !== true))]];
  });
  return Object.fromEntries(drawn) as Partial<Unknowns>;
}

function added(random: Random): Happening {
  return { do: 'add', name: random.pick(NAMES), images: random.between(2, 9), isDetector: random.chance(0.3) };
}

/** From a minute to two days, short ones more often. */
function minutes(random: Random): number {
  return Math.round(Math.exp(random.next() * Math.log(2_880)));
}

function drawHappening(random: Random): Happening {
  const kind = random.weighted(WEIGHTS);
  const project = random.between(0, 9);
  switch (kind) {
    case 'add':
      return added(random);
    case 'edit':
      return {
        do: kind,
        project,
        change: random.pick(['add-images', 'add-images', 'remove-images', 'swap-labels', 'move-boxes']),
      };
    case 'train':
      return { do: kind, project, fails: random.chance(0.1) };
    case 'publish':
      return { do: kind, project, iteration: random.between(0, 5), name: random.pick(PUBLISH_NAMES) };
    case 'unpublish':
    case 'wipe':
    case 'retrain':
    case 'delete':
      return { do: kind, project };
    case 'rename':
      return { do: kind, project, name: random.pick(NAMES) };
    case 'describe':
      return { do: kind, project, text: random.pick(['', 'Seen from above', 'One\nor more lines', 'x'.repeat(700)]) };
    default:
      return drawTrouble(random, kind, project);
  }
}

function drawTrouble(random: Random, kind: Happening['do'], project: number): Happening {
  const side = random.pick(['primary', 'secondary'] as const);
  switch (kind) {
    case 'person':
      return {
        do: kind,
        act: random.pick(['unpublish', 'rename', 'delete', 'label', 'train', 'unmark']),
        copy: random.between(0, 20),
      };
    case 'stranger':
      return { do: kind, name: random.pick(NAMES) };
    case 'outage':
      return {
        do: kind,
        side: random.pick(['primary', 'primary', 'secondary', 'storage']),
        how: random.pick(['refuses', 'hangs', 'answers 503']),
        minutes: minutes(random),
      };
    case 'fault':
      return { do: kind, side, order: drawFault(random, side) };
    case 'read-only':
    case 'rotate-key':
      return { do: kind, side, minutes: minutes(random) };
    case 'room':
      return { do: kind, slots: random.between(0, 3), minutes: minutes(random) };
    case 'kill':
      return {
        do: kind,
        host: random.between(0, 2),
        after: random.between(0, 25),
        phase: random.pick(['before', 'after']),
      };
    case 'lose-replies':
      return { do: kind, count: random.between(1, 5) };
    case 'mischief':
      return {
        do: kind,
        lost: random.pick([0, 0.1, 0.5]),
        doubled: random.pick([0, 0.02, 0.05]),
        late: random.pick([0, 0.3]),
        minutes: minutes(random),
      };
    case 'clock':
      return {
        do: kind,
        host: random.between(0, 2),
        seconds: random.pick([-30, 30, -600, 600, 7_200, -7_200]),
        minutes: minutes(random),
      };
    case 'lose-state':
      return {
        do: kind,
        project,
        what: random.pick(['record', 'record', 'all-records', 'routing', 'sweep', 'triggers', 'holds', 'everything']),
      };
    case 'decide':
      return {
        do: kind,
        project,
        what: random.pick(['restore', 'release', 'release', 'request', 'confirm-brake']),
      };
    default:
      return { do: kind === 'lose-leases' ? 'lose-leases' : 'lose-messages' };
  }
}

function drawFault(random: Random, side: 'primary' | 'secondary'): FaultOrder {
  const operation = random.pick(side === 'primary' ? [...READS, 'ExportProject'] : [...READS, ...WRITES]);
  const times = random.pick([1, 1, 2, 5, 20]);
  const skip = random.between(0, 30);
  if (operation === 'ImportProject' && random.chance(0.5)) {
    const keepShare = random.pick([0, 0.5, 1]);
    return {
      operation,
      times,
      ...random.pick([{ kind: 'ends-failed', keepShare } as const, { kind: 'never-ends' } as const]),
    };
  }
  const effect = random.pick(['none', 'done'] as const);
  const fault = random.pick([
    { kind: 'answer', status: 500, effect },
    { kind: 'answer', status: 503, shape: 'html' },
    { kind: 'answer', status: 400 },
    { kind: 'answer', status: 409 },
    { kind: 'answer', status: 403, shape: 'nested' },
    { kind: 'answer', status: 401, shape: 'nested' },
    { kind: 'throttle', afterInSeconds: random.pick([1, 10, 600, 7_200]) },
    { kind: 'drop', effect },
    { kind: 'timeout', effect },
    { kind: 'truncate' },
    { kind: 'not-json' },
    { kind: 'late-effect', lateInMs: random.between(1_000, 240_000) },
    { kind: 'delay', delayInMs: random.between(1_000, 50_000) },
    ...(operation === 'GetProjects' ? [{ kind: 'stale' } as const] : []),
  ] as const);
  return { operation, times, skip, ...fault };
}
