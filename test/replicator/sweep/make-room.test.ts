import { addRose, copied, FLOWERS, nextSweep, rowOf } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

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
