import type { StoredProject } from '../../src/local/simulator/index.ts';
import { exclusionOf } from '../../src/core/plan/scope.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import type { Document } from '../../src/replicator/ports/storage.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import { outcomesOf, sendOver, sentOver } from '../support/failing-over.ts';
import {
  addRose,
  copied,
  currentOf,
  nextSweep,
  publishedOn,
  routeOf,
  rowOf,
  swapLabels,
  writesTo,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

/** Clients were sent to a copy: whatever the primary does when it comes back, that copy stays as it is. */

let world: World;
let source: StoredProject;

/** An older copy beside the one that clients are sent to; answers with that one's id. */
async function failedOver(): Promise<string> {
  world = await startWorld();
  source = await copied(world);
  addRose(world.primary, source);
  await nextSweep(world);
  return sentOver(world, source);
}

const unpublish = ({ resource }: World['primary']): void => {
  for (const { id, publishName } of source.iterations.values()) {
    if (publishName !== null) resource.unpublish(source.id, id);
  }
};

const returns: readonly [what: string, does: (world: World) => unknown][] = [
  ['with the same content', () => undefined],
  ['with newer content', ({ primary }) => addRose(primary, source)],
  [
    'with older content, restored from elsewhere',
    ({ primary }) => primary.resource.removeImages(source.id, [...source.images.keys()].slice(0, 1)),
  ],
  ['emptied', ({ primary }) => primary.resource.removeImages(source.id, [...source.images.keys()])],
  ['with other labels', ({ primary }) => swapLabels(primary, source)],
  ['under another name', ({ primary }) => primary.resource.updateProject(source.id, { name: 'Blossoms' })],
  ['without its publications', ({ primary }) => unpublish(primary)],
  ['without the project', ({ primary }) => primary.resource.removeProject(source.id)],
  [
    'with the same project under another id',
    async ({ primary }) => {
      primary.resource.removeProject(source.id);
      await primary.resource.addProject({ name: 'Flowers', tags: [{ name: 'rose', images: 2 }] });
    },
  ],
  [
    'with nothing in its list but others’ projects',
    async ({ primary }) => {
      primary.resource.removeProject(source.id);
      await primary.resource.addProject({ name: 'Others' });
    },
  ],
  ['not at all', ({ primary }) => primary.faults.order({ operation: '*', kind: 'drop', times: 'always' })],
  [
    'with the project excluded by the settings',
    (it) => {
      it.policy = {
        ...it.policy,
        exclusionOf: (project) =>
          exclusionOf(project, { exclusionOf: () => 'EXCLUDE_PROJECTS', names: () => false, unmatched: () => [] }),
      };
    },
  ],
];

it.each(returns)('nothing that serves moves where the primary comes back %s', async (_what, comesBack) => {
  const id = await failedOver();
  const before = {
    ...world.secondary.resource.project(id),
    iterations: publishedOn(world.secondary.resource.project(id)),
  };
  const route = await routeOf(world, source.id);
  const ours = world.secondary.resource.projects.map((project) => project.id);
  await comesBack(world);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) {
    await world.pass(1_800);
    // A primary that does not answer ends the sweep.
    await world.converge().catch(() => undefined);
  }
  const project = world.secondary.resource.project(id);
  expect({ name: project.name, description: project.description }).toEqual({
    name: before.name,
    description: before.description,
  });
  expect(publishedOn(project)).toEqual(before.iterations);
  expect(await routeOf(world, source.id)).toEqual(route);
  expect(route).toMatchObject({ active: 'secondary', secondary: { projectId: id, publishNames: ['production'] } });
  expect(world.secondary.resource.projects.map((other) => other.id)).toEqual(expect.arrayContaining(ours));
});

it('what the primary has by then is told as held back', async () => {
  await failedOver();
  addRose(world.primary, source);
  await nextSweep(world);
  expect(await rowOf(world, source.id)).toMatchObject({
    frozen: { by: 'Ada', heldBack: 'what the primary holds now is not copied' },
  });
  expect(world.secondary.calls.of('ImportProject')).toHaveLength(2);
});

it('gives up no slot, however short these are', async () => {
  await failedOver();
  world.policy = { ...world.policy, targetProjectLimit: 2, generationsToKeep: 1 };
  const ours = world.secondary.resource.projects.map(({ id }) => id);
  await world.primary.resource.addProject({ name: 'Trees', tags: [{ name: 'oak', images: 1 }] });
  await nextSweep(world, 3);
  expect(world.secondary.resource.projects.map(({ id }) => id)).toEqual(ours);
});

it('stays failed over where routing is lost: it is written anew, to the same copy', async () => {
  const id = await failedOver();
  world.store.delete('routing.json');
  await nextSweep(world);
  expect(await routeOf(world, source.id)).toMatchObject({ active: 'secondary', secondary: { projectId: id } });
});

it('stays failed over where the record is lost: the same copy is found by its mark', async () => {
  const id = await failedOver();
  for (const name of [`records/${source.id}.json`, 'routing.json']) world.store.delete(name);
  await nextSweep(world, 2);
  expect(await routeOf(world, source.id)).toMatchObject({
    ...{ active: 'secondary', secondary: { projectId: id, publishNames: ['production'] } },
  });
  expect((await currentOf(world, source.id)).replicaProjectId).toBe(id);
});

