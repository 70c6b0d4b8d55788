import { takePoisonWork } from '../../src/replicator/poison.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import { copied, expectInSync, FLOWERS, nextSweep, rowOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

const HOUR = 3_600;

/** Half-hourly sweeps, and every wake in between. */
async function hours(count: number): Promise<void> {
  const until = world.clock.now() + count * HOUR * 1_000;
  while (world.clock.now() < until) {
    await world.sweep();
    await world.settle(1_799);
    await world.pass(1_800);
  }
}

describe('an import that is refused again and again', () => {
  it('is a person’s after a few hours, is looked at in each sweep, and goes on by itself once it is accepted', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    const refusal = { kind: 'answer', status: 400, code: 'BadRequestImport', message: 'No.' } as const;
    world.secondary.faults.order({ operation: 'ImportProject', times: 'always', ...refusal });
    await hours(1);
    expect(await rowOf(world, source.id)).toMatchObject({ failure: { needsPerson: false } });
    await hours(5);
    expect(await rowOf(world, source.id)).toMatchObject({
      sync: 'parked',
      failure: { code: 'BadRequestImport', needsPerson: true, nextAttemptAt: null },
    });
    expect(world.eventsOf('project.parked').length).toBeGreaterThan(0);
    const before = world.secondary.calls.of('ImportProject').length;
    await nextSweep(world);
    expect(world.secondary.calls.of('ImportProject').length).toBe(before + 1);
    world.secondary.faults.clear();
    await nextSweep(world);
    await expectInSync(world, source);
  });

  it('does not stay parked while the import that was accepted goes on', async () => {
    const slow = await startWorld({ secondary: { delays: { importInSeconds: 1_200 } } });
    const source = await slow.primary.resource.addProject(FLOWERS);
    const refusal = { kind: 'answer', status: 400, code: 'BadRequestImport', message: 'No.' } as const;
    slow.secondary.faults.order({ operation: 'ImportProject', times: 'always', ...refusal });
    for (let sweeps = 0; sweeps < 12; sweeps += 1) {
      await slow.sweep();
      await slow.settle(1_799);
      await slow.pass(1_800);
    }
    expect(await rowOf(slow, source.id)).toMatchObject({ sync: 'parked' });
    slow.secondary.faults.clear();
    await slow.sweep();
    expect(await rowOf(slow, source.id)).toMatchObject({ sync: 'copying', failure: null });
  });

  it('leaves the copy in use as ready as it was', async () => {
    const source = await copied(world);
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    const refusal = { kind: 'answer', status: 400, code: 'BadRequestImport', message: 'No.' } as const;
    world.secondary.faults.order({ operation: 'ImportProject', times: 'always', ...refusal });
    await hours(6);
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'parked', readiness: { state: 'ready' } });
  });
});

it('work that is poisoned again and again is a person’s, and does not spin', async () => {
  const source = await copied(world);
  for (let count = 0; count < 6; count += 1) {
    world.queue.takeDue(new Date(world.clock.now() + 86_400_000));
    await takePoisonWork(workItem(source.id, 'sweep'), world.deps);
  }
  expect(await world.record(source.id)).toMatchObject({ failure: { needsPerson: true, attempts: 6 }, wake: null });
  expect(world.queue.queued).toEqual([]);
  await nextSweep(world);
  await expectInSync(world, source);
});
