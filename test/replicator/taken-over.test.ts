import type { Document } from '../../src/replicator/ports/storage.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import type { ReplicaRecord } from '../../src/core/facts/record.ts';
import { copied, currentCopy, expectInSync, FLOWERS, nextSweep, rowOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

async function copyAgain(sourceId: string): Promise<void> {
  world.primary.resource.addImages(sourceId, 1, { tags: ['rose'] });
  await world.pass(1_800);
  await world.sweep();
}

describe('what a person takes over while a copy is being made', () => {
  it('is left alone where it is the older copy, whose mark is gone: the new one goes into use beside it', async () => {
    const source = await copied(world);
    const older = await currentCopy(world, source.id);
    await copyAgain(source.id);
    await world.secondary.resource.updateProject(older.id, { description: 'Mine now' });
    await world.settle();
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(world.secondary.resource.project(older.id)).toMatchObject({ name: 'Flowers', description: 'Mine now' });
  });

  it('is left alone where it is the copy itself: another one is made', async () => {
    const source = await copied(world);
    await copyAgain(source.id);
    const staging = world.secondary.resource.projects.find(({ name }) => name.startsWith('cvr-'))!;
    await world.secondary.resource.updateProject(staging.id, { name: 'Mine' });
    await world.settle();
    await nextSweep(world, 5);
    expect((await rowOf(world, source.id)).sync).toBe('in-sync');
    expect(world.secondary.resource.project(staging.id).name).toBe('Mine');
  });
});

it('a wake whose first delivery was cut short after a save goes on when it is delivered again', async () => {
  const source = await world.primary.resource.addProject(FLOWERS);
  await world.sweep();
  const due = world.queue.nextDueAt()!.getTime();
  await world.pass((due - world.clock.now()) / 1_000 + 60);
  const [wake] = world.queue.takeDue();
  const { deps } = world;
  let saves = 0;
  const cutShort = (document: Document<ReplicaRecord>): Document<ReplicaRecord> => ({
    read: (signal) => document.read(signal),
    write: (value, etag, signal) => {
      saves += 1;
      if (saves === 1) return document.write(value, etag, signal);
      throw new ReplicationFailure('The lease was lost.', { class: 'conflict', code: 'LEASE_LOST', hint: '' });
    },
  });
  const store = Object.assign(Object.create(deps.store) as typeof deps.store, {
    record: (id: string) => cutShort(deps.store.record(id)),
  });
  await expect(replicateProject(wake!, { ...deps, store })).rejects.toMatchObject({ class: 'conflict' });
  await replicateProject(wake!, deps);
  await world.settle();
  await expectInSync(world, source);
});
