import {
  ManualClock,
  startSimulator,
  type ProjectSeed,
  type Resource,
  type Simulator,
} from '../../../src/local/simulator/index.ts';
import { MOST_IMAGES, MOST_ITERATIONS, nextChange } from '../../../src/local/start/changes.ts';
import { SEEDED_PROJECTS } from '../../../src/local/start/projects.ts';

const simulators: Simulator[] = [];
afterEach(() => Promise.all(simulators.splice(0).map((simulator) => simulator.close())));

async function openPrimary(seeds: readonly ProjectSeed[], clock = new ManualClock()): Promise<Resource> {
  const simulator = await startSimulator({ clock });
  simulators.push(simulator);
  for (const seed of seeds) await simulator.resource.addProject(seed);
  return simulator.resource;
}

/** Repeatable, and spread well enough: a linear congruential generator. */
function random(seed = 1): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

test('the seeded projects are of every kind', async () => {
  const { projects } = await openPrimary(SEEDED_PROJECTS);
  const iterations = projects.flatMap((project) => [...project.iterations.values()]);
  expect(projects).toHaveLength(12);
  expect(new Set(projects.map(({ classificationType }) => classificationType))).toEqual(
    new Set(['Multiclass', 'Multilabel', null]),
  );
  expect(new Set(iterations.map(({ status }) => status))).toEqual(new Set(['Completed', 'Failed']));
  expect(new Set(iterations.map(({ published }) => published))).toEqual(new Set([true, false]));
  expect(projects.some(({ images }) => images.size === 0)).toBe(true);
  expect(projects.some(({ name }) => /[^\x20-\x7e]/.test(name))).toBe(true);
});

describe('the changes to the primary', () => {
  test('are never refused by the service, are of all kinds, and end before the limits', async () => {
    const clock = new ManualClock();
    const primary = await openPrimary(SEEDED_PROJECTS, clock);
    const draw = random();
    const words: string[] = [];
    for (let count = 0; count < 600; count += 1) {
      const change = nextChange(primary, draw);
      await change?.make();
      words.push(change?.words ?? 'none');
      await clock.advance(20_000);
    }
    expect(words).not.toContain('none');
    for (const kind of ['a training begins', 'more images labelled', 'published as', 'renamed', ': created']) {
      expect(words.some((each) => each.includes(kind))).toBe(true);
    }
    expect(primary.projects).toHaveLength(2 * SEEDED_PROJECTS.length);
    for (const { images, iterations } of primary.projects) {
      expect(images.size).toBeLessThanOrEqual(MOST_IMAGES);
      expect(iterations.size).toBeLessThanOrEqual(MOST_ITERATIONS);
    }
  });

  test.each<[string, ProjectSeed, string]>([
    ['train what has no labels', { name: 'a', untaggedImages: 3 }, 'training'],
    ['label what has no tags', { name: 'a' }, 'labelled'],
    ['publish what is not trained', { name: 'a', iterations: [{ status: 'Failed' }] }, 'published'],
  ])('do not %s', async (_what, seed, words) => {
    const primary = await openPrimary([seed]);
    const draw = random(3);
    const changes = Array.from({ length: 200 }, () => nextChange(primary, draw)?.words ?? 'none');
    expect(changes.filter((change) => change.includes(words) || change === 'none')).toEqual([]);
  });
});
