import type { QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { TriggerQueue } from '../core/facts/functions.ts';
import type { VisibleMessage } from '../core/facts/signs.ts';
import type { TriggerQueues } from '../replicator/ports/storage.ts';
import { abortable } from './json-document.ts';
import { asStorageFailure, hasCode } from './storage-failure.ts';

/** The most that Azure Queue Storage shows at once. */
const MOST_MESSAGES = 32;

/** The queues of the two accounts that functions listen to. Nothing that is looked at counts as taken. */
export function createTriggerQueues(accounts: Record<TriggerQueue['account'], QueueServiceClient>): TriggerQueues {
  return {
    async peek({ account, queue, isPoison }, signal) {
      const client = accounts[account].getQueueClient(queue);
      const messages = await asStorageFailure(`Looking at the queue ${queue}`, () => peek(client, signal), signal);
      if (messages === 'no queue' && !isPoison) {
        await asStorageFailure(`Making the queue ${queue}`, () => client.createIfNotExists(abortable(signal)), signal);
      }
      return messages === 'no queue' ? [] : messages;
    },
  };
}

async function peek(client: QueueClient, signal: AbortSignal): Promise<VisibleMessage[] | 'no queue'> {
  try {
    const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: MOST_MESSAGES, ...abortable(signal) });
    return peekedMessageItems.map(({ messageId, dequeueCount }) => ({ messageId, dequeueCount }));
  } catch (error) {
    if (hasCode(error, 'QueueNotFound')) return 'no queue';
    throw error;
  }
}
