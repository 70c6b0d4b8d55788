import type { ReplicaRecord } from '../../../src/core/facts/record.ts';
import { retireGeneration } from '../../../src/replicator/steps/retire.ts';
import { addRose, copied, currentCopy, nextSweep } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

/** Between the plan and its step anything may have happened: what gives the right to delete is read once more. */

let world: World;
let sourceId: string;

beforeEach(async () => {
  world = await startWorld();
  const source = await copied(world);
  sourceId = source.id;
  addRose(world.primary, source);
  await nextSweep(world);
});

/** Has the older of two copies retired, as planned before whatever came in between. */
async function retireOlder(changes: Partial<ReplicaRecord['generations'][number]> = {}): Promise<unknown> {
  const document = world.store.record(sourceId);
  const stored = await document.read();
  const record = stored!.value;
  const older = record.generations.find(({ runId }) => runId !== record.current)!;
  const generation = { ...older, ...changes };
  const generations = record.generations.map((other) => (other === older ? generation : other));
  let etag = stored!.etag;
  const save = async (changed: ReplicaRecord): Promise<ReplicaRecord> => {
    const written = await document.write(changed, etag);
    etag = written.etag;
    return written.value;
  };
  const step = { do: 'retire', generation, reason: 'a test', source: record.source! } as const;
  return retireGeneration({ ...record, generations }, step, { ...world.context(sourceId), save });
}

function decision(changes: object) {
  return {
    ...({ schemaVersion: 1, active: 'primary', frozen: false, replicaProjectId: null, releasedAt: null } as const),
    ...{ since: new Date(world.clock.now()).toISOString(), by: 'ada', reason: 'a rehearsal' },
    ...changes,
  };
}

const pinned = { at: '2026-03-01T08:10:00.000Z', lost: [{ what: 'images', expected: '8', found: '0' }] };

it('deletes an older copy where nothing is in the way', async () => {
  await retireOlder();
  expect(world.secondary.resource.projects).toHaveLength(1);
});

it.each([
  ['the project was frozen since', { frozen: true }, {}, 'COPY_HELD'],
  ['the copy is pinned', {}, { pinned }, 'COPY_HELD'],
  ['it was pinned after the last release', { releasedAt: '2026-03-01T08:00:00.000Z' }, { pinned }, 'COPY_HELD'],
])('deletes nothing where %s', async (_, decided, changes, code) => {
  await world.store.decision(sourceId).write(decision(decided), null);
  await expect(retireOlder(changes)).rejects.toMatchObject({ code });
  expect(world.secondary.resource.projects).toHaveLength(2);
});

it('deletes a copy that was pinned, once somebody has released it', async () => {
  await world.store.decision(sourceId).write(decision({ releasedAt: '2026-03-01T08:20:00.000Z' }), null);
  await retireOlder({ pinned });
  expect(world.secondary.resource.projects).toHaveLength(1);
});

it('deletes nothing where the copy in use serves less than the older one, as the service itself shows', async () => {
  const current = await currentCopy(world, sourceId);
  for (const { id, publishName } of current.iterations.values()) {
    if (publishName !== null) world.secondary.resource.unpublish(current.id, id);
  }
  await expect(retireOlder()).rejects.toMatchObject({ code: 'SUCCESSOR_NOT_READY' });
  expect(world.secondary.resource.projects).toHaveLength(2);
});

it('deletes nothing where the copy in use is gone', async () => {
  const current = await currentCopy(world, sourceId);
  world.deleteByHand(current.id);
  await expect(retireOlder()).rejects.toMatchObject({ code: 'SUCCESSOR_NOT_READY' });
  expect(world.secondary.resource.projects).toHaveLength(1);
});

it('deletes nothing where routing names another copy than the record', async () => {
  const { routing } = world.store;
  const stored = await routing.read();
  const route = stored!.value.projects[sourceId]!;
  const astray = { ...route, secondary: { ...route.secondary, projectId: '00000000-0000-4000-8000-000000000001' } };
  await routing.write({ ...stored!.value, projects: { [sourceId]: astray } }, stored!.etag);
  await expect(retireOlder()).rejects.toMatchObject({ code: 'ROUTING_NOT_IN_LINE' });
  expect(world.secondary.resource.projects).toHaveLength(2);
});
