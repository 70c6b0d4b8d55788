import { readSweepState, updateSweepState } from '../../../src/replicator/documents.ts';
import { sweep, type Swept } from '../../../src/replicator/sweep/sweep.ts';
import { isAppItem, NO_PROJECT } from '../../../src/core/facts/work-item.ts';
import { replicateProject } from '../../../src/replicator/replicate-project.ts';
import { Killed } from '../../support/killer.ts';
import { copied, FLOWERS, statusOf } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

jest.setTimeout(120_000);

const EVERYTHING = { exclusionOf: () => null, names: () => false, unmatched: () => [] };
const signal = new AbortController().signal;

/** Of the function time-outs that people set, and the one that host.json has. */
const TIMEOUT_IN_SECONDS = { short: 300, ours: 600 };

let world: World;

/** A primary of so many projects, and a client that makes one call a second to each side. */
async function manyProjects(count: number): Promise<void> {
  world = await startWorld({
    primary: { limits: { projects: 1_000 } },
    secondary: { limits: { projects: 1_000 } },
    policy: { targetProjectLimit: 1_000 },
    client: { callsPerSecond: 1 },
  });
  for (let index = 0; index < count; index += 1) {
    await world.primary.resource.addProject({ ...FLOWERS, name: `Flowers ${index}` });
  }
}

/** The token of the message that goes on with the sweep, taken off the queue; the other work is left. */
async function takeToken(): Promise<string | null> {
  const items = world.queue.takeDue();
  for (const item of items.filter((each) => !isAppItem(each))) await world.queue.enqueue(item, 0);
  const [token, ...more] = items.filter(isAppItem).map(({ wakeId }) => wakeId);
  expect(more).toEqual([]);
  return token ?? null;
}

/** One part of a sweep; how it ended and how long it took. */
async function part(token: string | null): Promise<{ swept: Swept; inSeconds: number }> {
  const before = world.clock.now();
  const swept = await sweep(world.deps, EVERYTHING, signal, token);
  return { swept, inSeconds: (world.clock.now() - before) / 1_000 };
}

/** A whole sweep, part by part; how long each took. */
async function wholeSweep(): Promise<number[]> {
  const parts = [await part(null)];
  while (parts.at(-1)?.swept === 'to-be-continued' && parts.length < 50) parts.push(await part(await takeToken()));
  expect(parts.at(-1)?.swept).toBe('completed');
  return parts.map(({ inSeconds }) => inSeconds);
}

const stateNow = () => readSweepState(world.store, world.deps.clock);

/** Does all work on projects at the pace that there is; sweeps have turns of their own. */
async function workOnProjects(): Promise<void> {
  for (let rounds = 0; rounds < 200; rounds += 1) {
    for (const item of world.queue.takeDue()) await replicateProject(item, world.deps);
    const next = world.queue.nextDueAt();
    if (next === null) return;
    await world.clock.advance(Math.max(0, next.getTime() - world.clock.now()));
  }
}

describe('159 projects at a call a second', () => {
  beforeEach(() => manyProjects(159));

  it('are all looked at by one sweep, in parts of which none comes near a function’s time-out', async () => {
    const parts = await wholeSweep();
    expect(parts.length).toBeGreaterThan(1);
    for (const inSeconds of parts) expect(inSeconds).toBeLessThan(TIMEOUT_IN_SECONDS.short);
    expect(parts.reduce((sum, inSeconds) => sum + inSeconds)).toBeGreaterThan(TIMEOUT_IN_SECONDS.short);
    const looked = world.primary.calls.of('GetTags').map(({ path }) => path);
    expect(looked).toHaveLength(159);
    expect(new Set(looked).size).toBe(159);
    expect(world.eventsOf('sweep.completed')).toMatchObject([{ projects: 159, inScope: 159, enqueued: 159 }]);
    expect(await stateNow()).toMatchObject({ round: null, problem: null, failure: null, slotsWanted: 159 });
  });

  it('are swept again once all have copies, and every lag is known', async () => {
    await wholeSweep();
    await workOnProjects();
    // Labels are read by the worker where the service is not known to tell of their edits.
    await updateSweepState(world.store, world.deps.clock, (state) => ({ ...state, labelEdits: 'moves' }));
    world.primary.calls.clear();
    const parts = await wholeSweep();
    for (const inSeconds of parts) expect(inSeconds).toBeLessThan(TIMEOUT_IN_SECONDS.short);
    const { projects, sweep: swept } = await statusOf(world);
    expect(projects.filter(({ sync }) => sync === 'in-sync')).toHaveLength(159);
    for (const { observedAt } of projects) expect((observedAt ?? '') >= (swept.lastStartedAt ?? '')).toBe(true);
    expect(world.primary.calls.of('GetTags')).toHaveLength(159);
    expect(world.queue.queued).toEqual([]);
  });

  it('that is killed in the middle goes on where it was, by the same message or at the schedule’s time', async () => {
    world.policy = { ...world.policy, limits: { ...world.policy.limits, invocationInSeconds: 100 } };
    await part(null);
    const token = await takeToken();
    const looksBefore = world.primary.calls.of('GetTags').length;
    // So many looks later; the place is stored by then.
    world.killer.killAt(25, 'before', (effect) => effect === 'queue.enqueue');
    await expect(sweep(world.deps, EVERYTHING, signal, token)).rejects.toBeInstanceOf(Killed);
    await world.restart();
    const saved = (await stateNow()).round?.looked.length ?? 0;
    expect(saved).toBeGreaterThan(looksBefore);
    expect(await part(token)).toMatchObject({ swept: 'to-be-continued' });
    // The message is lost.
    await takeToken();
    await world.pass(1_200);
    const parts = await wholeSweep();
    expect(parts.length).toBeLessThan(6);
    const looks = world.primary.calls.of('GetTags').length;
    // What is looked at twice was looked at since the place was last stored, or was under way.
    expect(looks).toBeLessThanOrEqual(159 + 20 + 4);
    const looked = new Set(world.primary.calls.of('GetTags').map(({ path }) => path));
    expect(looked.size).toBe(159);
  });

  it('conclude nothing before the last was looked at', async () => {
    const orphan = { ...FLOWERS, name: `cvr-${world.policy.owner.pair}-${world.policy.owner.installation}-gone` };
    await world.secondary.resource.addProject(orphan);
    expect(await part(null)).toMatchObject({ swept: 'to-be-continued' });
    const state = await stateNow();
    expect(state).toMatchObject({ lastCompletedAt: null, slotsWanted: null, orphans: {}, targetProjects: null });
    expect((await statusOf(world)).sweep.lastCompletedAt).toBeNull();
    const token = await takeToken();
    while ((await part((await stateNow()).round?.next ?? token)).swept === 'to-be-continued') await takeToken();
    expect(Object.keys((await stateNow()).orphans)).toHaveLength(1);
  });
});

