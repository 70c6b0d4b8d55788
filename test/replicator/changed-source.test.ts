import type { StoredProject } from '../../src/local/simulator/index.ts';
import {
  addRose,
  CARS,
  copied,
  copies,
  currentCopy,
  currentOf,
  expectInSync,
  FLOWERS,
  labelsOf,
  moveBox,
  nextSweep,
  publishedOn,
  rowOf,
  swapLabels,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import { PRIMARY_PREDICTION_RESOURCE, type World } from '../support/world.ts';

let world: World;

type Change = (source: StoredProject) => void | Promise<void>;

const DAY_IN_SECONDS = 86_400;
const OBJECTIVE_IN_SECONDS = 7_200;

async function labelEditsOf({ store }: World): Promise<string | undefined> {
  return (await store.sweep.read())?.value.labelEdits;
}

function pagesRead({ primary }: World): number {
  return primary.calls.of('GetImages').length;
}

/** Changes of what a copy holds: each asks for a new one. */
const CONTENT: readonly [name: string, change: Change][] = [
  ['an image is added', (project) => addRose(world.primary, project)],
  ['an image is removed', ({ id, images }) => world.primary.resource.removeImages(id, [...images.keys()].slice(0, 1))],
  ['a tag is added', ({ id }) => void world.primary.resource.addTag(id, { name: 'daisy' })],
  ['an iteration is trained', ({ id }) => void world.primary.resource.addIteration(id)],
  [
    'a setting is changed',
    ({ id }) => world.primary.resource.updateProject(id, { augmentationMethods: { flip: true } }),
  ],
];

describe.each(['yes', 'no'] as const)('with editsBumpLastModified %s', (editsBumpLastModified) => {
  beforeEach(async () => {
    world = await startWorld({ primary: { unknowns: { editsBumpLastModified } } });
  });

  it.each(CONTENT)('makes one new copy where %s', async (_name, change) => {
    const source = await copied(world);
    await change(source);
    await nextSweep(world, 2);
    expect(copies(world)).toEqual({ exports: 2, imports: 2 });
    await expectInSync(world, source);
    expect((await world.record(source.id)).generations).toHaveLength(2);
  });
});

/** Changes that no count shows. */
const LABELS = [
  {
    name: 'two labels are swapped',
    seed: FLOWERS,
    change: (...given: Parameters<typeof swapLabels>) => void swapLabels(...given),
  },
  { name: 'a box is moved', seed: CARS, change: moveBox },
];

describe.each(LABELS)('where $name, with every count the same', ({ seed, change }) => {
  it('the next sweep copies where the service hints at the edit', async () => {
    world = await startWorld();
    const source = await copied(world, seed);
    const before = labelsOf(source);
    change(world.primary, source);
    expect(labelsOf(source)).not.toEqual(before);
    await nextSweep(world);
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
  });

  it('and nothing hints at it, lag is never smaller than the time since, and it is copied within the objective', async () => {
    world = await startWorld({ primary: { unknowns: { editsBumpLastModified: 'no' } } });
    const source = await copied(world, seed);
    change(world.primary, source);
    const changedAt = world.clock.now();
    await world.pass(300);
    for (;;) {
      await world.converge();
      if (copies(world).imports > 1) break;
      const row = await rowOf(world, source.id);
      expect(row.sync).toBe('in-sync');
      expect(row.lagSeconds).toBeGreaterThanOrEqual(Math.floor((world.clock.now() - changedAt) / 1_000));
      expect(row.lagSeconds).toBeLessThan(OBJECTIVE_IN_SECONDS);
      await world.pass(1_800);
    }
    expect(world.clock.now() - changedAt).toBeLessThan(OBJECTIVE_IN_SECONDS * 1_000);
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
    expect(await labelEditsOf(world)).toBe('lies');
  });

  it('and the service has shown that it hints at such edits, nothing more than a count is read until a proof is due', async () => {
    world = await startWorld();
    const source = await copied(world, seed);
    change(world.primary, source);
    await nextSweep(world);
    expect(await labelEditsOf(world)).toBe('moves');
    await nextSweep(world);
    const reads = pagesRead(world);
    await nextSweep(world, 10);
    expect(pagesRead(world)).toBe(reads);
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'in-sync', lagSeconds: 0 });
  });
});

// A portable digest can't tell these pictures apart; by their ids, each side's own labels can.
it('labels that two pictures of the same size exchange are copied', async () => {
  world = await startWorld();
  const source = await world.primary.resource.addProject(FLOWERS);
  await world.converge();
  swapLabels(world.primary, source);
  await nextSweep(world);
  expect(copies(world).imports).toBe(2);
});

describe('a proof', () => {
  it('reads both sides within a week, changes nothing, and says when it was', async () => {
    world = await startWorld();
    const source = await copied(world);
    const { verifiedAt } = await currentOf(world, source.id);
    for (let day = 1; day <= 7; day += 1) {
      await world.pass(DAY_IN_SECONDS);
      await world.converge();
    }
    const row = await rowOf(world, source.id);
    expect(copies(world).imports).toBe(1);
    expect(Date.parse(row.replica?.verifiedAt ?? '')).toBeGreaterThan(Date.parse(verifiedAt ?? ''));
    expect(row.proofAgeSeconds).toBeLessThan(7 * DAY_IN_SECONDS);
    await expectInSync(world, source);
  });
});

describe.each(['yes', 'no'] as const)('with publishBumpsLastModified %s', (publishBumpsLastModified) => {
  beforeEach(async () => {
    const unknowns = { publishBumpsLastModified };
    world = await startWorld({ primary: { unknowns }, secondary: { unknowns } });
  });

  it('follows a new name and description in place', async () => {
    const source = await copied(world);
    const { id } = await currentCopy(world, source.id);
    await world.pass(60);
    await world.primary.resource.updateProject(source.id, { name: 'Blossoms', description: 'Renamed' });
    await nextSweep(world);
    const copy = await currentCopy(world, source.id);
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
    expect(copy).toMatchObject({ id, name: 'Blossoms' });
    expect(copy.description).toMatch(/^Renamed\n\[replica of [^\n]+\]$/);
    await expectInSync(world, source);
  });

  it('follows a publication in place, and does not take its own writes for anybody else’s', async () => {
    const source = await copied(world);
    const [one] = [...source.iterations.values()];
    await world.pass(60);
    world.primary.resource.publish(source.id, one!.id, {
      publishName: 'beta',
      predictionId: PRIMARY_PREDICTION_RESOURCE,
    });
    await nextSweep(world, 3);
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
    expect(publishedOn(await currentCopy(world, source.id))).toEqual({
      production: 'Iteration 2',
      beta: 'Iteration 1',
    });
    expect(world.eventsOf('project.diverged')).toEqual([]);
    await expectInSync(world, source);
  });
});
