import type { StoredProject } from '../../src/local/simulator/index.ts';
import {
  addRose,
  copied,
  currentCopy,
  currentOf,
  expectInSync,
  FLOWERS,
  nextSweep,
  publishedOn,
  routeOf,
  rowOf,
  statusOf,
  storyOf,
  writesTo,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World, WorldOptions } from '../support/world.ts';

/** What is destroyed, is destroyed because it is known that it may be: never because it is likely. */

let world: World;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld(options);
}

function refuseImports(code: string, times: number | 'always' = 'always'): void {
  world.secondary.faults.order({ operation: 'ImportProject', kind: 'answer', status: 400, code, times });
}

describe('an import that is refused', () => {
  const NAMES = ['Ants', 'Bees', 'Cats', 'Dogs', 'Eels'];

  /** Five projects with two copies each. */
  async function fiveTimesTwo(options: WorldOptions = {}): Promise<StoredProject[]> {
    await start(options);
    const sources: StoredProject[] = [];
    for (const name of NAMES) sources.push(await copied(world, { ...FLOWERS, name }));
    for (const source of sources) addRose(world.primary, source);
    await nextSweep(world, 2);
    expect(world.secondary.resource.projects).toHaveLength(10);
    return sources;
  }

  it('for a quota that nobody knows the meaning of costs no project its older copy, in six sweeps', async () => {
    const [one, ...others] = await fiveTimesTwo();
    const copies = world.secondary.resource.projects.map(({ id }) => id).sort();
    refuseImports('BadRequestExceededQuota');
    addRose(world.primary, one!);
    await nextSweep(world, 6);
    expect(world.secondary.resource.projects.map(({ id }) => id).sort()).toEqual(copies);
    expect((await rowOf(world, one!.id)).failure).toMatchObject({ code: 'BadRequestExceededQuota' });
    expect((await world.store.sweep.read())?.value.quotaRefusal).toBeNull();
    world.secondary.faults.clear();
    for (const source of others) addRose(world.primary, source);
    await nextSweep(world, 3);
    for (const source of [one!, ...others]) await expectInSync(world, source);
  });

  it('for the number of projects lowers the limit, and never below what was held before', async () => {
    const [one] = await fiveTimesTwo();
    // Somebody deletes a copy: nine are there, where ten were.
    const older = world.secondary.resource.projects.find(({ name }) => name.startsWith('Eels ['))!;
    world.deleteByHand(older.id);
    await nextSweep(world);
    refuseImports('BadRequestExceedProjectLimit', 1);
    addRose(world.primary, one!);
    await world.sweep();
    expect((await world.store.sweep.read())?.value.quotaRefusal?.projects).toBe(10);
  });
});

describe('a source that loses its content', () => {
  it('is followed, and its last good copy outlives every later one until a person releases it', async () => {
    await start({ policy: { generationsToKeep: 1 } });
    const source = await copied(world);
    const good = await currentOf(world, source.id);
    world.primary.resource.removeImages(source.id, [...source.images.keys()]);
    await nextSweep(world, 2);
    addRose(world.primary, source);
    await nextSweep(world, 3);
    await expectInSync(world, source);
    const story = await storyOf(world, source.id);
    expect(story.copies).toMatchObject([{ projectId: good.replicaProjectId, kept: true }, { kept: true }]);
    expect(story.copies[0]?.reason).toMatch(/pinned/);
    expect(world.eventsOf('content.shrank')[0]).toMatchObject({
      projectName: 'Flowers',
      what: 'images',
      before: 8,
      after: 0,
    });
    expect((await statusOf(world)).attention.map(({ code }) => code)).toContain('CONTENT_SHRANK');

    const now = new Date(world.clock.now()).toISOString();
    const released = {
      frozen: false,
      replicaProjectId: null,
      releasedAt: now,
      since: now,
      by: 'ada',
      reason: 'meant so',
    };
    await world.store.decision(source.id).write({ schemaVersion: 1, active: 'primary', ...released }, null);
    await nextSweep(world, 2);
    expect(world.secondary.resource.projects.map(({ id }) => id)).not.toContain(good.replicaProjectId);
    await expectInSync(world, source);
  });

  it('little by little is measured against the largest copy that is kept', async () => {
    await start({ policy: { generationsToKeep: 4 } });
    const source = await copied(world, { ...FLOWERS, tags: [{ name: 'rose', images: 20 }] });
    const full = await currentOf(world, source.id);
    for (let loss = 0; loss < 3; loss += 1) {
      world.primary.resource.removeImages(source.id, [...source.images.keys()].slice(0, 2));
      await nextSweep(world, 2);
    }
    const record = await world.record(source.id);
    expect(record.generations.find(({ runId }) => runId === full.runId)?.pinned).toMatchObject({
      lost: [{ what: 'images', expected: '22', found: '16' }],
    });
  });

  it('by no more than SHRINK_LIMIT is followed, and nothing is pinned', async () => {
    await start({ policy: { generationsToKeep: 1, shrinkLimitInPercent: 50 } });
    const source = await copied(world);
    world.primary.resource.removeImages(source.id, [...source.images.keys()].slice(0, 2));
    await nextSweep(world, 2);
    expect(world.eventsOf('content.shrank')).toEqual([]);
    expect(world.secondary.resource.projects).toHaveLength(1);
  });
});

