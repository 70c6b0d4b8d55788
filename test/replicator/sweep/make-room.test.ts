import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { sweep } from '../../../src/replicator/sweep/sweep.ts';
import { addRose, copied, FLOWERS, nextSweep, rowOf } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

const EVERYTHING = { exclusionOf: () => null, names: () => false, unmatched: () => [] };

let world: World;

it('room is asked of those who can give some, not of a project whose source is gone', async () => {
  world = await startWorld({ policy: { targetProjectLimit: 6 } });
  const sources = [];
  for (const name of ['Flowers', 'Trees', 'Boats']) {
    const source = await copied(world, { ...FLOWERS, name });
    addRose(world.primary, source);
    await nextSweep(world);
    sources.push(source);
  }
  expect(world.secondary.resource.projects).toHaveLength(6);
  world.primary.resource.removeProject(sources[0]!.id);
  await nextSweep(world);
  const poor = await world.primary.resource.addProject({ ...FLOWERS, name: 'Poor' });
  await nextSweep(world, 4);
  expect((await rowOf(world, poor.id)).sync).toBe('in-sync');
});

it('room is not asked of a frozen project, which gives nothing up, but of the next who can', async () => {
  world = await startWorld({ policy: { targetProjectLimit: 4 } });
  const sources: StoredProject[] = [];
  for (const name of ['Frozen', 'Trees']) {
    const source = await copied(world, { ...FLOWERS, name });
    addRose(world.primary, source);
    await nextSweep(world);
    sources.push(source);
  }
  const [frozen, trees] = sources as [StoredProject, StoredProject];
  await world.store.decision(frozen.id).write(
    {
      ...{ schemaVersion: 1, active: 'primary', frozen: true, replicaProjectId: null, releasedAt: null },
      ...{ since: new Date(world.clock.now()).toISOString(), by: 'Ada', reason: 'An audit' },
    },
    null,
  );
  const poor = await world.primary.resource.addProject({ ...FLOWERS, name: 'Poor' });
  await world.pass(1_800);
  await sweep(world.deps, EVERYTHING, new AbortController().signal);
  const asked = world.queue.queued.filter(({ item }) => item.reason === 'make-room');
  expect(asked.map(({ item }) => item.projectId)).toEqual([trees.id]);
  await world.settle();
  await nextSweep(world);
  expect((await rowOf(world, poor.id)).sync).toBe('in-sync');
  expect((await world.record(frozen.id)).generations).toHaveLength(2);
});
