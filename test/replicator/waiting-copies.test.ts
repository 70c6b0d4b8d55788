import { isStagingName } from '../../src/core/content/mark.ts';
import { addRose, copied, currentCopy, nextSweep, publishedOn, routeOf, rowOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import { PRIMARY_PREDICTION_RESOURCE, type World, type WorldOptions } from '../support/world.ts';

let world: World;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld(options);
}

describe('a copy without the models that clients use', () => {
  /** Imports do not bring these iterations along, until what it answers with is called. */
  function dropModels(names: readonly string[] = ['Iteration 1', 'Iteration 2']): () => void {
    return world.secondary.on('GetIterations', 'before-effect', () => {
      for (const { name, iterations } of world.secondary.resource.projects) {
        if (!isStagingName(name)) continue;
        for (const lost of [...iterations.values()]) if (names.includes(lost.name)) iterations.delete(lost.id);
      }
    });
  }

  it('never takes the place of one that predicts; as many are made as are kept, and no more', async () => {
    await start({ policy: { generationsToKeep: 2 } });
    const source = await copied(world);
    const serving = await currentCopy(world, source.id);
    const stop = dropModels();
    for (let change = 0; change < 4; change += 1) {
      addRose(world.primary, source);
      await nextSweep(world, 2);
    }
    expect(await routeOf(world, source.id)).toMatchObject({
      secondary: { projectId: serving.id, publishNames: ['production'] },
    });
    expect(world.secondary.calls.of('ImportProject')).toHaveLength(1 + 2);
    const row = await rowOf(world, source.id);
    expect(row.failure).toMatchObject({ code: 'COPY_LACKS_MODELS', needsPerson: false });
    expect(row.failure?.message).toMatch(/production/);
    stop();
  });

  it('is put into use once the source publishes that name no more', async () => {
    await start();
    const source = await copied(world);
    const stop = dropModels();
    addRose(world.primary, source);
    await nextSweep(world, 2);
    stop();
    const [, two] = [...source.iterations.values()];
    world.primary.resource.unpublish(source.id, two!.id);
    await nextSweep(world, 2);
    const current = await currentCopy(world, source.id);
    expect(current.images.size).toBe(source.images.size);
    expect((await routeOf(world, source.id))?.secondary).toMatchObject({ projectId: current.id, publishNames: [] });
    expect((await rowOf(world, source.id)).sync).toBe('in-sync');
  });

  it('is put into use once that name has moved to an iteration that it has, and routing always names one that serves', async () => {
    await start();
    const source = await copied(world);
    const serving = await currentCopy(world, source.id);
    const stop = dropModels(['Iteration 2']);
    addRose(world.primary, source);
    await nextSweep(world, 2);
    stop();
    expect(await routeOf(world, source.id)).toMatchObject({ secondary: { projectId: serving.id } });
    const [one, two] = [...source.iterations.values()];
    world.primary.resource.unpublish(source.id, two!.id);
    const [publishName, predictionId] = ['production', PRIMARY_PREDICTION_RESOURCE];
    world.primary.resource.publish(source.id, one!.id, { publishName, predictionId });
    await nextSweep(world, 3);
    const current = await currentCopy(world, source.id);
    expect(current.id).not.toBe(serving.id);
    expect(current.images.size).toBe(source.images.size);
    expect(publishedOn(current)).toEqual({ production: 'Iteration 1' });
    expect(world.secondary.calls.of('ImportProject')).toHaveLength(2);
    expect(await routeOf(world, source.id)).toMatchObject({
      secondary: { projectId: current.id, publishNames: ['production'] },
    });
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'in-sync', failure: null });
  });
});
