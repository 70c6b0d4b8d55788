import { copied, currentCopy, expectInSync, nextSweep, publishedOn } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import { PREDICTION_RESOURCE } from '../../support/world.ts';

it('what came along published with an import, and the source no longer publishes, is ended once this app publishes', async () => {
  const world = await startWorld({
    policy: { predictionResourceId: null },
    secondary: { unknowns: { importKeepsPublishName: 'published' } },
  });
  const source = await copied(world);
  const copy = await currentCopy(world, source.id);
  expect(publishedOn(copy)).toEqual({ production: 'Iteration 2' });
  const published = [...source.iterations.values()].find(({ publishName }) => publishName === 'production');
  world.primary.resource.unpublish(source.id, published!.id);
  world.policy = { ...world.policy, predictionResourceId: PREDICTION_RESOURCE };
  await nextSweep(world);
  expect(publishedOn(copy)).toEqual({});
  await expectInSync(world, source);
});