describe('time', () => {
  it('keeps one copy that is old enough, and the one that will be it next, beside the newest', async () => {
    const DAY = 86_400;
    await start({ policy: { generationsToKeep: 2, keepCopiesForInSeconds: 7 * DAY } });
    const source = await copied(world);
    for (let day = 0; day < 20; day += 1) {
      addRose(world.primary, source);
      await world.pass(DAY);
      await nextSweep(world, 2);
      const ages = (await world.record(source.id)).generations.map(
        ({ importedAt }) => (world.clock.now() - Date.parse(importedAt)) / (DAY * 1_000),
      );
      expect(ages.length).toBeLessThanOrEqual(4);
      if (day >= 8) expect(Math.max(...ages)).toBeGreaterThanOrEqual(7);
      expect(Math.max(...ages)).toBeLessThan(16);
    }
    const reasons = (await storyOf(world, source.id)).copies.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason.includes('KEEP_COPIES_FOR')).length).toBeGreaterThan(0);
  });
});

describe('an older copy that a person puts back into use', () => {
  it('stays in use whatever the source does, until the project is released', async () => {
    await start();
    const source = await copied(world);
    const older = await currentOf(world, source.id);
    addRose(world.primary, source);
    await nextSweep(world);
    const now = new Date(world.clock.now()).toISOString();
    const decision = { schemaVersion: 1, active: 'primary', frozen: true, releasedAt: null, since: now } as const;
    const frozen = { ...decision, replicaProjectId: older.replicaProjectId, by: 'ada', reason: 'a bad training' };
    const stored = await world.store.decision(source.id).write(frozen, null);
    await nextSweep(world);
    expect((await routeOf(world, source.id))?.secondary.projectId).toBe(older.replicaProjectId);
    const writes = writesTo(world.secondary).length;
    const held = world.secondary.resource.projects.length;
    for (let change = 0; change < 3; change += 1) {
      addRose(world.primary, source);
      await nextSweep(world);
    }
    world.primary.resource.removeImages(source.id, [...source.images.keys()]);
    await nextSweep(world, 2);
    expect(writesTo(world.secondary).slice(writes)).toEqual([]);
    expect(world.secondary.resource.projects).toHaveLength(held);
    expect((await routeOf(world, source.id))?.secondary.projectId).toBe(older.replicaProjectId);
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'behind' });

    await world.store
      .decision(source.id)
      .write({ ...frozen, frozen: false, replicaProjectId: null, releasedAt: now }, stored.etag);
    await nextSweep(world, 2);
    await expectInSync(world, source);
  });
});

/** What the copy in use follows without being made anew, unless its project is frozen. */
const SMALL_CHANGES: readonly [what: string, change: (source: StoredProject) => Promise<void> | void][] = [
  ['is renamed', ({ id }) => world.primary.resource.updateProject(id, { name: 'Blossoms' })],
  ['is described anew', ({ id }) => world.primary.resource.updateProject(id, { description: 'x' })],
  [
    'publishes nothing any more',
    ({ id, iterations }) => world.primary.resource.unpublish(id, [...iterations.keys()][1]!),
  ],
];

