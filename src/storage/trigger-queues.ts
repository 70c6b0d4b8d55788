import type { QueueServiceClient } from '@azure/storage-queue';
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
      try {
        const { peekedMessageItems } = await client.peekMessages({
          numberOfMessages: MOST_MESSAGES,
          ...abortable(signal),
        });
        return peekedMessageItems.map(({ messageId, dequeueCount }): VisibleMessage => ({ messageId, dequeueCount }));
      } catch (error) {
        if (!hasCode(error, 'QueueNotFound')) {
          throw await asStorageFailure(`Looking at the queue ${queue}`, () => Promise.reject(error as Error), signal);
        }
      }
      if (!isPoison) {
        await asStorageFailure(`Making the queue ${queue}`, () => client.createIfNotExists(abortable(signal)), signal);
      }
      return [];
    },
  };
}
