import type { WorkItem } from '../../src/core/facts/work-item.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import { Killed } from '../support/killer.ts';
import { copied, copies, currentOf, expectInSync, FLOWERS, nextSweep, routeOf, rowOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

/** An import that is asked after ever more rarely: a message comes again long before its successor is due. */
const IMPORT_IN_SECONDS = 1_500;

beforeEach(async () => {
  world = await startWorld({ secondary: { delays: { importInSeconds: IMPORT_IN_SECONDS } } });
});

const isEnqueue = (effect: string): boolean => effect === 'queue.enqueue';

/** No sweep completes, and no look at the source either. */
function killPrimary(): void {
  world.primary.faults.order({ operation: '*', kind: 'answer', status: 503, times: 'always' });
}

/** Takes the next message, with a process that dies once it has stored its next wake and before it sends that one. */
async function cutShort(): Promise<WorkItem> {
  const dueAt = world.queue.nextDueAt();
  if (dueAt === null) throw new Error('Nothing waits in the queue.');
  await world.pass(Math.max(0, (dueAt.getTime() - world.clock.now()) / 1_000));
  const [item, ...others] = world.queue.takeDue();
  if (item === undefined || others.length > 0) throw new Error('One message was expected.');
  const before = (await wakeOf(item.projectId))?.id ?? null;
  world.killer.killAt(0, 'before', isEnqueue);
  await expect(replicateProject(item, world.deps)).rejects.toBeInstanceOf(Killed);
  expect((await wakeOf(item.projectId))?.id).not.toBe(before);
  expect(world.queue.queued).toEqual([]);
  await world.restart();
  expect(Date.parse((await wakeOf(item.projectId))?.dueAt ?? '')).toBeGreaterThan(world.clock.now() + 60_000);
  return item;
}

async function wakeOf(projectId: string) {
  return (await world.store.record(projectId).read())?.value.wake ?? null;
}

/** The host delivers a message once more. */
async function redeliver(item: WorkItem, times = 1): Promise<void> {
  for (let count = 0; count < times; count += 1) await replicateProject(item, world.deps);
}

/** How many messages there were at most while the work went on to its end. */
async function mostMessages(): Promise<number> {
  let most = world.queue.queued.length;
  for (let dueAt = world.queue.nextDueAt(); dueAt !== null; dueAt = world.queue.nextDueAt()) {
    if (dueAt.getTime() > world.clock.now() + 3_600_000) break;
    await world.pass(Math.max(0, (dueAt.getTime() - world.clock.now()) / 1_000));
    for (const item of world.queue.takeDue()) await replicateProject(item, world.deps);
    most = Math.max(most, world.queue.queued.length);
  }
  return most;
}

/** A copy that has been importing for a while; its only message is the wake. */
async function importing(): Promise<StoredProject> {
  const source = await world.primary.resource.addProject(FLOWERS);
  await world.sweep();
  await world.settle(IMPORT_IN_SECONDS / 3);
  expect(world.queue.queued).toMatchObject([{ item: { reason: 'wake' } }]);
  return source;
}

async function expectInUse(source: StoredProject): Promise<void> {
  const { replicaProjectId } = await currentOf(world, source.id);
  expect((await routeOf(world, source.id))?.secondary.projectId).toBe(replicaProjectId);
  expect(copies(world).imports).toBe(1);
}

describe('a worker that dies between storing a wake and sending its message, with the primary dead ever since,', () => {
  it('strands nothing: the message it was at comes again, and the copy goes into use', async () => {
    const source = await importing();
    const item = await cutShort();
    killPrimary();
    await redeliver(item);
    await world.settle();
    await expectInUse(source);
  });

  it('twice running strands nothing either', async () => {
    const source = await importing();
    const first = await cutShort();
    killPrimary();
    await redeliver(first);
    const second = await cutShort();
    await redeliver(second);
    await world.settle();
    await expectInUse(source);
  });

  it.each(['sweep', 'request', 'training-completed'] as const)(
    'strands nothing where it was at a %s, which had found the wake overdue',
    async (reason) => {
      const source = await importing();
      world.queue.takeDue(new Date(world.clock.now() + 86_400_000));
      await world.pass(301);
      await world.queue.enqueue(workItem(source.id, reason), 0);
      const item = await cutShort();
      killPrimary();
      await redeliver(item);
      await world.settle();
      await expectInUse(source);
    },
  );

  it('strands nothing where it was the queue that refused the message', async () => {
    const source = await importing();
    await world.pass(301);
    const [item] = world.queue.takeDue();
    const { deps } = world;
    const queue = { enqueue: () => Promise.reject(new Error('The queue is out of reach.')) };
    await expect(replicateProject(item!, { ...deps, queue })).rejects.toThrow('out of reach');
    killPrimary();
    await redeliver(item!);
    await world.settle();
    await expectInUse(source);
  });
});

describe('a message that is delivered more than once', () => {
  it.each([1, 2, 5])('%d times too often makes no more work for ever', async (times) => {
    const source = await importing();
    const item = await cutShort();
    await redeliver(item, times);
    expect(await mostMessages()).toBeLessThanOrEqual(times + 1);
    await expectInUse(source);
    expect(world.queue.queued).toEqual([]);
  });

  // Of a project that is tried again and again there is a message for ever.
  it('while its successor waits as it should leaves one message in the end', async () => {
    const source = await copied(world);
    world.secondary.faults.order({ operation: '*', kind: 'answer', status: 503, times: 'always' });
    world.primary.resource.addImages(source.id, 1, { tags: ['rose'] });
    await world.queue.enqueue(workItem(source.id, 'request'), 0);
    await world.work();
    // The project is tried again and again; each of the next messages is delivered twice.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await world.pass((world.queue.nextDueAt()!.getTime() - world.clock.now()) / 1_000);
      for (const item of world.queue.takeDue()) await redeliver(item, 2);
    }
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await world.pass(Math.max(0, (world.queue.nextDueAt()!.getTime() - world.clock.now()) / 1_000));
      for (const item of world.queue.takeDue()) await replicateProject(item, world.deps);
    }
    expect(world.queue.queued).toHaveLength(1);
    world.secondary.faults.clear();
    await world.settle(6 * 3_600);
    await nextSweep(world);
    await expectInSync(world, source);
  });
});

describe('a wake that no message can be waiting for, as a clock that was wrong once stores it,', () => {
  /** A message is delayed by seven days at most. */
  it.each([
    ['in 2027', '2027-03-01T08:00:00.000Z'],
    ['in eight days', '2026-03-09T12:00:00.000Z'],
  ])('%s silences no project', async (_when, dueAt) => {
    const source = await copied(world);
    const document = world.store.record(source.id);
    const stored = await document.read();
    await document.write({ ...stored!.value, wake: { id: 'of-a-wrong-clock', dueAt } }, stored!.etag);
    world.primary.resource.addImages(source.id, 1, { tags: ['rose'] });
    await nextSweep(world);
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(2);
  });

  it('keeps no trigger waiting', async () => {
    const source = await copied(world);
    const document = world.store.record(source.id);
    const stored = await document.read();
    const wake = { id: 'of-a-wrong-clock', dueAt: '2027-03-01T08:00:00.000Z' };
    await document.write({ ...stored!.value, wake }, stored!.etag);
    world.primary.resource.addImages(source.id, 1, { tags: ['rose'] });
    await world.queue.enqueue(workItem(source.id, 'training-completed'), 0);
    await world.settle();
    expect(copies(world).imports).toBe(2);
    expect((await rowOf(world, source.id)).sync).toBe('in-sync');
  });
});
