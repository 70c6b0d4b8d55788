import { historyEntry } from '../../../src/core/facts/history.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

async function copiedThenGone(): Promise<{ id: string; copyId: string }> {
  const { id } = await world.primary.resource.addProject({ name: 'Flowers', tags: [{ name: 'rose', images: 2 }] });
  await world.primary.resource.addProject({ name: 'Trees' });
  await world.converge();
  world.primary.resource.removeProject(id);
  await world.converge();
  return { id, copyId: world.secondary.resource.projectNamed('Flowers').id };
}

describe('a source project that is gone', () => {
  it('keeps its copy, its record and its route', async () => {
    const { id, copyId } = await copiedThenGone();
    await world.pass(86_400 * 30);
    await world.converge(2);
    expect(world.secondary.resource.project(copyId).status).toBe('Succeeded');
    expect((await world.store.routing.read())?.value.projects[id]?.secondary.projectId).toBe(copyId);
    expect(Object.keys((await world.store.sweep.read())?.value.missing ?? {})).toEqual([id]);
  });

  it('is released when a person deletes its copy: the record is archived, the route taken out', async () => {
    const { id, copyId } = await copiedThenGone();
    world.deleteByHand(copyId);
    await world.sweep();
    expect(await world.store.list()).not.toContain(id);
    expect((await world.store.routing.read())?.value.projects[id]).toBeUndefined();
    expect(world.eventsOf('project.released')).toMatchObject([{ projectId: id, name: 'Flowers' }]);
    await world.converge();
    expect((await world.store.sweep.read())?.value.missing).toEqual({});
  });

  it('is released only once the history has all that its record has to tell', async () => {
    const { id, copyId } = await copiedThenGone();
    const stored = await world.store.record(id).read();
    const at = new Date(world.clock.now()).toISOString();
    const facts = { id: `${id}:left`, at, event: 'copy.retired', projectId: id, evidence: {} };
    const entry = historyEntry(facts);
    await world.store.record(id).write({ ...stored!.value, untold: [entry] }, stored!.etag);
    world.deleteByHand(copyId);
    world.history.failNext();
    await world.sweep();
    expect(await world.store.list()).toContain(id);
    expect(world.eventsOf('storage.unavailable')).toHaveLength(1);
    await world.sweep();
    expect(await world.store.list()).not.toContain(id);
    expect(world.history.entries).toContainEqual(entry);
  });
});

it('a project that only a stale list lacks is not released, though somebody deleted its copy', async () => {
  await world.primary.resource.addProject({ name: 'Trees' });
  // The second list to come is the one of now, in which the project is not yet.
  world.primary.faults.order({ operation: 'GetProjects', kind: 'stale', skip: 1 });
  const { id } = await world.primary.resource.addProject({ name: 'Flowers', tags: [{ name: 'rose', images: 2 }] });
  await world.converge();
  world.deleteByHand(world.secondary.resource.projectNamed('Flowers').id);
  await world.sweep();
  expect(Object.keys((await world.store.sweep.read())?.value.missing ?? {})).toEqual([id]);
  expect(await world.store.list()).toContain(id);
  expect(world.eventsOf('project.released')).toEqual([]);
  await world.converge();
  expect(world.names).toEqual(['Flowers', 'Trees']);
});
