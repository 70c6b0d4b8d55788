import { contentOf, copyOf, expectAtRest } from '../support/at-rest.ts';
import { CARS, FLOWERS } from '../support/scenery.ts';
import type { RunningApp } from '../support/running-app.ts';
import { eventually, Theatre, type Stage } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(5);
});
afterAll(() => theatre.close());

/** Waits until the copy in use holds what its source holds. */
async function untilCopied(stage: Stage, app: RunningApp, projectId: string): Promise<void> {
  await eventually('a copy of what was trained', async () => {
    const wanted = JSON.stringify(contentOf(stage.primary.resource.project(projectId)));
    return JSON.stringify(contentOf(await copyOf(stage, app, projectId))) === wanted ? true : undefined;
  });
}

const SPELLINGS = [
  { notificationEncoding: 'plain', notificationContentKey: 'Content' },
  { notificationEncoding: 'base64', notificationContentKey: 'content' },
] as const;

test.concurrent(
  'a completed training is copied without waiting for a sweep, however the message is spelled',
  async () => {
    const stage = await theatre.stage();
    const app = await stage.start();
    const { notificationQueueUri } = stage;
    const { id } = await stage.primary.resource.addProject({ ...FLOWERS, notificationQueueUri });
    await stage.settle(app);
    const sweeps = app.eventsOf('sweep.completed').length;
    for (const [index, unknowns] of SPELLINGS.entries()) {
      stage.primary.setUnknowns(unknowns);
      stage.primary.resource.addImages(id, 2, { tags: ['rose'] });
      stage.primary.resource.train(id);
      await app.process.until(() => {
        const received = app.eventsOf('notification.received').filter(({ type }) => type === 'Training');
        return received.length > index ? true : undefined;
      });
      await untilCopied(stage, app, id);
      // The worker that made the copy is done with it, too: the next message is not its to take.
      await stage.quiet();
    }
    await expectAtRest(stage, app);
    expect(app.eventsOf('sweep.completed')).toHaveLength(sweeps);
    expect(stage.primary.problems).toEqual([]);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(3);
    const received = app.eventsOf('notification.received');
    expect(received.map(({ type, outcome }) => `${String(type)}: ${String(outcome)}`)).toEqual([
      'ConnectionTest: ignored: the service only tests the connection',
      'Training: work enqueued',
      'Training: work enqueued',
    ]);
    expect((await app.status()).notifications).toMatchObject({
      rejected: 0,
      lastReceivedAt: expect.any(String) as unknown,
    });
  },
);

test.concurrent(
  'what cannot be understood is kept with the reason; what is not of the primary is ignored, and said so',
  async () => {
    const stage = await theatre.stage();
    const app = await stage.start();
    const queue = stage.queues.getQueueClient('custom-vision-notifications');
    const foreign = 'b2d6b6c3-5a51-4d1c-9d0a-3f8c4f9e1a77';
    const unknown = '{"type":"Weather","Content":{"projectId":"b2d6b6c3-5a51-4d1c-9d0a-3f8c4f9e1a77"}}';
    const training = { projectId: foreign, iterationId: foreign, trainingStatus: 'TrainingCompleted' };
    await queue.sendMessage('It is raining.');
    await queue.sendMessage(unknown);
    await queue.sendMessage(JSON.stringify({ version: '1.0', type: 'Training', Content: training }));

    const rejected = stage.queues.getQueueClient('custom-vision-notifications-rejected');
    await eventually('two rejections', async () =>
      (await app.status()).notifications.rejected === 2 ? true : undefined,
    );
    const { receivedMessageItems } = await rejected.receiveMessages({ numberOfMessages: 32 });
    const kept = receivedMessageItems.map(
      ({ messageText }) => JSON.parse(messageText) as { text: string; reason: string },
    );
    expect(kept.find(({ text }) => text === 'It is raining.')?.reason).toMatch(/neither a JSON object nor base64/);
    expect(kept.find(({ text }) => text === unknown)?.reason).toMatch(/"Weather" is not known/);
    expect(app.eventsOf('notification.rejected')).toHaveLength(2);
    const ignored = await app.logged('notification.received', ({ projectId }) => projectId === foreign);
    expect(ignored).toMatchObject({ type: 'Training', outcome: 'ignored: the primary has no such project' });
    const notifications = stage.queues.getQueueClient('custom-vision-notifications');
    await eventually('an empty queue', async () =>
      (await notifications.getProperties()).approximateMessagesCount === 0 ? true : undefined,
    );
    expect(stage.secondary.calls.of('ImportProject')).toEqual([]);
  },
);

test.concurrent('the queue that is set is listened to, and no other', async () => {
  const stage = await theatre.stage({ env: { NOTIFICATION_QUEUE: 'training-ended' } });
  const { id } = await stage.primary.resource.addProject(CARS);
  const app = await stage.start();
  const elsewhere = stage.queues.getQueueClient('custom-vision-notifications');
  await elsewhere.createIfNotExists();
  const text = (projectId: string) =>
    JSON.stringify({
      type: 'Training',
      Content: { projectId, iterationId: projectId, trainingStatus: 'TrainingCompleted' },
    });
  await elsewhere.sendMessage(text('b2d6b6c3-5a51-4d1c-9d0a-3f8c4f9e1a77'));
  await stage.queues.getQueueClient('training-ended').sendMessage(text(id));
  await app.logged('project.protected', ({ projectId }) => projectId === id);
  expect(app.eventsOf('notification.received')).toMatchObject([{ projectId: id, outcome: 'work enqueued' }]);
  expect((await elsewhere.peekMessages()).peekedMessageItems).toHaveLength(1);
});

test.concurrent(
  '1,000 notifications for 50 projects make 50 copies, and leave both queues empty soon after',
  async () => {
    const stage = await theatre.stage({ primary: { delays: { trainingInSeconds: 0.1 } } });
    const app = await stage.start();
    const ids: string[] = [];
    for (let index = 0; index < 50; index += 1) {
      ids.push((await stage.primary.resource.addProject({ ...CARS, name: `Cars ${index}` })).id);
    }
    await app.sweep();
    const isCopied = () => app.eventsOf('project.protected').length;
    await eventually('first copies', () => Promise.resolve(isCopied() >= 50 ? true : undefined));
    await stage.quiet();
    // What is trained now is newer than any look, by more than clocks may differ.
    await stage.advance(60);
    for (const id of ids) stage.primary.resource.addIteration(id, { name: 'Iteration 2' });
    const queue = stage.queues.getQueueClient('custom-vision-notifications');
    const text = (projectId: string) => {
      const content = { projectId, iterationId: projectId, trainingStatus: 'TrainingCompleted' };
      return JSON.stringify({ version: '1.0', type: 'Training', Content: content });
    };
    for (let count = 0; count < 20; count += 1) await Promise.all(ids.map((id) => queue.sendMessage(text(id))));
    await eventually('second copies', () => Promise.resolve(isCopied() >= 100 ? true : undefined), 120_000);
    const waiting = async (name: string): Promise<number> =>
      (await stage.queues.getQueueClient(name).getProperties()).approximateMessagesCount ?? 0;
    await eventually(
      'empty queues',
      async () => ((await waiting(queue.name)) + (await waiting('replication-work')) === 0 ? true : undefined),
      30_000,
    );
    expect(isCopied()).toBe(100);
    expect(stage.secondary.resource.projects).toHaveLength(100);
  },
);
