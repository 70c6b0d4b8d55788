import { stagingName } from '../../../src/core/content/mark.ts';
import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { copied, nextSweep } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

/** What an import leaves whose intent was superseded. */
function orphan(): Promise<StoredProject> {
  return world.secondary.resource.addProject({ name: stagingName(world.policy.owner, '20260101t000000-abcdef') });
}

beforeEach(async () => {
  world = await startWorld();
  await copied(world);
});

it('a staging project of ours that no record wants is deleted, once its reply could no longer come late', async () => {
  const project = await orphan();
  await world.sweep();
  expect(world.secondary.resource.projects).toContain(project);
  await nextSweep(world);
  expect(world.names).toEqual(['Flowers']);
  expect(world.eventsOf('import.discarded')).toMatchObject([
    { replicaProjectId: project.id, code: 'IMPORT_SUPERSEDED' },
  ]);
});

it.each(['cvr-mine', 'Mine'])('one that somebody names %s right before it would be deleted stays', async (name) => {
  const project = await orphan();
  await world.sweep();
  world.secondary.on('GetProject', 'before-effect', ({ path }) => {
    if (path.includes(project.id)) project.name = name;
  });
  await nextSweep(world, 2);
  expect(project.name).toBe(name);
  expect(world.secondary.resource.projects).toContain(project);
  expect((await world.store.sweep.read())?.value).toMatchObject({ orphans: {} });
});
