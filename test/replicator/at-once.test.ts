import { isFailure } from '../../src/core/facts/failure.ts';
import { newRecord } from '../../src/core/facts/record.ts';
import type { WorkItem } from '../../src/core/facts/work-item.ts';
import { takePoisonWork } from '../../src/replicator/poison.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import { addRose, copied, copies, expectInSync, FLOWERS, nextSweep, rowOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

function trigger({ id }: StoredProject, reason: WorkItem['reason'] = 'request'): WorkItem {
  return { schemaVersion: 1, projectId: id, reason, wakeId: null };
}

/** Takes what is due; each message is delivered so often, and all are worked on at once. */
async function workAtOnce(deliveries: number): Promise<void> {
  const due = new Map(world.queue.takeDue().map((item) => [JSON.stringify(item), item]));
  const delivered = [...due.values()].flatMap((item) => Array.from({ length: deliveries }, () => item));
  await Promise.all(delivered.map((item) => replicateProject(item, world.deps)));
}

describe('several workers on one project', () => {
  it('make one copy, whatever the triggers', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    const reasons = ['sweep', 'training-completed', 'request', 'sweep', 'training-completed'] as const;
    const outcomes = await Promise.all(reasons.map((reason) => replicateProject(trigger(source, reason), world.deps)));
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(4);
    await world.settle();
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
    await expectInSync(world, source);
  });

  it('make one copy though each message is delivered three times', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    await world.queue.enqueue(trigger(source, 'sweep'), 0);
    for (let round = 0; round < 40 && world.queue.queued.length > 0; round += 1) {
      await workAtOnce(3);
      const next = world.queue.nextDueAt();
      if (next !== null) await world.pass(Math.max(0, (next.getTime() - world.clock.now()) / 1_000));
    }
    await nextSweep(world);
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
    await expectInSync(world, source);
  });

  it('and several sweeps at once make one copy of each project', async () => {
    const sources = [];
    for (const name of ['One', 'Two', 'Three'])
      sources.push(await world.primary.resource.addProject({ ...FLOWERS, name }));
    await Promise.all([world.sweep(), world.sweep(), world.sweep()]);
    await world.settle();
    await nextSweep(world);
    expect(copies(world)).toEqual({ exports: 3, imports: 3 });
    for (const source of sources) await expectInSync(world, source);
  });

  it('leave no lease behind', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    await Promise.all([world.sweep(), world.sweep()]);
    expect(world.leases.isHeld(source.id)).toBe(false);
    world.primary.faults.order({ operation: 'GetProject', kind: 'answer', status: 500, times: 'always' });
    await replicateProject(trigger(source), world.deps);
    expect(world.leases.isHeld(source.id)).toBe(false);
  });
});

describe('a trigger that comes while somebody has the lease', () => {
  it('is looked at once the holder is done', async () => {
    const source = await copied(world);
    const lease = await world.leases.acquire(source.id);
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    expect(await replicateProject(trigger(source, 'training-completed'), world.deps)).toBe('busy');
    expect(copies(world).imports).toBe(1);
    await lease?.release();
    await world.settle();
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
  });

  it('is not lost where it comes between the holder’s look at the source and its end', async () => {
    const source = await copied(world);
    addRose(world.primary, source);
    let told = 0;
    world.secondary.on('PublishIteration', 'before-effect', async () => {
      told += 1;
      if (told > 1) return;
      world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
      expect(await replicateProject(trigger(source, 'training-completed'), world.deps)).toBe('busy');
    });
    await world.sweep();
    await world.settle();
    expect(copies(world).imports).toBe(3);
    await expectInSync(world, source);
  });
});

describe('a lease that is lost', () => {
  it.each([
    ['primary', 'GetTags'],
    ['primary', 'ExportProject'],
    ['secondary', 'ImportProject'],
    ['secondary', 'UpdateProject'],
    ['secondary', 'PublishIteration'],
  ] as const)(
    'in the middle of %s %s ends the work at once, and the next worker makes one copy',
    async (side, operation) => {
      const source = await world.primary.resource.addProject(FLOWERS);
      let saved = '';
      const stop = world[side].on(operation, 'before-reply', () => {
        stop();
        world.leases.expireAll();
        saved = world.store.get(`records/${source.id}.json`) ?? '';
      });
      await world.queue.enqueue(trigger(source), 0);
      const failed = await world.settle().then(
        () => null,
        (error: unknown) => error,
      );
      expect(isFailure(failed, 'conflict')).toBe(true);
      expect(world.store.get(`records/${source.id}.json`) ?? '').toBe(saved);
      // The host delivers the message again.
      await world.queue.enqueue(trigger(source), 0);
      await world.settle();
      await nextSweep(world, 2);
      expect(copies(world).imports).toBe(1);
      await expectInSync(world, source);
    },
  );

  it('to a worker that goes on regardless keeps that one from saving anything', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    const stop = world.primary.on('GetTags', 'before-reply', async () => {
      stop();
      // Another worker was quicker: the record is no longer the one that was read.
      await world.store.record(source.id).write(newRecord(source.id, source.name), null);
    });
    await expect(replicateProject(trigger(source), world.deps)).rejects.toMatchObject({ class: 'conflict' });
    expect(copies(world)).toEqual({ exports: 1, imports: 0 });
    await nextSweep(world, 2);
    await expectInSync(world, source);
  });
});

describe('work that failed again and again', () => {
  it('is recorded on its project as a bug, and tried again with a growing delay', async () => {
    const source = await copied(world);
    const delays: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      await takePoisonWork(trigger(source), world.deps);
      const { failure } = await rowOf(world, source.id);
      expect(failure).toMatchObject({ code: 'WORK_POISONED', needsPerson: false, attempts: count + 1 });
      delays.push((Date.parse(failure?.nextAttemptAt ?? '') - world.clock.now()) / 1_000);
    }
    expect(delays).toEqual(delays.toSorted((left, right) => left - right));
    expect(new Set(delays).size).toBe(4);
    expect(world.eventsOf('step.failed')).toHaveLength(4);
  });

  it('is over once the project is in sync again', async () => {
    const source = await copied(world);
    await takePoisonWork(trigger(source), world.deps);
    await world.settle();
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(1);
  });

  it('of a project that was never seen is recorded too, and later sweeps try again', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    await takePoisonWork(trigger(source), world.deps);
    await world.sweep();
    expect((await rowOf(world, source.id)).failure?.code).toBe('WORK_POISONED');
    await world.settle();
    await expectInSync(world, source);
  });

  it('comes again later where somebody is at work on the project', async () => {
    const source = await copied(world);
    const lease = await world.leases.acquire(source.id);
    // Five deliveries may all meet whoever is at work: it comes back as work instead of being given up for good.
    await takePoisonWork(trigger(source), world.deps);
    expect((await rowOf(world, source.id)).failure).toBeNull();
    await lease?.release();
    expect(world.queue.nextDueAt()?.getTime()).toBe(world.clock.now() + 30_000);
    await world.settle();
    await expectInSync(world, source);
  });
});
