import { ReplicationFailure } from '../../../src/core/facts/failure.ts';
import { sweep } from '../../../src/replicator/sweep/sweep.ts';
import { FLOWERS } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

const EVERYTHING = { exclusionOf: () => null, names: () => false, unmatched: () => [] };
const signal = new AbortController().signal;

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

it('tells what ended a sweep though storage refuses to keep it, and throws that and no later failure', async () => {
  await world.primary.resource.addProject(FLOWERS);
  await world.converge();
  world.primary.faults.order({ operation: 'GetProjects', kind: 'answer', status: 401, times: 'always' });
  const { deps } = world;
  const noRoom = new ReplicationFailure('The storage account is full.', {
    class: 'quota',
    code: 'FULL',
    hint: 'Free some.',
  });
  const store = { ...deps.store, sweep: { ...deps.store.sweep, write: () => Promise.reject(noRoom) } };
  let writes = 0;
  const startsAndThenFails = {
    read: () => deps.store.sweep.read(),
    write: (...args: Parameters<typeof deps.store.sweep.write>) =>
      (writes += 1) === 1 ? deps.store.sweep.write(...args) : store.sweep.write(),
  };
  const failing = sweep({ ...deps, store: { ...deps.store, sweep: startsAndThenFails } }, EVERYTHING, signal);
  await expect(failing).rejects.toMatchObject({ class: 'auth' });
  expect(world.eventsOf('sweep.failed')).toMatchObject([{ code: 'ErrorUnknown' }]);
  expect(world.eventsOf('storage.unavailable')).toMatchObject([{ code: 'FULL' }]);
});

it('enqueues and asks for nothing more once a refused enqueue has ended the sweep', async () => {
  for (let count = 0; count < 30; count += 1)
    await world.primary.resource.addProject({ ...FLOWERS, name: `F${count}` });
  const { deps } = world;
  const noQueue = new ReplicationFailure('The queue is gone.', {
    class: 'not-found',
    code: 'QUEUE_GONE',
    hint: 'Make it.',
  });
  let enqueued = 0;
  const queue = {
    enqueue: () => ((enqueued += 1) === 3 ? Promise.reject(noQueue) : Promise.resolve()),
  };
  let asked = 0;
  const source = new Proxy(deps.source, {
    get: (port, member) => {
      const value = Reflect.get(port, member) as unknown;
      return typeof value !== 'function'
        ? value
        : (...args: unknown[]) => {
            asked += 1;
            return value.apply(port, args) as unknown;
          };
    },
  });
  await expect(sweep({ ...deps, queue, source }, EVERYTHING, signal)).rejects.toMatchObject({ code: 'QUEUE_GONE' });
  const then = { enqueued, asked };
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect({ enqueued, asked }).toEqual(then);
  expect(enqueued).toBe(3);
});
