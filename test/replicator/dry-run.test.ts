import { stagingName } from '../../src/core/content/mark.ts';
import type { Generation } from '../../src/core/facts/record.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import {
  addRose,
  copied,
  copies,
  currentOf,
  expectInSync,
  FLOWERS,
  nextSweep,
  rowOf,
  writesTo,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld({ policy: { generationsToKeep: 1 } });
});

function setDryRun(dryRun: boolean): void {
  world.policy = { ...world.policy, dryRun };
}

/** Runs with DRY_RUN on, and holds it to what that promises. */
async function withoutWriting(act: () => Promise<void>): Promise<void> {
  setDryRun(true);
  const routing = world.store.get('routing.json');
  const { exports } = copies(world);
  const writes = [writesTo(world.primary).length, writesTo(world.secondary).length];
  await act();
  expect([writesTo(world.primary).length, writesTo(world.secondary).length]).toEqual(writes);
  expect(copies(world).exports).toBe(exports);
  expect(world.store.get('routing.json')).toBe(routing);
}

/** Each leaves something to do. */
const TO_DO: readonly [string, string, (source: StoredProject) => void | Promise<void>][] = [
  ['a source that changed', 'import', (project) => addRose(world.primary, project)],
  [
    'a source that was renamed',
    'align|route',
    ({ id }) => world.primary.resource.updateProject(id, { name: 'Blossoms' }),
  ],
  [
    'a publication that ended',
    'unpublish|route',
    ({ id, iterations }) => {
      const published = [...iterations.values()].find((iteration) => iteration.published);
      world.primary.resource.unpublish(id, published!.id);
    },
  ],
  [
    'a copy that was deleted',
    'forget|import',
    async ({ id }) => world.deleteByHand((await world.record(id)).generations[0]!.replicaProjectId),
  ],
];

/** What a look finds out, and the record does not say yet. */
const TO_NOTE: readonly [string, (copy: Generation) => Partial<Generation>, (copy: Generation) => object][] = [
  [
    'what the service shows beside a publication',
    ({ published }) => ({ published: published.map(({ shownResourceId: _, ...own }) => own) }),
    ({ published }) => ({ published }),
  ],
  [
    'that the copy holds what was added in the middle of the look before it',
    ({ holds }) => ({ holds: { ...holds, revision: 'r1-torn' } }),
    ({ holds: { revision } }) => ({ holds: { revision } }),
  ],
];

describe('DRY_RUN', () => {
  it('shows a new project as behind, and what would be done', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    await withoutWriting(() => nextSweep(world, 2));
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'behind', replica: null, failure: null });
    expect(world.eventsOf('project.behind')).toMatchObject([
      { reason: expect.stringContaining('import') as string },
      { reason: expect.stringContaining('import') as string },
    ]);
    setDryRun(false);
    await nextSweep(world);
    await expectInSync(world, source);
  });

  it.each(TO_DO)('writes to neither resource for %s, and says what would be done', async (_what, step, change) => {
    const source = await copied(world);
    await withoutWriting(async () => {
      await change(source);
      await nextSweep(world, 2);
    });
    const reasons = world.eventsOf('project.behind').map((event) => ('reason' in event ? event.reason : ''));
    expect(reasons.at(-1)).toMatch(new RegExp(step));
    setDryRun(false);
    await nextSweep(world, 2);
    await expectInSync(world, source);
  });

  it.each(TO_NOTE)('has a project in sync where only %s has to be noted', async (_what, before, after) => {
    const source = await copied(world);
    const stored = await world.store.record(source.id).read();
    const generations = stored!.value.generations.map((generation) => ({ ...generation, ...before(generation) }));
    await world.store.record(source.id).write({ ...stored!.value, generations }, stored!.etag);
    await withoutWriting(() => nextSweep(world, 2));
    expect(world.eventsOf('project.behind')).toEqual([]);
    await expectInSync(world, source);
    expect(await currentOf(world, source.id)).toMatchObject(after(stored!.value.generations[0]!));
  });

  it('pins a copy of which the source has lost much, and goes on looking', async () => {
    const source = await copied(world);
    world.policy = { ...world.policy, generationsToKeep: 2 };
    world.primary.resource.removeImages(source.id, [[...source.images.keys()][0]!]);
    await nextSweep(world);
    world.policy = { ...world.policy, shrinkLimitInPercent: 5 };
    await withoutWriting(() => nextSweep(world));
    expect((await world.record(source.id)).generations[0]?.pinned).not.toBeNull();
    await expectInSync(world, source);
  });

  it('leaves an import in flight where it is, and that goes on when it is off', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    await world.sweep();
    await withoutWriting(async () => {
      await world.settle();
      await nextSweep(world, 2);
    });
    expect((await world.record(source.id)).run?.replicaProjectId).not.toBeNull();
    setDryRun(false);
    await nextSweep(world);
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(1);
  });

  it('leaves a orphan where it is', async () => {
    const source = await copied(world);
    const orphan = stagingName(world.policy.owner, '20250101t000000-abcdef');
    await world.secondary.resource.addProject({ name: orphan });
    await withoutWriting(() => nextSweep(world, 3));
    expect(world.names).toContain(orphan);
    setDryRun(false);
    await nextSweep(world, 2);
    expect(world.names).not.toContain(orphan);
    await expectInSync(world, source);
  });

  it('takes notifications as hints', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    const [iterationId] = source.iterations.keys();
    const content = { projectId: source.id, iterationId, trainingStatus: 'TrainingCompleted' };
    await withoutWriting(() => world.notify(JSON.stringify({ type: 'Training', Content: content })));
    expect(world.eventsOf('notification.received')).toHaveLength(1);
    expect((await rowOf(world, source.id)).sync).toBe('behind');
  });
});
