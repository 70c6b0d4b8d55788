import {
  addRose,
  copied,
  currentCopy,
  expectInSync,
  FLOWERS,
  nextSweep,
  routeOf,
  rowOf,
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
  // A list that lacks all that was in it would be taken for a fault.
  await copied(world, { ...FLOWERS, name: 'Trees' });
});

/** Somebody deletes the project and makes another of the same name. */
async function madeAnew(name = 'Flowers') {
  const dead = await copied(world);
  const kept = await currentCopy(world, dead.id);
  world.primary.resource.removeProject(dead.id);
  const living = await world.primary.resource.addProject({ ...FLOWERS, name });
  addRose(world.primary, living);
  return { dead, kept, living };
}

describe('a project that was deleted and made anew', () => {
  it.each(['Flowers', 'flowers'])(
    'as %s gets the name on the secondary, and the dead one’s copy yields it',
    async (name) => {
      const { dead, kept, living } = await madeAnew(name);
      await nextSweep(world, 3);
      await expectInSync(world, living);
      expect((await currentCopy(world, living.id)).name).toBe(name);
      expect(kept.name).toBe(`Flowers [replica ${kept.id.slice(0, 8)}]`);
      expect(world.secondary.resource.projects).toContain(kept);
      expect((await routeOf(world, dead.id))?.secondary.projectId).toBe(kept.id);
      expect(await rowOf(world, dead.id)).toMatchObject({
        sync: 'source-missing',
        failure: null,
        replica: { projectId: kept.id, name: kept.name },
      });
    },
  );

  it('is told of by an event and in the record, once', async () => {
    const { dead, kept } = await madeAnew();
    await nextSweep(world, 4);
    const renamed = world
      .eventsOf('replica.renamed')
      .filter((event) => 'projectId' in event && event.projectId === dead.id);
    expect(renamed).toMatchObject([{ replicaProjectId: kept.id, before: 'Flowers', after: kept.name }]);
    expect((await world.record(dead.id)).generations).toMatchObject([{ name: kept.name, intendedName: null }]);
  });

  it('under another name leaves the dead one’s copy its name', async () => {
    const { kept } = await madeAnew('Blooms');
    await nextSweep(world, 3);
    expect(kept.name).toBe('Flowers');
    expect(world.names).toEqual(['Blooms', 'Flowers', 'Trees']);
  });
});