it('stays failed over where the decision is lost: routing tells of it', async () => {
  const id = await failedOver();
  world.store.delete(`decisions/${source.id}.json`);
  addRose(world.primary, source);
  await nextSweep(world, 2);
  expect(await routeOf(world, source.id)).toMatchObject({ active: 'secondary', secondary: { projectId: id } });
  expect((await world.store.decision(source.id).read())?.value).toMatchObject({
    ...{ active: 'secondary', frozen: true, replicaProjectId: id, by: 'routing.json' },
  });
});

it('goes on with an older copy where somebody deletes the one that clients are on', async () => {
  const id = await failedOver();
  world.deleteByHand(id);
  await nextSweep(world, 2);
  const route = await routeOf(world, source.id);
  expect(route?.active).toBe('secondary');
  expect(route?.secondary.projectId).not.toBe(id);
  expect(world.secondary.calls.of('ImportProject')).toHaveLength(2);
});

it('keeps clients on a copy whose mark somebody took off', async () => {
  const id = await failedOver();
  await world.secondary.resource.updateProject(id, { description: 'ours now' });
  await nextSweep(world, 2);
  expect(await routeOf(world, source.id)).toMatchObject({ active: 'secondary', secondary: { projectId: id } });
});

it('finishes an import that was under way beside the copy that clients are on, whatever the primary does', async () => {
  world = await startWorld({ secondary: { delays: { importInSeconds: 600 } } });
  source = await copied(world);
  const { replicaProjectId } = await currentOf(world, source.id);
  addRose(world.primary, source);
  await world.pass(1_800);
  await world.sweep();
  expect((await world.record(source.id)).run?.replicaProjectId).toEqual(expect.any(String));
  world.primary.faults.order({ operation: '*', kind: 'drop', times: 'always' });
  expect(await outcomesOf(sendOver(world))).toEqual({ Flowers: 'done' });
  await world.settle();
  const record = await world.record(source.id);
  expect(record.run).toBeNull();
  expect(record.generations).toMatchObject([{ replicaProjectId, name: 'Flowers' }, { lacksModels: ['production'] }]);
  expect(await routeOf(world, source.id)).toMatchObject({
    active: 'secondary',
    secondary: { projectId: replicaProjectId },
  });
  expect(world.eventsOf('run.ended').at(-1)).toMatchObject({ code: 'PROJECT_FAILED_OVER' });
  const published = writesTo(world.secondary).filter((operation) => operation === 'PublishIteration');
  expect(published).toHaveLength(1);
});

/** Work on one project until it rests; right before the nth write of that document somebody fails it over. */
async function failOverBefore(nth: number, which: 'record' | 'routing'): Promise<boolean> {
  const { deps } = world;
  let writes = 0;
  const watched = <T>(document: Document<T>): Document<T> => ({
    read: (signal) => document.read(signal),
    write: async (...written) => {
      if (writes === nth) {
        expect(await outcomesOf(sendOver(world, { evenIfNotReady: true }))).toEqual({ Flowers: 'done' });
      }
      writes += 1;
      return document.write(...written);
    },
  });
  const { store } = deps;
  const record = (id: string) => (which === 'record' ? watched(store.record(id)) : store.record(id));
  const routing = which === 'routing' ? watched(store.routing) : store.routing;
  await world.queue.enqueue(workItem(source.id, 'request'), 0);
  for (let look = 0; look < 40; look += 1) {
    for (const item of world.queue.takeDue()) {
      await replicateProject(item, { ...deps, store: { ...store, record, routing } });
    }
    await world.pass(5);
  }
  return writes > nth;
}

/** Answers with at how many moments that was. */
async function failOverAtEach(which: 'record' | 'routing'): Promise<number> {
  for (let nth = 0; ; nth += 1) {
    world = await startWorld();
    source = await copied(world);
    addRose(world.primary, source);
    await world.pass(1_800);
    if (!(await failOverBefore(nth, which))) return nth;
    const decided = (await world.store.decision(source.id).read())?.value.replicaProjectId;
    const route = await routeOf(world, source.id);
    expect([nth, route?.active, route?.secondary.projectId]).toEqual([nth, 'secondary', decided]);
    expect(route?.secondary.publishNames).toEqual(['production']);
    // No copy took its place in between, to be put back again.
    expect([nth, world.eventsOf('copy.promoted')]).toEqual([nth, []]);
    addRose(world.primary, source);
    await nextSweep(world, 2);
    expect(await routeOf(world, source.id)).toEqual(route);
    expect((await currentOf(world, source.id)).replicaProjectId).toBe(decided);
  }
}

it('a decision at any moment of the making of a copy names the copy that clients are then on, and stay on', async () => {
  expect(await failOverAtEach('record')).toBeGreaterThan(8);
});

it('a decision right before a new copy would be routed keeps it out: clients are never sent to and fro', async () => {
  expect(await failOverAtEach('routing')).toBeGreaterThan(0);
});
