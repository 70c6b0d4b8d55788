import type { Simulator, StoredProject } from '../../../src/local/simulator/index.ts';
import { currentGeneration } from '../../../src/core/facts/record.ts';
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
