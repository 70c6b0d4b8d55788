import { isRestError, type DequeuedMessageItem, type QueueClient } from '@azure/storage-queue';
import { errorMessage } from './host-log.ts';
import { MessageLock } from './message-lock.ts';
import type { QueueListenerOptions, QueuePair } from './queue-options.ts';
import { decodeText, queueMetadata } from './queue-message.ts';

/**
 * Takes one message to its end: deleted where the function succeeded; else visible again after the retry delay, or
 * moved to the poison queue where it has failed too often or cannot be decoded. Never throws: a message whose end
 * cannot be stored is delivered again.
 */
export async function processMessage(
  options: QueueListenerOptions,
  { queue, poison }: QueuePair,
  message: DequeuedMessageItem,
): Promise<void> {
  const { functionName, queues, messageLockInSeconds, invoke, log } = options;
  const { messageId, dequeueCount } = message;
  const lock = new MessageLock(queue, message, messageLockInSeconds, log);
  try {
    const text = decodeText(message.messageText, queues.messageEncoding);
    if (text === null) {
      log.host('error', `message ${messageId} of ${queue.name} is not base64, as host.json says it should be`);
    }
    const beyondHope = text === null || (poison !== null && dequeueCount > queues.maxDequeueCount);
    const succeeded = !beyondHope && (await invoke({ string: text }, queueMetadata(functionName, text, message)));
    const popReceipt = await lock.release();
    if (succeeded) {
      await deleteMessage(queue, messageId, popReceipt);
    } else if (poison === null) {
      // Nothing is below a poison queue: the message rests until its lock is over, so that it cannot spin.
    } else if (beyondHope || dequeueCount >= queues.maxDequeueCount) {
      log.host(
        'warning',
        `message ${messageId} of ${queue.name} goes to ${poison.name} after ${dequeueCount} deliveries`,
      );
      await poison.createIfNotExists();
      await poison.sendMessage(message.messageText);
      await deleteMessage(queue, messageId, popReceipt);
    } else {
      await queue.updateMessage(messageId, popReceipt, undefined, queues.retryDelayInSeconds);
    }
  } catch (error) {
    await lock.release();
    log.host('error', `what became of message ${messageId} of ${queue.name} was not stored: ${errorMessage(error)}`);
  }
}

/** A function may have deleted or updated its message itself, which is its right. */
async function deleteMessage(queue: QueueClient, messageId: string, popReceipt: string): Promise<void> {
  try {
    await queue.deleteMessage(messageId, popReceipt);
  } catch (error) {
    if (!isRestError(error) || (error.code !== 'MessageNotFound' && error.code !== 'PopReceiptMismatch')) throw error;
  }
}
