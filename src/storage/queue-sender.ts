import type { QueueServiceClient } from '@azure/storage-queue';
import { asStorageFailure, hasCode } from './storage-failure.ts';

/** Azure's value for a message that never expires. */
const NEVER_EXPIRES = -1;

/** Puts a text on a queue as it is (`messageEncoding: none` in host.json reads it so); makes the queue if it is missing. */
export async function sendMessage(
  queues: QueueServiceClient,
  queueName: string,
  text: string,
  delayInSeconds: number,
): Promise<void> {
  const queue = queues.getQueueClient(queueName);
  const send = () => queue.sendMessage(text, { visibilityTimeout: delayInSeconds, messageTimeToLive: NEVER_EXPIRES });
  await asStorageFailure(`Sending a message to the queue ${queueName}`, async () => {
    try {
      await send();
    } catch (error) {
      if (!hasCode(error, 'QueueNotFound')) throw error;
      await queue.createIfNotExists();
      await send();
    }
  });
}
