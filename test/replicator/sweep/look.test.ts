import { sweep } from '../../../src/replicator/sweep/sweep.ts';
import { copied, expectInSync } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';

const EVERYTHING = { exclusionOf: () => null, names: () => false, unmatched: () => [] };

it('a sweep that finds a project in sync writes over nothing that was stored during its look', async () => {
  const world = await startWorld();
  const source = await copied(world);
  await world.pass(1_800);
  const document = world.store.record(source.id);
  const triggeredAt = new Date(world.clock.now()).toISOString();
  const stop = world.primary.on('GetTags', 'before-reply', async () => {
    stop();
    const stored = await document.read();
    await document.write({ ...stored!.value, triggeredAt }, stored!.etag);
  });
  await sweep(world.deps, EVERYTHING, new AbortController().signal);
  expect(await world.record(source.id)).toMatchObject({ triggeredAt });
  // Whoever looks at it next starts from what is stored by then.
  expect(world.queue.queued).toMatchObject([{ item: { projectId: source.id, reason: 'sweep' } }]);
  await world.settle();
  await expectInSync(world, source);
});
