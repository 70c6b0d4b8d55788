import { expectAtRest } from '../support/at-rest.ts';
import { CARS, FLOWERS } from '../support/scenery.ts';
import { eventually, Theatre, type Stage } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(4);
});
afterAll(() => theatre.close());

async function untilEmpty(stage: Stage, ...names: readonly string[]): Promise<void> {
  await eventually(`nothing in ${names.join(', ')}`, async () => {
    for (const name of names) {
      const queue = stage.queues.getQueueClient(name);
      if (((await queue.getProperties()).approximateMessagesCount ?? 0) > 0) return undefined;
    }
    return true;
  });
}

test.concurrent('a work message that is none is reported and dropped after a few attempts', async () => {
  const stage = await theatre.stage();
  await stage.primary.resource.addProject(CARS);
  const app = await stage.start();
  await stage.queues.getQueueClient('replication-work').sendMessage('{"projectId":"../../etc","reason":"sweep"}');
  const rejected = await app.logged('work.rejected');
  expect(String(rejected['reason'])).toContain('../../etc');
  await untilEmpty(stage, 'replication-work', 'replication-work-poison');
  expect(app.eventsOf('work.rejected')).toHaveLength(1);
  await stage.settle(app);
  await expectAtRest(stage, app);
});

test.concurrent(
  'work that cannot be stored is shown on its project as a bug once it can, and is got over',
  async () => {
    const stage = await theatre.stage();
    const { id } = await stage.primary.resource.addProject(FLOWERS);
    const app = await stage.start();
    await stage.settle(app);
    const record = stage.blobs.getContainerClient('replication-state').getBlobClient(`records/${id}.json`);
    const { leaseId = '' } = await record.getBlobLeaseClient().acquireLease(-1);
    await app.post(`/api/replicate/${id}`);
    await app.process.until(() => (app.process.stderr.includes('goes to replication-work-poison') ? true : undefined));
    await record.getBlobLeaseClient(leaseId).releaseLease();

    await app.logged('step.failed', ({ code }) => code === 'WORK_POISONED');
    await untilEmpty(stage, 'replication-work-poison');
    const { sync, failure, replica } = await app.project(id);
    expect(sync).toBe('in-sync');
    expect(failure).toMatchObject({ code: 'WORK_POISONED', needsPerson: false, attempts: 1 });
    expect(replica?.name).toBe('Flowers');
    await stage.advance(300);
    await stage.settle(app);
    await expectAtRest(stage, app);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);
  },
);

test.concurrent(
  'a record that cannot be read is named on status, holds up no other project and never loops',
  async () => {
    const stage = await theatre.stage();
    const broken = await stage.primary.resource.addProject(FLOWERS);
    const app = await stage.start();
    await stage.settle(app);
    const name = `records/${broken.id}.json`;
    const blob = stage.blobs.getContainerClient('replication-state').getBlockBlobClient(name);
    const ofTheFuture = '{"schemaVersion": 99}';
    await blob.upload(ofTheFuture, ofTheFuture.length);
    const other = await stage.primary.resource.addProject(CARS);
    await app.post(`/api/replicate/${broken.id}`);
    await app.sweep();
    await app.logged('project.protected', ({ projectId }) => projectId === other.id);
    expect((await app.status()).sweep.problem).toContain(name);
    const failed = await app.logged('step.failed', ({ projectId }) => projectId === broken.id);
    expect(failed).toMatchObject({ code: 'INVALID_DOCUMENT', class: 'bug' });
    await untilEmpty(stage, 'replication-work', 'replication-work-poison');

    // The way out that the message names: what the record held is found anew from the two resources.
    await blob.delete();
    await stage.settle(app);
    await expectAtRest(stage, app);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(2);
  },
);
