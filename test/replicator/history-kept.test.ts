import { addRose, copied, copies, nextSweep } from '../support/scenery.ts';
import { checkAtRest } from '../support/invariants.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

/** A first copy, a second one, and the first retired. */
async function copyTwice(failsAt: number | null): Promise<World> {
  const world = await startWorld({ policy: { generationsToKeep: 1 } });
  world.history.failsAt = failsAt;
  const source = await copied(world);
  addRose(world.primary, source);
  await nextSweep(world, 3);
  await world.settle();
  return world;
}

const eventsOf = ({ history }: World): string[] => history.entries.map(({ event }) => event).sort();

describe('while the history can’t be written', () => {
  let clean: World;
  let events: string[];

  beforeAll(async () => {
    clean = await copyTwice(null);
    events = eventsOf(clean);
  });

  it('there is something to tell', () => {
    expect(events).toEqual(expect.arrayContaining(['import.begun', 'copy.protected', 'run.ended', 'copy.retired']));
    expect(copies(clean).imports).toBe(2);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'at the %dth time, nothing that was stored is undone, and all is told later',
    async (failsAt) => {
      const world = await copyTwice(failsAt);
      expect(copies(world).imports).toBe(2);
      expect(eventsOf(world)).toEqual(events);
      await checkAtRest(world);
    },
  );
});
