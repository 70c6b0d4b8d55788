import type { ProjectSeed } from '../../src/local/simulator/index.ts';
import { addRose, copies, currentCopy, expectInSync, labelsOf, nextSweep, swapLabels } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

/** 700 images of one moment, as an upload in batches or an import leaves them: three pages. */
const BATCH: ProjectSeed = {
  name: 'Batch',
  tags: [
    { name: 'rose', images: 400 },
    { name: 'tulip', images: 300 },
  ],
};

let world: World;

beforeEach(async () => {
  const unknowns = { imageOrder: 'unstable' } as const;
  world = await startWorld({ primary: { unknowns }, secondary: { unknowns } });
});

describe('where images of one time come in another order on each call', () => {
  it('one copy is made, whose boxes and labels are whole, and nobody is said to have changed it', async () => {
    const source = await world.primary.resource.addProject(BATCH);
    await world.converge();
    // Each of these reads the labels of one side, or of both.
    for (let day = 0; day < 7; day += 1) {
      await world.pass(86_400);
      await world.converge();
    }
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
    expect(world.eventsOf('project.diverged')).toEqual([]);
    expect(world.eventsOf('step.failed')).toEqual([]);
    await expectInSync(world, source);
  });

  it('labels that were really swapped are copied, once', async () => {
    const source = await world.primary.resource.addProject(BATCH);
    await world.converge();
    addRose(world.primary, source);
    world.primary.resource.addImages(source.id, 1, { tags: ['rose'], width: 900 });
    await nextSweep(world);
    swapLabels(world.primary, source);
    await nextSweep(world, 3);
    expect(copies(world).imports).toBe(3);
    expect(labelsOf(await currentCopy(world, source.id))).toEqual(labelsOf(source));
  });
});
