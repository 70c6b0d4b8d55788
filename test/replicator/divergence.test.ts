import type { StoredProject } from '../../src/local/simulator/index.ts';
import {
  addRose,
  copied,
  copies,
  currentCopy,
  expectInSync,
  FLOWERS,
  labelsOf,
  nextSweep,
  publishedOn,
  routeOf,
  rowOf,
  storyOf,
  swapLabels,
  writesTo,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;
let swapBack: () => void;

beforeEach(async () => {
  world = await startWorld();
});

type Act = (copy: StoredProject) => void | Promise<void>;

/** What somebody does to the copy in use, and how it is undone. */
const ACTS: readonly { readonly what: string; readonly act: Act; readonly undo: Act; readonly told: RegExp }[] = [
  {
    what: 'trains it',
    act: ({ id }) => void world.secondary.resource.addIteration(id, { name: 'Mine' }),
    undo: ({ iterations }) => iterations.forEach(({ name }, id) => name === 'Mine' && iterations.delete(id)),
    told: /iteration “Mine” added/,
  },
  {
    what: 'labels another image',
    act: ({ id }) => void world.secondary.resource.addImages(id, 1, { tags: ['tulip'] }),
    undo: ({ id, images }) => world.secondary.resource.removeImages(id, [[...images.keys()].at(-1)!]),
    told: /images \d+ → \d+/,
  },
  {
    what: 'swaps two labels, with every count the same',
    act: (copy) => {
      swapBack = swapLabels(world.secondary, copy);
    },
    undo: () => swapBack(),
    told: /labels/,
  },
  {
    what: 'renames it',
    act: ({ id }) => world.secondary.resource.updateProject(id, { name: 'Mine' }),
    undo: ({ id }) => world.secondary.resource.updateProject(id, { name: 'Flowers' }),
    told: /name/,
  },
];

describe.each(ACTS)('where somebody $what', ({ act, undo, told }) => {
  it('the project is parked with a three-way account, and nothing is written to the copy', async () => {
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    await world.pass(60);
    await act(copy);
    const [labels, name] = [labelsOf(copy), copy.name];
    addRose(world.primary, source);
    const writes = writesTo(world.secondary).length;
    await nextSweep(world, 3);

    const row = await rowOf(world, source.id);
    expect(row).toMatchObject({
      sync: 'parked',
      failure: { code: 'REPLICA_CHANGED', needsPerson: true, nextAttemptAt: null },
    });
    const record = await world.record(source.id);
    expect(row.failure?.message).toMatch(told);
    expect(row.failure?.message).toContain('the source has changed since');
    expect(row.failure?.message).not.toMatch(/r1-|[0-9a-f]{16}/);
    const { divergence } = await storyOf(world, source.id);
    expect(divergence).toMatchObject({ copiedAt: record.generations[0]?.importedAt });
    const images = divergence?.rows.find(({ what }) => what === 'images');
    expect(images).toMatchObject({ source: String(source.images.size), copy: String(copy.images.size) });
    expect(Number(images?.copied)).toBe(source.images.size - 1);
    expect(divergence?.rows.find(({ what }) => what === 'name')?.copy).toBe(copy.name);
    expect(row.failure?.hint).toMatch(/delete the replica/);
    expect(world.eventsOf('project.diverged').length).toBeGreaterThan(0);
    expect(writesTo(world.secondary)).toHaveLength(writes);
    expect([labelsOf(copy), copy.name]).toEqual([labels, name]);
    expect(publishedOn(copy)).toEqual({ production: 'Iteration 2' });
    expect((await routeOf(world, source.id))?.secondary.projectId).toBe(copy.id);
  });

  it('undoing it releases the project', async () => {
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    await world.pass(60);
    await act(copy);
    await nextSweep(world);
    expect((await rowOf(world, source.id)).sync).toBe('parked');
    await world.pass(60);
    await undo(copy);
    await nextSweep(world);
    await expectInSync(world, source);
    expect((await storyOf(world, source.id)).divergence).toBeNull();
    expect(copies(world).imports).toBe(1);
  });

  it('removing the mark makes it theirs, and a new copy is made beside it', async () => {
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    await world.pass(60);
    await act(copy);
    await nextSweep(world);
    await world.secondary.resource.updateProject(copy.id, { description: 'Mine' });
    const labels = labelsOf(copy);
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect((await currentCopy(world, source.id)).id).not.toBe(copy.id);
    expect(world.secondary.resource.project(copy.id)).toMatchObject({ description: 'Mine' });
    expect(labelsOf(copy)).toEqual(labels);
    expect(world.eventsOf('replica.forgotten')).toHaveLength(1);
  });

  it('deleting the replica releases the project, and it is copied anew', async () => {
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    await world.pass(60);
    await act(copy);
    await nextSweep(world);
    world.deleteByHand(copy.id);
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(world.names).toEqual(['Flowers']);
    expect(copies(world).imports).toBe(2);
  });
});

it('labels that are swapped where nothing hints at it are found by the proof', async () => {
  world = await startWorld({ secondary: { unknowns: { editsBumpLastModified: 'no' } } });
  const source = await copied(world);
  swapLabels(world.secondary, await currentCopy(world, source.id));
  await nextSweep(world);
  expect((await rowOf(world, source.id)).sync).toBe('in-sync');
  await world.pass(7 * 86_400);
  await world.converge();
  expect((await rowOf(world, source.id)).failure?.code).toBe('REPLICA_CHANGED');
});

// A portable digest can't tell these pictures apart; by their ids, each side's own labels can.
it('labels that two pictures of the same size exchange are found', async () => {
  const source = await world.primary.resource.addProject(FLOWERS);
  await world.converge();
  swapLabels(world.secondary, await currentCopy(world, source.id));
  await nextSweep(world);
  expect((await rowOf(world, source.id)).failure?.code).toBe('REPLICA_CHANGED');
});

it('an older copy takes over where the current one is deleted, until there is a new one', async () => {
  const source = await copied(world);
  const older = await currentCopy(world, source.id);
  addRose(world.primary, source);
  await nextSweep(world);
  world.deleteByHand((await currentCopy(world, source.id)).id);
  world.secondary.faults.order({ operation: 'ImportProject', kind: 'answer', status: 400, code: 'BadRequest' });
  await world.sweep();
  expect((await routeOf(world, source.id))?.secondary).toMatchObject({
    projectId: older.id,
    publishNames: ['production'],
  });
  await world.settle();
  await nextSweep(world);
  await expectInSync(world, source);
});

it('a copy that somebody else changed in the middle of its making is told from ours', async () => {
  const source = await copied(world);
  addRose(world.primary, source);
  await world.sweep();
  const older = await currentCopy(world, source.id);
  await world.secondary.resource.updateProject(older.id, { name: 'Mine' });
  await world.settle();
  await nextSweep(world);
  await expectInSync(world, source);
  expect(older.name).toBe('Mine');
  expect((await currentCopy(world, source.id)).name).toBe('Flowers');
  expect(copies(world).imports).toBe(2);
});

it('our own writes never count, whatever the service does to lastModified', async () => {
  const unknowns = { publishBumpsLastModified: 'yes', importKeepsLastModified: 'yes' } as const;
  world = await startWorld({ primary: { unknowns }, secondary: { unknowns } });
  const source = await copied(world);
  for (const name of ['Blossoms', 'Blooms']) {
    await world.primary.resource.updateProject(source.id, { name, description: name });
    addRose(world.primary, source);
    await nextSweep(world, 2);
  }
  await world.pass(7 * 86_400);
  await world.converge();
  expect(world.eventsOf('project.diverged')).toEqual([]);
  expect(copies(world).imports).toBe(3);
  await expectInSync(world, source);
});