describe('a sweep in parts', () => {
  beforeEach(() => manyProjects(60));

  it('is gone on with by one message only, whatever else says so', async () => {
    // A look at sixty takes less than an invocation here, so that this one is given less.
    world.policy = { ...world.policy, limits: { ...world.policy.limits, invocationInSeconds: 30 } };
    await part(null);
    const first = await takeToken();
    expect((await part(first)).swept).toBe('to-be-continued');
    expect((await part(first)).swept).toBe('stale');
    // The schedule's own time comes in between.
    expect((await part(null)).swept).toBe('to-be-continued');
    expect(world.eventsOf('sweep.completed')).toEqual([]);
    const tokens = world.queue.takeDue().filter(isAppItem);
    expect(tokens).toHaveLength(2);
    const ends = [await part(tokens[0]!.wakeId), await part(tokens[1]!.wakeId)];
    expect(ends.map(({ swept }) => swept)).toEqual(['stale', 'to-be-continued']);
  });

  it('is done by one host at a time', async () => {
    const lease = await world.leases.acquire(NO_PROJECT);
    expect((await part(null)).swept).toBe('busy');
    expect(world.primary.calls.all).toEqual([]);
    await lease?.release();
    expect((await part(null)).swept).toBe('completed');
  });

  it('looks at projects that are new since it began, and not at those that are gone', async () => {
    world.policy = { ...world.policy, limits: { ...world.policy.limits, invocationInSeconds: 60 } };
    await part(null);
    const looked = new Set((await stateNow()).round?.looked);
    const gone = world.primary.resource.projects.find(({ id }) => !looked.has(id))!;
    world.primary.resource.removeProject(gone.id);
    const added = await world.primary.resource.addProject({ ...FLOWERS, name: 'Added' });
    while ((await part(await takeToken())).swept === 'to-be-continued');
    const tags = world.primary.calls.of('GetTags').map(({ path }) => path);
    expect(tags.some((path) => path.includes(added.id))).toBe(true);
    expect(tags.some((path) => path.includes(gone.id))).toBe(false);
    expect(await stateNow()).toMatchObject({ missing: {}, problem: null });
  });

  it('that was given up hours ago is begun anew', async () => {
    world.policy = { ...world.policy, limits: { ...world.policy.limits, invocationInSeconds: 30 } };
    await part(null);
    const { round } = await stateNow();
    await world.pass(2 * 3_600);
    await part(null);
    expect((await stateNow()).round?.id).not.toBe(round?.id);
  });

  it('goes on after a part that failed, and says until then what failed', async () => {
    world.policy = { ...world.policy, limits: { ...world.policy.limits, invocationInSeconds: 60 } };
    await part(null);
    const token = await takeToken();
    world.primary.faults.order({ operation: 'GetProjects', kind: 'answer', status: 500, times: 'always' });
    await expect(part(token)).rejects.toMatchObject({ class: 'transient' });
    expect((await stateNow()).failure).not.toBeNull();
    world.primary.faults.clear();
    const looksBefore = world.primary.calls.of('GetTags').length;
    await wholeSweep();
    expect(world.primary.calls.of('GetTags').length).toBe(60);
    expect(looksBefore).toBeGreaterThan(0);
    expect(await stateNow()).toMatchObject({ failure: null, problem: null });
  });
});

it('no project gives up a copy for one that got its slot while the sweep went on', async () => {
  world = await startWorld();
  const source = await copied(world);
  await world.pass(60);
  const startedAt = new Date(world.clock.now()).toISOString();
  // An earlier part found that this one wanted a slot; since then it was copied.
  const round = {
    ...{ id: 'r', next: 'r', startedAt, touchedAt: startedAt, looked: [], wantCopies: [source.id] },
    ...{ enqueued: 0, failed: 0, problem: null },
  };
  await updateSweepState(world.store, world.deps.clock, (state) => ({ ...state, round }));
  await world.pass(60);
  await replicateProject({ schemaVersion: 1, projectId: source.id, reason: 'request', wakeId: null }, world.deps);
  await sweep(world.deps, EVERYTHING, signal, 'r');
  expect((await stateNow()).slotsWanted).toBe(0);
});
