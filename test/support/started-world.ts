import { World, type WorldOptions } from './world.ts';

const started: World[] = [];

// A suite that imports this has each of its worlds ended after the test, and its runs held to their ends.
afterEach(async () => {
  const ends = await Promise.allSettled(started.splice(0).map((world) => world.stop()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
});

/** A world for the test that runs, or that is about to; nobody has to stop it. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const world = await World.start(options);
  started.push(world);
  return world;
}
