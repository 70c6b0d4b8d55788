import { setTimeout } from 'node:timers/promises';
import type { QueueServiceClient } from '@azure/storage-queue';
import { workItemSchema } from '../../src/core/facts/work-item.ts';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { WORK_QUEUE } from '../../src/core/facts/storage-names.ts';
import { createWorkQueue } from '../../src/storage/work-queue.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryWorkQueue } from '../support/memory-storage.ts';
import { describeWorkQueue } from './work-queue-conformance.ts';

const SHOP = '0f8fad5b-d9cb-469f-a165-70867728950e';

describeWorkQueue('in memory', () => {
  const clock = new ManualClock();
  const queue = new MemoryWorkQueue(clock);
  return Promise.resolve({
    queue,
    take: () => Promise.resolve(queue.takeDue()),
    pass: (seconds) => {
      clock.advance(seconds);
      return Promise.resolve();
    },
  });
});

it('in memory, items come in the order in which they are due', async () => {
  const clock = new ManualClock();
  const queue = new MemoryWorkQueue(clock);
  await queue.enqueue({ schemaVersion: 1, projectId: SHOP, reason: 'wake', wakeId: 'late' }, 60);
  await queue.enqueue({ schemaVersion: 1, projectId: SHOP, reason: 'wake', wakeId: 'soon' }, 30);
  expect(queue.queued.map(({ item }) => item.wakeId)).toEqual(['late', 'soon']);
  expect(queue.nextDueAt()).toEqual(new Date(clock.now().getTime() + 30_000));
  expect(queue.takeDue(new Date(clock.now().getTime() + 60_000)).map(({ wakeId }) => wakeId)).toEqual(['soon', 'late']);
  expect(queue.nextDueAt()).toBeNull();
});

describe('on Azurite', () => {
  let azurite: Azurite;
  let queues: QueueServiceClient;

  beforeAll(async () => {
    azurite = await startAzurite();
    ({ queues } = connectStorage({ connectionString: azurite.connectionString() }));
  }, 60_000);
  afterAll(() => azurite.stop());

  describeWorkQueue('in Azure Queue Storage', async () => {
    const client = queues.getQueueClient(WORK_QUEUE);
    await client.createIfNotExists();
    await client.clearMessages();
    return {
      queue: createWorkQueue(queues),
      take: async () => {
        const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
        for (const { messageId, popReceipt } of receivedMessageItems) await client.deleteMessage(messageId, popReceipt);
        return receivedMessageItems.map(({ messageText }) => workItemSchema.parse(JSON.parse(messageText)));
      },
      pass: (seconds) => setTimeout(seconds * 1_000),
    };
  });

  it('makes its queue with the first item, which never expires', async () => {
    await queues.getQueueClient(WORK_QUEUE).delete();
    await createWorkQueue(queues).enqueue({ schemaVersion: 1, projectId: SHOP, reason: 'request', wakeId: null }, 0);
    const { receivedMessageItems } = await queues.getQueueClient(WORK_QUEUE).receiveMessages();
    expect(receivedMessageItems).toHaveLength(1);
    expect(receivedMessageItems[0]?.expiresOn.getUTCFullYear()).toBe(9999);
  });
});
