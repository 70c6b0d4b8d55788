import type { Simulator, StoredProject } from '../../../src/local/simulator/index.ts';
import { currentGeneration } from '../../../src/core/facts/record.ts';
import { workItem } from '../../../src/core/facts/work-item.ts';
import { checkAtRest } from '../../support/invariants.ts';
import {
  addRose,
  copied,
  currentCopy,
  currentOf,
  FLOWERS,
  nextSweep,
  rowOf,
  routeOf,
  writesTo,
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld({ policy: { generationsToKeep: 3 } });
});

const DEATHS: [what: string, kill: (simulator: Simulator) => void][] = [
  ['does not connect', ({ faults }) => faults.order({ operation: '*', kind: 'drop', effect: 'none', times: 'always' })],
  [
    'refuses the key',
    ({ faults }) => faults.order({ operation: '*', kind: 'answer', status: 401, shape: 'nested', times: 'always' }),
  ],
  [
    'answers 503 alone',
    ({ faults }) => faults.order({ operation: '*', kind: 'answer', status: 503, shape: 'html', times: 'always' }),
  ],
];

/** A sweep with what follows it; that it fails is what these tests are about. */
async function failingSweep(): Promise<void> {
  await world.pass(1_800);
  await expect(world.sweep()).rejects.toThrow();
  await world.work();
}

const copyOf = async (source: StoredProject) => currentGeneration(await world.record(source.id));

describe.each(DEATHS)('while the primary %s', (_what, kill) => {
  it('a copy in the making is finished, proven, published and routed', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    await world.sweep();
    expect((await world.record(source.id)).run).not.toBeNull();
    kill(world.primary);
    await failingSweep();
    for (let turn = 0; turn < 20; turn += 1) {
      await world.pass(60);
      await world.work();
    }
    expect(await copyOf(source)).toMatchObject({ published: [{ publishName: 'production' }] });
    expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual(['production']);
  });

  it('a deleted copy is replaced by the older one, and a lost route written anew', async () => {
    const source = await copied(world);
    addRose(world.primary, source);
    await nextSweep(world);
    const [older] = (await world.record(source.id)).generations;
    kill(world.primary);
    world.deleteByHand((await currentCopy(world, source.id)).id);
    await failingSweep();
    expect(await currentOf(world, source.id)).toMatchObject({ replicaProjectId: older!.replicaProjectId });
    expect((await routeOf(world, source.id))?.secondary.projectId).toBe(older!.replicaProjectId);
    world.store.delete('routing.json');
    await failingSweep();
    expect((await routeOf(world, source.id))?.secondary.projectId).toBe(older!.replicaProjectId);
  });

  it('each copy is looked at, and what somebody unpublished on it is no longer said to be ready', async () => {
    const source = await copied(world);
    const before = (await copyOf(source))?.seenAt;
    kill(world.primary);
    const copy = await currentCopy(world, source.id);
    await failingSweep();
    expect((await copyOf(source))?.seenAt).not.toBe(before);
    world.unpublishByHand(copy.id);
    await failingSweep();
    expect((await copyOf(source))?.published).toEqual([]);
  });

  it('nothing is retired, marked as missing or copied, and all goes on once it answers again', async () => {
    const source = await copied(world);
    addRose(world.primary, source);
    await nextSweep(world);
    addRose(world.primary, source);
    kill(world.primary);
    const held = world.secondary.resource.projects.map(({ id }) => id);
    const written = writesTo(world.secondary).length;
    for (let night = 0; night < 6; night += 1) await failingSweep();
    expect(world.secondary.resource.projects.map(({ id }) => id)).toEqual(held);
    expect(writesTo(world.secondary)).toHaveLength(written);
    expect(await rowOf(world, source.id)).toMatchObject({ missingSince: null });
    world.primary.faults.clear();
    await nextSweep(world);
    await nextSweep(world);
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'in-sync', failure: null });
    expect((await world.store.sweep.read())?.value).toMatchObject({ failure: null, problem: null });
    await checkAtRest(world);
  });

  it('what a project waits for stays as it was, and a look at its copy takes no call to the primary', async () => {
    const source = await copied(world);
    kill(world.primary);
    await failingSweep();
    await world.pass(60);
    const asked = world.primary.calls.all.filter(({ path }) => path.includes(source.id)).length;
    const { wake, failure } = await world.record(source.id);
    await failingSweep();
    expect(world.primary.calls.all.filter(({ path }) => path.includes(source.id))).toHaveLength(asked);
    expect(await world.record(source.id)).toMatchObject({ wake, failure });
  });
});

it('a copy whose project waits for a person, since the primary refused the key, is looked after all the same', async () => {
  const source = await copied(world);
  DEATHS[1]![1](world.primary);
  await world.queue.enqueue(workItem(source.id, 'request'), 0);
  await world.work();
  expect((await world.record(source.id)).failure).toMatchObject({ class: 'auth', needsPerson: true });
  world.store.delete('routing.json');
  await failingSweep();
  expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual(['production']);
  expect((await world.record(source.id)).failure).toMatchObject({ class: 'auth', needsPerson: true });
});

