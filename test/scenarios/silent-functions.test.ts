import { FLOWERS } from '../support/scenery.ts';
import type { RunningApp } from '../support/running-app.ts';
import { eventually, Theatre } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(3);
});
afterAll(() => theatre.close());

const MINUTE = 60;
const health = async (app: RunningApp) => (await app.get('/api/health')).body;

/** A sweep, and what it measures after it. */
async function sweepAndMeasure(app: RunningApp): Promise<void> {
  const before = app.eventsOf('sweep.metrics').length;
  await app.sweep();
  await app.process.until(() => app.eventsOf('sweep.metrics')[before]);
}

const silentOn = async (app: RunningApp) => (await app.status()).functions.silent.map(({ name }) => name);

test.concurrent(
  'a function that does not run while a message lies in its queue is told within a sweep, until it runs',
  async () => {
    const stage = await theatre.stage();
    await stage.primary.resource.addProject(FLOWERS);
    const broken = await stage.start({ 'AzureWebJobs.replicationWork.Disabled': 'true' });
    await sweepAndMeasure(broken);
    expect(await health(broken)).toEqual({ code: 'OK' });
    await stage.advance(30 * MINUTE);
    await sweepAndMeasure(broken);
    expect(await broken.get('/api/health')).toEqual({ status: 503, body: { code: 'FUNCTION_SILENT' } });
    expect(broken.eventsOf('function.silent')).toMatchObject([
      { functionName: 'replicationWork', queue: 'replication-work', lastRanAt: null },
    ]);
    const { attention } = await broken.status();
    expect(attention.find(({ code }) => code === 'FUNCTION_SILENT')?.message).toContain('replicationWork');
    await stage.kill();

    const mended = await stage.start();
    await eventually('a sign of life', async () => ((await silentOn(mended)).length === 0 ? true : undefined));
    expect(await health(mended)).toEqual({ code: 'OK' });
    await stage.settle(mended);
    expect(mended.eventsOf('function.silent')).toEqual([]);
  },
);

test.concurrent(
  'every function that a timer or a queue starts leaves its sign, and none is called silent for hours of quiet',
  async () => {
    const stage = await theatre.stage();
    const app = await stage.start();
    for (const queue of [
      'custom-vision-notifications',
      'custom-vision-notifications-poison',
      'replication-work',
      'replication-work-poison',
    ]) {
      await stage.queues.getQueueClient(queue).sendMessage('{}');
    }
    await app.post('/admin/functions/tellMetrics');
    await app.sweep();
    const signs = stage.blobs.getContainerClient('replication-state').getBlobClient('signs.json');
    const ran = await eventually('six signs', async () => {
      if (!(await signs.exists())) return undefined;
      const { ranAt } = JSON.parse((await signs.downloadToBuffer()).toString()) as { ranAt: Record<string, string> };
      return Object.keys(ranAt).length === 6 ? Object.keys(ranAt) : undefined;
    });
    expect(ran.sort()).toEqual([
      'customVisionNotifications',
      'customVisionNotificationsPoison',
      'replicateOnSchedule',
      'replicationWork',
      'replicationWorkPoison',
      'tellMetrics',
    ]);
    for (let hours = 0; hours < 3; hours += 1) {
      await stage.advance(60 * MINUTE);
      await sweepAndMeasure(app);
      expect(await silentOn(app)).toEqual([]);
    }
  },
);

test.concurrent(
  'queues and the container that nobody has made are made by the first sweep, and then heard',
  async () => {
    const stage = await theatre.stage();
    for (const queue of ['custom-vision-notifications', 'replication-work']) {
      await stage.queues.deleteQueue(queue);
    }
    const app = await stage.start();
    await sweepAndMeasure(app);
    await stage.queues.getQueueClient('custom-vision-notifications').sendMessage('It is raining.');
    await app.logged('notification.rejected');
    expect((await app.status()).functions.unavailableQueues).toEqual([]);
    expect(await stage.blobs.getContainerClient('model-exports').exists()).toBe(true);
  },
);
