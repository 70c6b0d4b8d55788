import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { checkAtRest } from '../../support/invariants.ts';
import {
  addRose,
  copied,
  copies,
  currentCopy,
  currentOf,
  expectInSync,
  FLOWERS,
  nextSweep,
  publishedOn,
  routeOf,
  rowOf,
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

function forgetRecords(): void {
  for (const { id } of world.primary.resource.projects) world.store.delete(`records/${id}.json`);
}

function forgetRouting(): void {
  world.store.delete('routing.json');
}

function forgetSweeps(): void {
  world.store.delete('sweep.json');
}

function forgetMessages(): void {
  world.queue.takeDue(new Date(world.clock.now() + 30 * 86_400_000));
}

const LOSSES: readonly [string, readonly (() => void)[]][] = [
  ['the records', [forgetRecords]],
  ['routing', [forgetRouting]],
  ['what sweeps left', [forgetSweeps]],
  ['the messages', [forgetMessages]],
  ['records and routing', [forgetRecords, forgetRouting]],
  ['everything', [forgetRecords, forgetRouting, forgetSweeps, forgetMessages]],
];

async function withTwoCopies(): Promise<StoredProject> {
  const source = await copied(world);
  addRose(world.primary, source);
  await nextSweep(world);
  return source;
}

describe.each(LOSSES)('with %s lost', (_what, losses) => {
  it('at rest, all is found again and nothing is imported, retired or switched', async () => {
    const source = await withTwoCopies();
    const { replicaProjectId } = await currentOf(world, source.id);
    const names = world.names;
    losses.forEach((lose) => lose());
    await nextSweep(world, 2);
    expect((await currentOf(world, source.id)).replicaProjectId).toBe(replicaProjectId);
    expect((await world.record(source.id)).generations).toHaveLength(2);
    expect(copies(world).imports).toBe(2);
    expect(world.names).toEqual(names);
    expect(publishedOn(await currentCopy(world, source.id))).toEqual({ production: 'Iteration 2' });
    expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual(['production']);
    await expectInSync(world, source);
  });

  it.each([0, 2, 5, 7])(
    '%d seconds into a copy, it ends with one complete copy and nothing astray',
    async (seconds) => {
      const source = await withTwoCopies();
      world.primary.resource.addImages(source.id, 1, { tags: ['tulip'] });
      await world.pass(1_800);
      await world.sweep();
      await world.settle(seconds);
      losses.forEach((lose) => lose());
      await nextSweep(world, 3);
      await expectInSync(world, source);
      expect(world.secondary.resource.projects).toHaveLength(2);
      expect(copies(world).imports).toBeLessThanOrEqual(4);
    },
  );

  it('while the source changed, the next copy is made and the older ones are still kept in order', async () => {
    const source = await withTwoCopies();
    world.primary.resource.addImages(source.id, 1, { tags: ['tulip'] });
    losses.forEach((lose) => lose());
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(3);
    expect(world.secondary.resource.projects).toHaveLength(2);
  });
});

it('with routing lost it is written anew before anything is switched or retired', async () => {
  const source = await withTwoCopies();
  const { replicaProjectId } = await currentOf(world, source.id);
  world.primary.resource.addImages(source.id, 1, { tags: ['tulip'] });
  forgetRouting();
  const { killer } = world;
  const before = killer.effects.length;
  await nextSweep(world);
  const effects = killer.effects.slice(before).filter((effect) => /^target|^routing|^source/.test(effect));
  expect(effects[0]).toBe('routing.write');
  expect(effects.indexOf('target.deleteProject')).toBeGreaterThan(effects.lastIndexOf('routing.write'));
  expect((await currentOf(world, source.id)).replicaProjectId).not.toBe(replicaProjectId);
  await expectInSync(world, source);
});

it('with the records lost while somebody’s changes are on the copy, the copy is taken as it is found, with a note', async () => {
  const source = await copied(world);
  const copy = await currentCopy(world, source.id);
  addRose(world.secondary, copy);
  forgetRecords();
  await nextSweep(world, 2);
  const generation = (await world.record(source.id)).generations.find(
    ({ replicaProjectId }) => replicaProjectId === copy.id,
  );
  expect(generation?.differences).toMatchObject([{ what: 'revision (rebuilt from the mark)' }]);
  expect(world.secondary.resource.projects).toContain(copy);
  expect((await rowOf(world, source.id)).sync).toBe('in-sync');
});

// No sweep looks for copies of what the primary does not list.
it('with the records lost, a copy whose source is gone is found again', async () => {
  const source = await copied(world);
  await copied(world, { ...FLOWERS, name: 'Trees' });
  const copy = await currentCopy(world, source.id);
  const { id } = source;
  world.primary.resource.removeProject(id);
  await nextSweep(world);
  world.store.delete(`records/${id}.json`);
  await nextSweep(world, 2);
  expect((await rowOf(world, id)).sync).toBe('source-missing');
  expect((await world.record(id)).generations).toMatchObject([{ replicaProjectId: copy.id }]);
  await checkAtRest(world);
});

// A copy that is found again has the counts of what it holds: without them nothing could be told to be lost.
describe.each(['before', 'after'])('with the records lost %s all images of the source', (when) => {
  it('the last good copy is pinned, and outlives the ones that come later', async () => {
    world.policy = { ...world.policy, generationsToKeep: 1 };
    const source = await copied(world);
    const good = await currentOf(world, source.id);
    if (when === 'before') forgetRecords();
    await nextSweep(world, 2);
    world.primary.resource.removeImages(source.id, [...source.images.keys()]);
    await nextSweep(world, 2);
    if (when === 'after') forgetRecords();
    await nextSweep(world, 2);
    addRose(world.primary, source);
    await nextSweep(world, 3);
    expect((await world.record(source.id)).generations).toMatchObject([
      { replicaProjectId: good.replicaProjectId, pinned: { lost: [{ what: 'images', expected: '8', found: '0' }] } },
      { exported: { images: 1 }, pinned: null },
    ]);
    expect(world.secondary.resource.project(good.replicaProjectId).images.size).toBe(8);
    await expectInSync(world, source);
  });
});

it('a record that is damaged names itself, and holds up no other project', async () => {
  const source = await copied(world);
  const other = await copied(world, { ...FLOWERS, name: 'Trees' });
  world.store.put(`records/${source.id}.json`, '{"schemaVersion": 2');
  addRose(world.primary, other);
  await nextSweep(world);
  const { problem } = (await world.store.sweep.read())!.value;
  expect(problem).toContain(`records/${source.id}.json`);
  expect((await currentCopy(world, other.id)).images.size).toBe(other.images.size);
  world.store.delete(`records/${source.id}.json`);
  await nextSweep(world);
  await expectInSync(world, source);
  expect(copies(world).imports).toBe(3);
});

it('a record of an older version is read, and the copy is published and proven by it', async () => {
  const source = await copied(world);
  const name = `records/${source.id}.json`;
  const record = JSON.parse(world.store.get(name) ?? '') as Record<string, unknown>;
  const older = (value: unknown, members: readonly string[]) =>
    Object.fromEntries(Object.entries(value as object).filter(([key]) => !members.includes(key)));
  const [generation] = record['generations'] as object[];
  const holds = older((generation as { holds: object }).holds, ['iterations', 'labels']);
  const versionOne = {
    ...older(record, ['lastLacking', 'integration']),
    schemaVersion: 1,
    source: older(record['source'], ['iterations', 'labels']),
    generations: [{ ...older(generation, ['published', 'lastModified', 'changedBySomebody']), holds }],
  };
  world.store.put(name, JSON.stringify(versionOne));
  await nextSweep(world, 2);
  await expectInSync(world, source);
  expect(copies(world).imports).toBe(1);
  expect((await currentOf(world, source.id)).published).toHaveLength(1);
  expect(JSON.parse(world.store.get(name) ?? '')).toMatchObject({ schemaVersion: 3 });
});
