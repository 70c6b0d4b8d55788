import { conflictOn } from '../../src/storage/document-text.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import type { WorkQueue } from '../../src/replicator/ports/storage.ts';
import { copied, expectInSync, FLOWERS, nextSweep } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

it('that others keep writing a document first is no failure of the project: the message comes again', async () => {
  const source = await copied(world);
  world.store.delete('routing.json');
  const { deps } = world;
  const routing = { ...deps.store.routing, write: () => Promise.reject(conflictOn('routing.json')) };
  const store = Object.assign(Object.create(deps.store) as typeof deps.store, { routing });
  const item = workItem(source.id, 'request');
  await expect(replicateProject(item, { ...deps, store })).rejects.toMatchObject({ class: 'conflict' });
  expect(await world.record(source.id)).toMatchObject({ failure: null, wake: null });
  expect(world.eventsOf('step.failed')).toEqual([]);
  await replicateProject(item, deps);
  await nextSweep(world);
  await expectInSync(world, source);
});

it('a wake is stored before its message is sent: no message can come that the record does not know', async () => {
  const source = await world.primary.resource.addProject(FLOWERS);
  const { deps } = world;
  const sent: (readonly [wake: string | null, stored: string | null])[] = [];
  const queue: WorkQueue = {
    enqueue: async (item, delayInSeconds) => {
      sent.push([item.wakeId, (await world.record(source.id)).wake?.id ?? null]);
      await deps.queue.enqueue(item, delayInSeconds);
    },
  };
  await replicateProject(workItem(source.id, 'request'), { ...deps, queue });
  expect(sent).toEqual([[expect.any(String), sent[0]?.[0]]]);
});