it('a change by somebody is told while the primary is dead, and is over once it is undone', async () => {
  const source = await copied(world);
  const copy = await currentCopy(world, source.id);
  DEATHS[0]![1](world.primary);
  const { name } = copy;
  copy.name = 'Mine';
  await failingSweep();
  expect((await world.record(source.id)).failure).toMatchObject({ code: 'REPLICA_CHANGED', needsPerson: true });
  copy.name = name;
  await failingSweep();
  expect((await world.record(source.id)).failure).toBeNull();
});

it('a wake whose message was lost gets another while the primary is dead', async () => {
  await world.primary.resource.addProject(FLOWERS);
  await world.sweep();
  await world.work();
  DEATHS[0]![1](world.primary);
  await world.pass(1_800);
  world.queue.takeDue(new Date('2027-01-01T00:00:00Z'));
  await expect(world.sweep()).rejects.toThrow();
  expect(world.queue.queued.map(({ item }) => item.reason)).toContain('sweep');
});

it('what failed while the primary was dead is gone after the first sweep that it answers', async () => {
  const source = await copied(world);
  addRose(world.primary, source);
  DEATHS[0]![1](world.primary);
  await world.queue.enqueue(workItem(source.id, 'request'), 0);
  await world.work();
  // The later attempts are half an hour apart.
  for (let attempt = 0; attempt < 12; attempt += 1) {
    await world.pass(1_800);
    await world.work();
  }
  const { failure } = await world.record(source.id);
  expect(failure).toMatchObject({ class: 'transient', step: 'look at source' });
  world.primary.faults.clear();
  await world.pass(60);
  await world.sweep();
  await world.work();
  expect((await world.record(source.id)).failure).toBeNull();
});

describe('while the secondary is dead', () => {
  const [, kill] = DEATHS[0]!;

  it('the sources are looked at, and how far their copies are behind is known', async () => {
    const source = await copied(world);
    kill(world.secondary);
    addRose(world.primary, source);
    const before = (await world.record(source.id)).source?.observedAt ?? '';
    await failingSweep();
    const { source: seen, failure } = await world.record(source.id);
    expect(Date.parse(seen?.observedAt ?? '') - Date.parse(before)).toBeGreaterThan(1_000_000);
    expect((await rowOf(world, source.id)).sync).toBe('behind');
    expect(failure).toBeNull();
    expect(JSON.stringify(world.eventsOf('sweep.failed').at(-1))).toContain(new URL(world.secondary.url).host);
  });

  it('a source that is gone is noted as missing, and nothing is said of a copy', async () => {
    const kept = await copied(world);
    const gone = await world.primary.resource.addProject({ ...FLOWERS, name: 'Gone' });
    await nextSweep(world);
    const before = await world.record(kept.id);
    kill(world.secondary);
    world.primary.resource.removeProject(gone.id);
    await failingSweep();
    const state = (await world.store.sweep.read())?.value;
    expect(Object.keys(state?.missing ?? {})).toEqual([gone.id]);
    const { generations, inSyncAt } = await world.record(kept.id);
    expect({ generations, inSyncAt }).toEqual({ generations: before.generations, inSyncAt: before.inSyncAt });
  });

  it('neither a fault of the secondary nor the pair that was in order is forgotten', async () => {
    await copied(world);
    const { value, etag } = (await world.store.sweep.read())!;
    const brake = {
      kind: 'other-copies',
      since: '2026-03-01T08:00:00Z',
      accepted: 0,
      missing: 0,
      confirmedAt: null,
    } as const;
    await world.store.sweep.write({ ...value, brake, acceptedPair: 'another' }, etag);
    kill(world.secondary);
    await failingSweep();
    expect((await world.store.sweep.read())?.value).toMatchObject({ brake, acceptedPair: 'another' });
    const again = (await world.store.sweep.read())!;
    await world.store.sweep.write({ ...again.value, brake: null }, again.etag);
    await failingSweep();
    expect((await world.store.sweep.read())?.value).toMatchObject({ brake: null, acceptedPair: 'another' });
  });

  it('and the primary too, the failure names both', async () => {
    await copied(world);
    kill(world.secondary);
    kill(world.primary);
    await failingSweep();
    const told = JSON.stringify(world.eventsOf('sweep.failed').at(-1));
    for (const { url } of [world.primary, world.secondary]) expect(told).toContain(new URL(url).host);
  });
});

it('a stray import goes although the primary is dead, after the same grace', async () => {
  await copied(world);
  const { pair, installation } = world.policy.owner;
  const stray = await world.secondary.resource.addProject({
    name: `cvr-${pair}-${installation}-20260101t000000-stray`,
  });
  DEATHS[0]![1](world.primary);
  await failingSweep();
  expect(world.secondary.resource.projects.map(({ id }) => id)).toContain(stray.id);
  for (let sweeps = 0; sweeps < 4; sweeps += 1) await failingSweep();
  expect(world.secondary.resource.projects.map(({ id }) => id)).not.toContain(stray.id);
});

it('a copy that no record knows is found by its mark although the primary is dead', async () => {
  const source = await copied(world);
  const copy = await currentCopy(world, source.id);
  world.store.delete(`records/${source.id}.json`);
  DEATHS[0]![1](world.primary);
  await failingSweep();
  expect((await copyOf(source))?.replicaProjectId).toBe(copy.id);
});
