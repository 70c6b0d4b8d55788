import type { QueueClient } from '@azure/storage-queue';
import { setTimeout as delay } from 'node:timers/promises';
import {
  LOCK_IN_SECONDS,
  makeAppFolder,
  openStage,
  QUICK_QUEUES,
  RARELY,
  runNow,
  HostProcess,
  type AppFolder,
  type Stage,
} from './host-process.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

describe('queue triggers', () => {
  let host: HostProcess;
  let url: string;
  let queue: QueueClient;

  beforeAll(async () => {
    host = stage.start({ WORK_QUEUE: 'orders' });
    url = await host.url();
    queue = await stage.makeQueue('orders');
  });
  afterAll(() => host.end());

  async function waitUntilEmpty(): Promise<void> {
    while (((await queue.getProperties()).approximateMessagesCount ?? 0) > 0) await delay(50);
  }

  test('deliver JSON as its value, with the metadata that Azure gives, and delete the message', async () => {
    const { messageId } = await queue.sendMessage('{"order": 1}');
    const { message, triggerMetadata } = await host.recorded(
      ({ message }) => (message as { order?: number }).order === 1,
    );
    expect(message).toEqual({ order: 1 });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as unknown;
    expect(triggerMetadata).toEqual({
      queueTrigger: { order: 1 },
      dequeueCount: 1,
      id: messageId,
      popReceipt: expect.any(String) as unknown,
      insertionTime: time,
      expirationTime: time,
      nextVisibleTime: time,
      sys: { methodName: 'work', utcNow: expect.any(String) as unknown, randGuid: expect.any(String) as unknown },
    });
    await waitUntilEmpty();
  });

  test('deliver what is not JSON as text', async () => {
    await queue.sendMessage('VGV4dA== is text');
    await host.recorded(({ message }) => message === 'VGV4dA== is text');
    await waitUntilEmpty();
  });

  test('try a failed message again after the delay, then move it to the poison queue', async () => {
    const text = '{"order": 2, "fail": true}';
    await queue.sendMessage(text);
    const poison = stage.queues.getQueueClient('orders-poison');
    await host.until(() => (host.stderr.includes('goes to orders-poison') ? true : undefined));
    await waitUntilEmpty();
    const [moved] = (await poison.receiveMessages()).receivedMessageItems;
    expect(moved?.messageText).toBe(text);
    const deliveries = host.records.filter(({ message }) => (message as { order?: number } | undefined)?.order === 2);
    expect(deliveries.map(({ triggerMetadata }) => (triggerMetadata as { dequeueCount: number }).dequeueCount)).toEqual(
      [1, 2],
    );
  });

  test('keep a message for longer than its lock while it is worked on', async () => {
    await queue.sendMessage(JSON.stringify({ order: 3, holdInMs: LOCK_IN_SECONDS * 1000 * 2 }));
    await host.recorded(({ done }) => (done as { order?: number } | undefined)?.order === 3);
    await waitUntilEmpty();
    const begun = host.records.filter(({ message }) => (message as { order?: number } | undefined)?.order === 3);
    expect(begun).toHaveLength(1);
  });

  test('work on no more messages at once than a batch and the threshold allow', async () => {
    const from = host.records.length;
    for (let order = 10; order < 18; order += 1) await queue.sendMessage(JSON.stringify({ order, holdInMs: 300 }));
    await host.recorded(() => host.records.slice(from).filter(({ done }) => done !== undefined).length === 8);
    let running = 0;
    let most = 0;
    for (const { done } of host.records.slice(from)) {
      running += done === undefined ? 1 : -1;
      most = Math.max(most, running);
    }
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(QUICK_QUEUES.batchSize + QUICK_QUEUES.newBatchThreshold);
    await waitUntilEmpty();
  });

  test('can be run by hand, with a message that was in no queue', async () => {
    expect(await runNow(url, 'work', { input: '{"order": 20}' })).toBe(202);
    const { triggerMetadata } = await host.recorded(
      ({ message }) => (message as { order?: number } | undefined)?.order === 20,
    );
    expect(triggerMetadata).toMatchObject({ dequeueCount: 0, queueTrigger: { order: 20 } });
    expect(await runNow(url, 'none')).toBe(404);
  });
});

describe('a message whose host was killed', () => {
  test('is delivered again once its lock is over', async () => {
    const queue = await stage.makeQueue('killed');
    const first = stage.start({ WORK_QUEUE: 'killed' });
    await first.url();
    await queue.sendMessage('{"order": 1, "holdInMs": 60000}');
    await first.recorded(({ message }) => message !== undefined);
    await first.end('SIGKILL');
    const second = stage.start({ WORK_QUEUE: 'killed' });
    const { triggerMetadata } = await second.recorded(({ message }) => message !== undefined);
    expect(triggerMetadata).toMatchObject({ dequeueCount: 2 });
    await second.end('SIGKILL');
  });
});

describe('messages in base64', () => {
  let encoded: AppFolder;
  beforeAll(async () => {
    encoded = await makeAppFolder();
    encoded.writeHostJson({ version: '2.0', extensions: { queues: { ...QUICK_QUEUES, messageEncoding: 'base64' } } });
  });
  afterAll(() => encoded.remove());

  test('are decoded; one that is not base64 goes to the poison queue as it is', async () => {
    const connection = stage.azurite.connectionString();
    const settings = {
      AzureWebJobsStorage: connection,
      WORK_STORAGE: connection,
      WORK_QUEUE: 'encoded',
      TICK_SCHEDULE: RARELY,
    };
    const host = new HostProcess(encoded.path, [], settings);
    await host.url();
    const queue = await stage.makeQueue('encoded');
    await queue.sendMessage('{"plain": true}');
    await queue.sendMessage(Buffer.from('{"order": "ü"}').toString('base64'));
    await host.recorded(({ message }) => (message as { order?: string } | undefined)?.order === 'ü');
    await host.until(() => (host.stderr.includes('goes to encoded-poison') ? true : undefined));
    await host.end();
    const [moved] = (await stage.queues.getQueueClient('encoded-poison').receiveMessages()).receivedMessageItems;
    expect(moved?.messageText).toBe('{"plain": true}');
  });
});