it.each(SMALL_CHANGES)(
  'a copy that a person holds in use is left as it is where its source %s',
  async (_what, change) => {
    await start();
    const source = await copied(world);
    addRose(world.primary, source);
    await nextSweep(world);
    const current = await currentOf(world, source.id);
    const now = new Date(world.clock.now()).toISOString();
    const { replicaProjectId } = current;
    const held = {
      schemaVersion: 1,
      active: 'primary',
      frozen: true,
      since: now,
      by: 'ada',
      reason: 'no risk',
    } as const;
    const stored = await world.store.decision(source.id).write({ ...held, replicaProjectId, releasedAt: null }, null);
    world.policy = { ...world.policy, generationsToKeep: 1 };
    const [writes, names] = [writesTo(world.secondary).length, world.names];
    const route = (await routeOf(world, source.id))?.secondary;
    await change(source);
    await nextSweep(world, 3);
    expect(writesTo(world.secondary).slice(writes)).toEqual([]);
    expect(world.names).toEqual(names);
    expect((await routeOf(world, source.id))?.secondary).toEqual(route);

    const released = { ...held, frozen: false, replicaProjectId: null, releasedAt: now };
    await world.store.decision(source.id).write(released, stored.etag);
    await nextSweep(world, 2);
    expect(writesTo(world.secondary).length).toBeGreaterThan(writes);
    expect(world.names).toEqual([source.name]);
    expect(publishedOn(await currentCopy(world, source.id))).toEqual(publishedOn(source));
    await expectInSync(world, source);
  },
);

it('a copy that was in the making when a person froze the project is given up, and never comes into use', async () => {
  await start();
  const source = await copied(world);
  const older = await currentOf(world, source.id);
  addRose(world.primary, source);
  await nextSweep(world);
  const bad = await currentOf(world, source.id);
  addRose(world.primary, source);
  await world.pass(1_800);
  await world.sweep();
  expect((await world.record(source.id)).run).not.toBeNull();
  const now = new Date(world.clock.now()).toISOString();
  const decision = { schemaVersion: 1, active: 'primary', frozen: true, releasedAt: null, since: now } as const;
  const { replicaProjectId } = older;
  await world.store
    .decision(source.id)
    .write({ ...decision, replicaProjectId, by: 'ada', reason: 'a bad training' }, null);
  const routed = new Set<string | undefined>();
  for (let look = 0; look < 30; look += 1) {
    await world.pass(60);
    await world.work();
    routed.add((await routeOf(world, source.id))?.secondary.projectId);
  }
  expect([...routed].filter((id) => id !== bad.replicaProjectId)).toEqual([older.replicaProjectId]);
  expect(await world.record(source.id)).toMatchObject({ run: null, current: older.runId });
  expect(world.secondary.resource.projects.map(({ id }) => id).sort()).toEqual(
    [older.replicaProjectId, bad.replicaProjectId].sort(),
  );
  expect(world.eventsOf('run.ended').at(-1)).toMatchObject({ code: 'PROJECT_FROZEN' });
});

describe('a source that is not ready itself', () => {
  it.each(['Failed', 'Importing'] as const)(
    'since it is %s is not copied from: its good copy stays in use',
    async (status) => {
      await start({ policy: { generationsToKeep: 1 } });
      const source = await copied(world);
      const good = await currentCopy(world, source.id);
      addRose(world.primary, source);
      Object.assign(source, { status });
      const imports = world.secondary.calls.of('ImportProject').length;
      await nextSweep(world, 2);
      expect(world.secondary.calls.of('ImportProject')).toHaveLength(imports);
      expect((await rowOf(world, source.id)).failure).toMatchObject({ code: 'SOURCE_NOT_READY', needsPerson: false });
      expect((await routeOf(world, source.id))?.secondary.projectId).toBe(good.id);
      Object.assign(source, { status: 'Succeeded' });
      await nextSweep(world, 2);
      await expectInSync(world, source);
    },
  );
});
