import { validMark } from '../../src/core/content/mark.ts';
import { checkAtRest } from '../support/invariants.ts';
import { startWorld } from '../support/started-world.ts';
import { PRIMARY_PREDICTION_RESOURCE, type World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

const flowers = {
  name: 'Flowers',
  description: 'What grows in the garden',
  tags: [
    { name: 'rose', images: 5 },
    { name: 'tulip', images: 3 },
  ],
  untaggedImages: 2,
  iterations: [
    { name: 'Iteration 1' },
    { name: 'Iteration 2', publishName: 'production', predictionId: PRIMARY_PREDICTION_RESOURCE },
  ],
};

describe('a new project', () => {
  it('is copied, marked, published, named as its source and put into routing', async () => {
    const source = await world.primary.resource.addProject(flowers);
    await world.converge();

    const copy = world.secondary.resource.projectNamed('Flowers');
    const record = await world.record(source.id);
    expect(copy.images.size).toBe(10);
    expect(copy.tags.size).toBe(2);
    expect(validMark({ id: copy.id, description: copy.description })).toMatchObject({
      sourceProjectId: source.id,
      ...world.policy.owner,
      revision: record.source?.revision,
    });
    expect(copy.description).toMatch(/^What grows in the garden\n\[replica of /);
    const published = [...copy.iterations.values()].filter(({ publishName }) => publishName);
    expect(published).toMatchObject([{ name: 'Iteration 2', publishName: 'production' }]);
    const routing = (await world.store.routing.read())?.value.projects[source.id];
    expect(routing).toMatchObject({
      name: 'Flowers',
      active: 'primary',
      secondary: { projectId: copy.id, publishNames: ['production'] },
    });
    expect(record.run).toBeNull();
    expect(record.failure).toBeNull();
    expect(record.inSyncAt).not.toBeNull();
    await checkAtRest(world);
  });

  it('is left alone by later sweeps while nothing changes', async () => {
    await world.primary.resource.addProject(flowers);
    await world.converge();
    const before = world.secondary.calls.all.length;
    world.primary.calls.clear();
    await world.converge(3);
    expect(world.primary.calls.of('ExportProject')).toHaveLength(0);
    const writes = world.secondary.calls.all.slice(before).filter(({ method }) => method !== 'GET');
    expect(writes).toEqual([]);
    expect(world.primary.calls.of('GetImages')).toHaveLength(0);
  });
});
