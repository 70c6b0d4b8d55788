import { workItem } from '../../src/core/facts/work-item.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import { FLOWERS, expectInSync, nextSweep, copies } from '../support/scenery.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(() => world.stop());

/** A copy is in the making, and the message of the wake that it waits for is lost; answers with the project's id. */
async function loseWake(): Promise<string> {
  const { id } = await world.primary.resource.addProject(FLOWERS);
  await world.sweep();
  expect((await world.record(id)).wake).not.toBeNull();
  world.queue.takeDue(new Date(world.clock.now() + 86_400_000));
  return id;
}

describe('where the message of a wake that is stored was lost', () => {
  it('an older wake that is delivered again sends it once more, for the time that it was meant for', async () => {
    const id = await loseWake();
    const { wake } = await world.record(id);
    expect(await replicateProject(workItem(id, 'wake', 'wake-older'), world.deps)).toBe('stale');
    expect(world.queue.queued).toEqual([
      { item: { ...workItem(id, 'wake', wake!.id), isRepeat: true }, dueAt: new Date(wake!.dueAt) },
    ]);
    // With the primary dead no sweep would find it.
    world.primary.faults.order({ operation: '*', kind: 'drop', times: 'always' });
    await world.settle();
    expect((await world.record(id)).run).toBeNull();
    expect(world.secondary.resource.projectNamed('Flowers').status).toBe('Succeeded');
    world.primary.faults.clear();
    await nextSweep(world, 3);
    await expectInSync(world, world.primary.resource.project(id));
    expect(copies(world).imports).toBe(1);
  });

  it('what was itself sent so sends nothing: two messages that outrun each other would never end', async () => {
    const id = await loseWake();
    const repeat = { ...workItem(id, 'wake', 'wake-older'), isRepeat: true };
    expect(await replicateProject(repeat, world.deps)).toBe('stale');
    expect(world.queue.queued).toEqual([]);
  });
});

it('a wake that is years away, stored while a clock was wrong, silences no project', async () => {
  const source = await world.primary.resource.addProject(FLOWERS);
  await world.converge();
  const document = world.store.record(source.id);
  const stored = (await document.read())!;
  await document.write({ ...stored.value, wake: { id: 'wake-9', dueAt: '2031-01-01T00:00:00.000Z' } }, stored.etag);
  world.primary.resource.addImages(source.id, 1, { tags: ['rose'] });
  await nextSweep(world);
  expect(copies(world).imports).toBe(2);
  await expectInSync(world, source);
});
