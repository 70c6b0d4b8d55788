import { LATER_PROJECTS, SEEDED_PROJECTS } from '../../../src/local/start/catalogue.ts';
import { predictionResourceId } from '../../../src/local/start/host-environment.ts';
import {
  describeChange,
  MOST_IMAGES,
  MOST_ITERATIONS,
  MOST_PROJECTS,
  nextChange,
  pauseInMs,
  type Change,
} from '../../../src/local/start/life.ts';
import { createProject, makeChange, openPrimary } from '../../../src/local/start/primary.ts';
import { randomFrom } from '../../../src/local/start/random.ts';
import { ManualClock, startSimulator, type ProjectSeed, type Simulator } from '../../../src/local/simulator/index.ts';
import { heldProject } from './builders.ts';

const SURROUNDINGS = {
  notificationQueueUri: 'http://127.0.0.1:1/account/queue',
  exportModelContainerUri: 'http://127.0.0.1:1/account/container',
  predictionResourceId: predictionResourceId('primary-prediction'),
};

const simulators: Simulator[] = [];
const { signal } = new AbortController();
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
});

async function makePrimary(clock = new ManualClock()) {
  const simulator = await startSimulator({ clock, seed: 'life', unknowns: { editsBumpLastModified: 'no' } });
  simulators.push(simulator);
  const primary = openPrimary(simulator, 1_000);
  for (const project of SEEDED_PROJECTS) await createProject(primary, project, SURROUNDINGS, signal);
  return primary;
}

/** Lets the primary live for so many changes; what falls due in between ends. */
async function live(seed: number, changes: number) {
  const clock = new ManualClock();
  const primary = await makePrimary(clock);
  const random = randomFrom(seed);
  const made: Change[] = [];
  for (let count = 0; count < changes; count += 1) {
    const change = nextChange(primary.resource.projects, random);
    if (change === null) throw new Error('There is always something to rename.');
    await makeChange(primary, change, SURROUNDINGS, signal);
    made.push(change);
    await clock.advance(pauseInMs(random));
  }
  return { primary: primary.resource, made };
}

describe('the projects at the start', () => {
  test('are of every kind', async () => {
    const { projects } = (await makePrimary()).resource;
    const iterations = projects.map((project) => [...project.iterations.values()]);
    const tags = projects.flatMap((project) => [...project.tags.values()]);
    const count = (matches: (index: number) => boolean) => projects.filter((_, index) => matches(index)).length;
    expect(projects).toHaveLength(12);
    for (const type of ['Multiclass', 'Multilabel', null]) {
      expect(projects.map(({ classificationType }) => classificationType)).toContain(type);
    }
    expect(count((index) => iterations[index]!.length > 1)).toBeGreaterThan(2);
    expect(count((index) => iterations[index]!.some(({ published }) => published))).toBeGreaterThan(2);
    expect(count((index) => iterations[index]!.some(({ status }) => status === 'Training'))).toBe(1);
    expect(count((index) => projects[index]!.images.size > 0 && iterations[index]!.length === 0)).toBeGreaterThan(1);
    expect(count((index) => projects[index]!.images.size === 0)).toBe(1);
    expect(tags.map(({ type }) => type)).toContain('Negative');
    expect(projects.some(({ name }) => /[^\x20-\x7e]/.test(name))).toBe(true);
    expect(projects.flatMap(({ images }) => [...images.values()]).some(({ regions }) => regions.length > 0)).toBe(true);
    expect(projects.every(({ notificationQueueUri }) => notificationQueueUri !== null)).toBe(true);
  });

  test('and those that come later all have names of their own', () => {
    const names = [...SEEDED_PROJECTS, ...LATER_PROJECTS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(MOST_PROJECTS);
  });
});

describe('the life of the primary', () => {
  test('is never refused by the service, does all kinds of things, and stays within its limits', async () => {
    const { primary, made } = await live(1, 600);
    expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(['create', 'train', 'label', 'rename', 'publish']));
    expect(primary.projects).toHaveLength(MOST_PROJECTS);
    for (const { images, iterations } of primary.projects) {
      expect(images.size).toBeLessThanOrEqual(MOST_IMAGES);
      expect(iterations.size).toBeLessThanOrEqual(MOST_ITERATIONS);
    }
  });

  test('is the same for the same seed, and another for another', async () => {
    const story = async (seed: number) => (await live(seed, 12)).made.map(describeChange);
    const first = await story(7);
    expect(await story(7)).toEqual(first);
    expect(await story(8)).not.toEqual(first);
  });

  test.each<[string, ProjectSeed, (change: Change) => boolean]>([
    ['train what has no labels', { name: 'a', untaggedImages: 3 }, ({ kind }) => kind === 'train'],
    ['label what has no tags', { name: 'a' }, ({ kind }) => kind === 'label'],
    [
      'publish what is not trained',
      { name: 'a', iterations: [{ status: 'Failed' }] },
      ({ kind }) => kind === 'publish',
    ],
  ])('does not try to %s', async (_what, seed, isImpossible) => {
    const project = await heldProject(seed);
    const random = randomFrom(3);
    const changes = Array.from({ length: 50 }, () => nextChange([project as never], random));
    expect(changes.filter((change) => change === null || isImpossible(change))).toEqual([]);
  });

  test.each<[Change, string]>([
    [{ kind: 'create', project: { name: 'Bottle caps' } }, 'Bottle caps: created'],
    [{ kind: 'train', projectId: '1', name: 'Caps' }, 'Caps: a training begins'],
    [{ kind: 'label', projectId: '1', name: 'Caps', tag: 'loose', images: 3 }, 'Caps: 3 more images labelled "loose"'],
    [{ kind: 'rename', projectId: '1', name: 'Caps', to: 'Caps v2' }, 'Caps: renamed Caps v2'],
    [
      { kind: 'publish', projectId: '1', name: 'Caps', iterationId: '2', iteration: 'Iteration 4' },
      'Caps: Iteration 4 published as production',
    ],
  ])('is told in words', (change, words) => {
    expect(describeChange(change)).toBe(words);
  });
});
