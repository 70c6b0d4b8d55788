import { copied, expectInSync, FLOWERS, nextSweep, rowOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

const DAY = 86_400;

function outOfCalls(side: 'primary' | 'secondary', seconds: number): void {
  const message = 'Out of call volume quota. Quota will be replenished later.';
  const headers = { 'retry-after': String(seconds) };
  world[side].faults.order({
    operation: '*',
    kind: 'answer',
    status: 403,
    code: '403',
    message,
    headers,
    times: 'always',
  });
}

describe('a secondary whose calls are used up for twelve hours', () => {
  it('is not called by any of 20 projects before that, and parks none of them', async () => {
    const sources = [];
    for (let index = 0; index < 20; index += 1) {
      sources.push(await world.primary.resource.addProject({ ...FLOWERS, name: `Flowers ${index}` }));
    }
    await nextSweep(world);
    for (const { id } of sources) world.primary.resource.addIteration(id, { name: 'Iteration 3' });
    outOfCalls('secondary', DAY / 2);
    world.secondary.calls.clear();
    for (let sweeps = 0; sweeps < 10; sweeps += 1) {
      // No list, no sweep: that is told, and nobody asks again.
      await expect(nextSweep(world)).rejects.toMatchObject({ class: 'throttled' });
    }
    expect(world.secondary.calls.all).toHaveLength(1);
    for (const { id } of sources) expect((await rowOf(world, id)).failure?.needsPerson ?? false).toBe(false);
    world.secondary.faults.clear();
    await world.pass(DAY / 2);
    await nextSweep(world, 2);
    for (const source of sources) await expectInSync(world, source);
  });
});

describe('a wait that is longer than a message can be delayed', () => {
  it('is come back from after a week, without a call, and waited for to its end', async () => {
    const source = await copied(world);
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    outOfCalls('primary', 12 * DAY);
    world.primary.calls.clear();
    await world.queue.enqueue({ schemaVersion: 1, projectId: source.id, reason: 'sweep', wakeId: null }, 0);
    await world.settle(11 * DAY);
    expect(world.primary.calls.all).toHaveLength(1);
    const { failure, wake } = await world.record(source.id);
    expect(failure).toMatchObject({ class: 'throttled', needsPerson: false });
    expect(Date.parse(wake?.dueAt ?? '')).toBeGreaterThan(world.clock.now());
    world.primary.faults.clear();
    await world.settle(6 * DAY);
    await expectInSync(world, source);
  });
});
