import { metricsOf } from '../../../src/core/status/metrics.ts';
import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { expectSweep } from '../../../src/replicator/documents.ts';
import { HALF_HOURLY } from '../../support/builders.ts';
import { checkAtRest } from '../../support/invariants.ts';
import {
  addRose,
  copied,
  copies,
  currentCopy,
  currentOf,
  FLOWERS,
  nextSweep,
  routeOf,
  rowOf,
  statusOf,
  swapLabels,
  writesTo,
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

const WEEK_IN_SECONDS = 7 * 86_400;

let world: World;

beforeEach(async () => {
  world = await startWorld({ policy: { generationsToKeep: 3 } });
  // A list that lacks all that was in it would be taken for a fault.
  await copied(world, { ...FLOWERS, name: 'Trees' });
});

const ENDS: [what: string, end: (source: StoredProject) => void][] = [
  ['is gone', ({ id }) => world.primary.resource.removeProject(id)],
  [
    'is excluded',
    ({ id }) => (world.policy = { ...world.policy, exclusionOf: (project) => (project.id === id ? 'unwanted' : null) }),
  ],
];

/** A project with two copies, the newer one in use. */
async function copiedTwice(): Promise<StoredProject> {
  const source = await copied(world);
  addRose(world.primary, source);
  await nextSweep(world);
  expect((await world.record(source.id)).generations).toHaveLength(2);
  return source;
}

describe.each(ENDS)('a project that %s', (_what, end) => {
  it('has its copy, once that is deleted, replaced by the older one, which routing names', async () => {
    const source = await copiedTwice();
    const [older] = (await world.record(source.id)).generations;
    end(source);
    await nextSweep(world);
    world.deleteByHand((await currentCopy(world, source.id)).id);
    await nextSweep(world);
    expect(await currentOf(world, source.id)).toMatchObject({ replicaProjectId: older!.replicaProjectId });
    expect((await routeOf(world, source.id))?.secondary).toMatchObject({ projectId: older!.replicaProjectId });
    expect(copies(world).imports).toBe(3);
    await checkAtRest(world);
  });

  it('has its route written anew where that was lost', async () => {
    const source = await copied(world);
    const route = await routeOf(world, source.id);
    end(source);
    await nextSweep(world);
    world.store.delete('routing.json');
    await nextSweep(world);
    expect((await routeOf(world, source.id))?.secondary).toEqual(route?.secondary);
  });

  it('is no longer routed to under a name that somebody ended on its copy, and nothing is published again', async () => {
    const source = await copied(world);
    end(source);
    await nextSweep(world);
    expect((await routeOf(world, source.id))?.secondary.publishNames).not.toEqual([]);
    world.unpublishByHand((await currentCopy(world, source.id)).id);
    const published = world.secondary.calls.of('PublishIteration').length;
    await nextSweep(world, 2);
    expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual([]);
    expect(world.secondary.calls.of('PublishIteration')).toHaveLength(published);
  });

  it('has the labels of its copy read when that is due, and not before', async () => {
    const source = await copied(world);
    end(source);
    await nextSweep(world, 2);
    const { verifiedAt } = await currentOf(world, source.id);
    const pages = (): number => world.secondary.calls.of('GetImages').filter(isOf(copy.id)).length;
    const copy = await currentCopy(world, source.id);
    const before = pages();
    await nextSweep(world, 3);
    expect(pages()).toBe(before);
    await world.pass(WEEK_IN_SECONDS);
    await nextSweep(world, 3);
    expect(pages()).toBe(before + 1);
    const provenAt = (await currentOf(world, source.id)).verifiedAt ?? '';
    expect(Date.parse(provenAt)).toBeGreaterThanOrEqual(Date.parse(verifiedAt ?? '') + WEEK_IN_SECONDS * 1_000);
  });

  it('is told of what somebody did to its copy, until that is undone', async () => {
    const source = await copied(world);
    end(source);
    await nextSweep(world);
    const undo = swapLabels(world.secondary, await currentCopy(world, source.id));
    await nextSweep(world, 2);
    const { failure } = await rowOf(world, source.id);
    expect(failure).toMatchObject({ code: 'REPLICA_CHANGED', needsPerson: false, nextAttemptAt: null });
    expect(failure?.message).toContain('the source is not followed any more');
    expect(failure?.hint).not.toContain('a new copy is made');
    undo();
    await nextSweep(world);
    expect((await rowOf(world, source.id)).failure).toBeNull();
  });

  it('wakes nobody for what somebody did to its copy, which is not ready all the same', async () => {
    const source = await copied(world);
    swapLabels(world.secondary, await currentCopy(world, source.id));
    await nextSweep(world);
    const woken = () => [...world.eventsOf('project.diverged'), ...world.eventsOf('project.parked')].length;
    // While it was followed a person was asked, once for each look that found it so.
    expect([woken(), (await rowOf(world, source.id)).sync]).toEqual([1, 'parked']);
    end(source);
    await nextSweep(world, 2);
    expect(woken()).toBe(1);
    const { sync, failure, readiness } = await rowOf(world, source.id);
    expect(['source-missing', 'excluded']).toContain(sync);
    expect(failure).toMatchObject({ code: 'REPLICA_CHANGED', needsPerson: false });
    expect(readiness).toMatchObject({ state: 'not-ready', reasons: ['somebody changed its copy'] });
    const report = await statusOf(world);
    expect(report.attention.filter(({ level }) => level === 'critical')).toEqual([]);
    const { store, clock } = world.deps;
    const swept = await expectSweep(store, clock, HALF_HOURLY);
    const metrics = metricsOf({ report, routes: null, swept, schedule: HALF_HOURLY, now: clock.now() });
    const parked = metrics.filter((event) => event.event === 'project.metrics' && event.parkedSeconds !== null);
    expect(parked).toEqual([]);
    expect(world.history.entries.map(({ event }) => event)).toContain('project.unparked');
  });

  it('fails no more for a copy that is not made any more', async () => {
    const source = await copied(world);
    addRose(world.primary, source);
    const refusal = { operation: 'ImportProject', kind: 'answer', status: 400, code: 'BadRequest' } as const;
    world.secondary.faults.order(refusal);
    await world.pass(1_800);
    await world.sweep();
    expect((await world.record(source.id)).failure?.class).toBe('refused');
    end(source);
    await world.pass(86_400);
    await nextSweep(world, 2);
    expect(await world.record(source.id)).toMatchObject({ failure: null, triggeredAt: null, run: null });
  });

  it('is left as it is while nothing happens to its copies: nothing is made, changed or retired', async () => {
    const source = await copiedTwice();
    end(source);
    await nextSweep(world);
    const writes = () => [world.primary, world.secondary].flatMap(writesTo);
    const before = writes();
    await world.pass(WEEK_IN_SECONDS);
    await nextSweep(world, 3);
    expect(writes()).toEqual(before);
    expect(await rowOf(world, source.id)).toMatchObject({ failure: null, inFlight: null });
    await checkAtRest(world);
  });

  it.each(['reply', 'import'] as const)(
    'leaves nothing astray where the %s of its last import is lost',
    async (what) => {
      const source = await copied(world);
      addRose(world.primary, source);
      const effect = what === 'reply' ? 'done' : 'none';
      world.secondary.faults.order({ operation: 'ImportProject', kind: 'drop', effect });
      await world.pass(1_800);
      await world.sweep();
      end(source);
      // Its message is lost, too: only a sweep comes by.
      world.queue.takeDue(new Date(world.clock.now() + 86_400_000));
      await nextSweep(world, 4);
      const { run, generations } = await world.record(source.id);
      expect({ run, copies: generations.length }).toEqual({ run: null, copies: what === 'reply' ? 2 : 1 });
      expect(world.names.filter((name) => name.startsWith('cvr-'))).toEqual([]);
      expect((await routeOf(world, source.id))?.secondary.projectId).toBe(generations.at(-1)?.replicaProjectId);
      await checkAtRest(world);
    },
  );
});

function isOf(projectId: string) {
  return ({ path }: { readonly path: string }): boolean => path.includes(projectId);
}

it('a project that is gone on both sides costs no more looks, and is released', async () => {
  const source = await copied(world);
  const { id } = await currentCopy(world, source.id);
  world.primary.resource.removeProject(source.id);
  await nextSweep(world);
  world.deleteByHand(id);
  await nextSweep(world, 2);
  expect(world.eventsOf('project.released')).toMatchObject([{ projectId: source.id }]);
  expect(await routeOf(world, source.id)).toBeNull();
});
