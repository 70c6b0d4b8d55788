import { sweep } from '../../../src/replicator/sweep/sweep.ts';
import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { addRose, copied, currentCopy, FLOWERS, nextSweep, rowOf } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

it('room is asked of those who can give some, not of a project whose source is gone', async () => {
  world = await startWorld({ policy: { targetProjectLimit: 6 } });
  const sources = [];
  for (const name of ['Flowers', 'Trees', 'Boats']) {
    const source = await copied(world, { ...FLOWERS, name });
    addRose(world.primary, source);
    await nextSweep(world);
    sources.push(source);
  }
  expect(world.secondary.resource.projects).toHaveLength(6);
  world.primary.resource.removeProject(sources[0]!.id);
  await nextSweep(world);
  const poor = await world.primary.resource.addProject({ ...FLOWERS, name: 'Poor' });
  await nextSweep(world, 4);
  expect((await rowOf(world, poor.id)).sync).toBe('in-sync');
});

const EVERYTHING = { exclusionOf: () => null, names: () => false, unmatched: () => [] };

/** So many projects with a spare copy each, the first with the oldest, fill the target. */
async function full(...names: string[]): Promise<StoredProject[]> {
  world = await startWorld({ policy: { targetProjectLimit: 2 * names.length } });
  const sources = [];
  for (const name of names) {
    const source = await copied(world, { ...FLOWERS, name });
    addRose(world.primary, source);
    await nextSweep(world);
    sources.push(source);
  }
  expect(world.secondary.resource.projects).toHaveLength(2 * names.length);
  return sources;
}

/** Excludes a project by its name, as EXCLUDE_PROJECTS does. */
function exclude(excluded: string): void {
  const exclusionOf = ({ name }: { name: string }) => (name === excluded ? 'excluded by a test' : null);
  world.policy = { ...world.policy, exclusionOf };
}

/** Whom the next sweep asks for room, once another project wants a copy. */
async function asked(): Promise<string[]> {
  await world.primary.resource.addProject({ ...FLOWERS, name: 'Poor' });
  await world.pass(1_800);
  await sweep(world.deps, EVERYTHING, new AbortController().signal);
  const items = world.queue.queued.map(({ item }) => item);
  const ids = items.filter(({ reason }) => reason === 'make-room').map(({ projectId }) => projectId);
  return Promise.all(ids.map(async (id) => (await world.record(id)).name));
}

describe('a project that has the only spare copy there is gives it up', () => {
  it.each<[string, (source: StoredProject) => void]>([
    ['is excluded', ({ name }) => exclude(name)],
    ['is gone from the primary', ({ id }) => world.primary.resource.removeProject(id)],
  ])('though it %s, and keeps the copy in use', async (_what, act) => {
    const [source] = await full('Flowers');
    const copy = await currentCopy(world, source!.id);
    act(source!);
    await world.primary.resource.addProject({ ...FLOWERS, name: 'Poor' });
    await nextSweep(world, 3);
    expect(world.names).toEqual(['Flowers', 'Poor']);
    expect(world.secondary.resource.projects).toContain(copy);
    const poor = world.primary.resource.projectNamed('Poor');
    expect((await rowOf(world, poor.id)).sync).toBe('in-sync');
  });
});

describe('room is asked of the project with the oldest spare copy', () => {
  it.each<[string, (source: StoredProject) => void]>([
    ['in scope', () => undefined],
    ['excluded', ({ name }) => exclude(name)],
    ['gone', ({ id }) => world.primary.resource.removeProject(id)],
  ])('that is %s', async (_what, act) => {
    const [first] = await full('Flowers', 'Trees');
    act(first!);
    expect(await asked()).toEqual(['Flowers']);
  });

  it.each<[string, (source: StoredProject) => void | Promise<void>]>([
    [
      'diverged',
      async ({ id }) => {
        const copy = await currentCopy(world, id);
        await world.secondary.resource.updateProject(copy.id, { name: 'Mine' });
        await nextSweep(world);
        expect((await rowOf(world, id)).failure).toMatchObject({ code: 'REPLICA_CHANGED' });
      },
    ],
    [
      'frozen',
      async ({ id }) => {
        const since = new Date(world.clock.now()).toISOString();
        const decided = { active: 'primary', frozen: true, since, by: 'somebody', reason: 'a test' } as const;
        const more = { schemaVersion: 1, replicaProjectId: null, releasedAt: null } as const;
        await world.store.decision(id).write({ ...decided, ...more }, null);
      },
    ],
    [
      'at work on a copy',
      async ({ id }) => {
        const document = world.store.record(id);
        const stored = await document.read();
        const { generations } = stored!.value;
        const [oldest] = generations;
        const run = {
          ...{ runId: 'of-a-test', startedAt: oldest!.importedAt, before: oldest!.holds, intent: null },
          ...{ replicaProjectId: null, adoptedAt: null, importedAt: null, markedAt: null, verified: null },
          ...{ unlinked: null, published: [], naming: null, discard: null },
        };
        await document.write({ ...stored!.value, run }, stored!.etag);
      },
    ],
    [
      'waiting for its next attempt',
      async ({ id }) => {
        const document = world.store.record(id);
        const stored = await document.read();
        const dueAt = new Date(world.clock.now() + 86_400_000).toISOString();
        await document.write({ ...stored!.value, wake: { id: 'of-a-test', dueAt } }, stored!.etag);
      },
    ],
  ])('that is not %s: such a one would give nothing', async (_what, act) => {
    const [first] = await full('Flowers', 'Trees');
    await act(first!);
    expect(await asked()).toEqual(['Trees']);
  });
});
