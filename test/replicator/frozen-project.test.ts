import type { Decision } from '../../src/core/facts/decision.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import { addRose, copied, currentOf, FLOWERS, nextSweep, routeOf, rowOf, writesTo } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

/** A person has put an older copy back into use: it is, whatever else is broken, and nothing takes it away again. */

let world: World;
let source: StoredProject;

/** Two copies, the newer one in use; answers with the older one's id. */
async function twoCopies(): Promise<string> {
  world = await startWorld();
  source = await copied(world);
  const older = await currentOf(world, source.id);
  addRose(world.primary, source);
  await nextSweep(world);
  return older.replicaProjectId;
}

async function freeze(replicaProjectId: string | null): Promise<void> {
  const since = new Date(world.clock.now()).toISOString();
  const decision: Decision = {
    ...{ schemaVersion: 1, active: 'primary', frozen: true, releasedAt: null, since, by: 'ada', reason: 'a wipe' },
    replicaProjectId,
  };
  await world.store.decision(source.id).write(decision, null);
  await world.queue.enqueue({ schemaVersion: 1, projectId: source.id, reason: 'request', wakeId: null }, 0);
}

const routedId = async (): Promise<string | undefined> => (await routeOf(world, source.id))?.secondary.projectId;

it('the copy is routed though the primary answers nothing, under the names that it serves', async () => {
  const older = await twoCopies();
  world.primary.faults.order({ operation: '*', kind: 'drop', times: 'always' });
  await freeze(older);
  await world.work();
  expect(await routeOf(world, source.id)).toMatchObject({
    secondary: { projectId: older, publishNames: ['production'] },
  });
});

it('the lag of the copy counts from the look that it was last found to hold, though that was after its import', async () => {
  world = await startWorld();
  source = await copied(world);
  const stored = await world.store.record(source.id).read();
  // Something was added in the middle of the look that it was copied after: the next one shows what it holds.
  const generations = stored!.value.generations.map((generation) => {
    return { ...generation, holds: { ...generation.holds, revision: 'r1-torn' } };
  });
  await world.store.record(source.id).write({ ...stored!.value, generations }, stored!.etag);
  await nextSweep(world);
  const { replicaProjectId, holds, importedAt } = await currentOf(world, source.id);
  expect(holds.observedAt > importedAt).toBe(true);
  addRose(world.primary, source);
  await nextSweep(world);
  await freeze(replicaProjectId);
  await world.work();
  expect(await routedId()).toBe(replicaProjectId);
  const seenAt = holds.observedAt;
  expect(await world.record(source.id)).toMatchObject({ inSyncAt: seenAt, labelsSeenAt: seenAt });
  expect((await rowOf(world, source.id)).lagSeconds).toBe(Math.floor((world.clock.now() - Date.parse(seenAt)) / 1_000));
});

it('the copy is routed though the source is gone', async () => {
  const older = await twoCopies();
  world.primary.resource.removeProject(source.id);
  await freeze(older);
  await world.work();
  expect(await routedId()).toBe(older);
  expect(await rowOf(world, source.id)).toMatchObject({ frozen: { by: 'ada' } });
});

it('the copy keeps its names though the source publishes none any more: nothing is published or ended', async () => {
  const older = await twoCopies();
  await freeze(older);
  const writes = writesTo(world.secondary).length;
  for (const { id, publishName } of source.iterations.values()) {
    if (publishName !== null) world.primary.resource.unpublish(source.id, id);
  }
  await nextSweep(world, 2);
  expect((await routeOf(world, source.id))?.secondary).toMatchObject({
    projectId: older,
    publishNames: ['production'],
  });
  expect(writesTo(world.secondary).slice(writes)).toEqual([]);
});

it('what somebody unpublishes on the copy leaves routing, and is not published again', async () => {
  const older = await twoCopies();
  await freeze(older);
  await world.work();
  const writes = writesTo(world.secondary).length;
  world.unpublishByHand(older);
  await nextSweep(world, 2);
  expect((await routeOf(world, source.id))?.secondary).toMatchObject({ projectId: older, publishNames: [] });
  expect((await rowOf(world, source.id)).readiness.reasons.join()).toContain('production');
  expect(writesTo(world.secondary).slice(writes)).toEqual([]);
});

it('a copy that was unpublished before it was put back is never routed under its name', async () => {
  const older = await twoCopies();
  world.unpublishByHand(older);
  world.unpublishedByPerson.clear();
  await freeze(older);
  await world.work();
  expect((await routeOf(world, source.id))?.secondary).toMatchObject({ projectId: older, publishNames: [] });
});

it('a copy that routing names already is not given up, though its run is still in the record', async () => {
  const older = await twoCopies();
  addRose(world.primary, source);
  // The process is gone right after routing was written, before the record was.
  const { deps } = world;
  const { routing } = deps.store;
  let isGone = false as boolean;
  const store: typeof deps.store = {
    ...deps.store,
    routing: {
      read: (signal) => routing.read(signal),
      write: async (...written) => {
        const stored = await routing.write(...written);
        isGone = true;
        return stored;
      },
    },
    record: (id) => {
      const document = deps.store.record(id);
      return {
        read: (signal) => document.read(signal),
        write: (...written) => (isGone ? Promise.reject(new Error('gone')) : document.write(...written)),
      };
    },
  };
  await world.pass(1_800);
  await world.queue.enqueue(workItem(source.id, 'request'), 0);
  for (let look = 0; look < 100 && !isGone; look += 1) {
    for (const item of world.queue.takeDue()) await replicateProject(item, { ...deps, store }).catch(() => undefined);
    await world.pass(5);
  }
  const routed = await routedId();
  expect(isGone).toBe(true);
  expect((await world.record(source.id)).run?.replicaProjectId).toBe(routed);
  await freeze(older);
  await world.restart();
  await world.settle();
  expect(world.secondary.resource.projects.map(({ id }) => id)).toContain(routed);
  expect(await routedId()).toBe(older);
});

it('a frozen project that has lost its copy is not copied again and again', async () => {
  world = await startWorld();
  source = await copied(world);
  const { replicaProjectId } = await currentOf(world, source.id);
  await freeze(replicaProjectId);
  await world.work();
  world.deleteByHand(replicaProjectId);
  await nextSweep(world, 3);
  expect(world.secondary.calls.of('ImportProject')).toHaveLength(1);
  expect(await rowOf(world, source.id)).toMatchObject({ sync: 'behind' });
});

it('a rebuilt record knows again what later copies lack: the copy stays pinned', async () => {
  world = await startWorld({ policy: { generationsToKeep: 1 } });
  source = await copied(world, FLOWERS);
  const { replicaProjectId } = await currentOf(world, source.id);
  world.primary.resource.removeImages(source.id, [...source.images.keys()]);
  await nextSweep(world, 2);
  world.store.delete(`records/${source.id}.json`);
  for (let change = 0; change < 3; change += 1) {
    addRose(world.primary, source);
    await nextSweep(world, 2);
  }
  expect(world.secondary.resource.projects.map(({ id }) => id)).toContain(replicaProjectId);
});
