import type { QueueServiceClient } from '@azure/storage-queue';
import { triggerQueues, type TriggerQueue } from '../../src/core/facts/functions.ts';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { createTriggerQueues } from '../../src/storage/trigger-queues.ts';
import type { TriggerQueues } from '../../src/replicator/ports/storage.ts';
import { openDoor } from '../support/immutable-blobs.ts';

const ACCOUNTS = ['own', 'integration'] as const;
const { signal } = new AbortController();
const [WORK, WORK_POISON, NEWS] = triggerQueues('news') as [TriggerQueue, TriggerQueue, TriggerQueue];

let azurite: Azurite;
let accounts: Record<(typeof ACCOUNTS)[number], QueueServiceClient>;
let queues: TriggerQueues;

beforeAll(async () => {
  azurite = await startAzurite({ accounts: [...ACCOUNTS] });
  const connect = (account: string) => connectStorage({ connectionString: azurite.connectionString(account) }).queues;
  accounts = { own: connect('own'), integration: connect('integration') };
  queues = createTriggerQueues(accounts);
}, 60_000);
afterAll(() => azurite.stop());

const exists = (account: QueueServiceClient, { queue }: TriggerQueue) => account.getQueueClient(queue).exists();

it('makes a queue that is missing, in the account that it belongs to', async () => {
  expect(await queues.peek(NEWS, signal)).toEqual([]);
  expect(await exists(accounts.integration, NEWS)).toBe(true);
  expect(await exists(accounts.own, NEWS)).toBe(false);
});

it('leaves a poison queue to the host, which makes it with its first message', async () => {
  expect(await queues.peek(WORK_POISON, signal)).toEqual([]);
  expect(await exists(accounts.own, WORK_POISON)).toBe(false);
});

it('shows the first messages, with how often each was taken, and takes none', async () => {
  const client = accounts.own.getQueueClient(WORK.queue);
  await client.createIfNotExists();
  const { messageId: first } = await client.sendMessage('first');
  const { messageId: second } = await client.sendMessage('second');
  const shown = [
    { messageId: first, dequeueCount: 0 },
    { messageId: second, dequeueCount: 0 },
  ];
  for (let look = 0; look < 2; look += 1) expect(await queues.peek(WORK, signal)).toEqual(shown);
});

it('does not show a message that somebody works on, nor one that is not due yet', async () => {
  const client = accounts.own.getQueueClient(WORK.queue);
  await client.createIfNotExists();
  await client.clearMessages();
  const { messageId } = await client.sendMessage('taken');
  await client.sendMessage('later', { visibilityTimeout: 600 });
  const { receivedMessageItems } = await client.receiveMessages({ visibilityTimeout: 600 });
  const popReceipt = receivedMessageItems[0]?.popReceipt ?? '';
  expect(await queues.peek(WORK, signal)).toEqual([]);
  await client.updateMessage(messageId, popReceipt, undefined, 0);
  expect(await queues.peek(WORK, signal)).toEqual([{ messageId, dequeueCount: 1 }]);
});

it('says which queue could not be made where the app has no right to', async () => {
  await accounts.own.getQueueClient(WORK.queue).deleteIfExists();
  const service = new URL(azurite.queueUri('own')).origin;
  const refusal = { status: 403, code: 'AuthorizationPermissionMismatch' };
  await using door = await openDoor(service, { refuse: ({ method }) => (method === 'PUT' ? refusal : null) });
  const connectionString = azurite.connectionString('own').replace(service, door.origin);
  const own = connectStorage({ connectionString }).queues;
  await expect(createTriggerQueues({ ...accounts, own }).peek(WORK, signal)).rejects.toMatchObject({
    class: 'auth',
    code: 'AuthorizationPermissionMismatch',
    message: expect.stringContaining(`Making the queue ${WORK.queue} failed with 403`) as string,
  });
});
