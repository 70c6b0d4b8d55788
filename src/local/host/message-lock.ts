import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { delay } from './delay.ts';
import { errorMessage, type HostLog } from './host-log.ts';

/**
 * Keeps a message invisible to others while it is worked on: it is taken for some time, and that is renewed whenever
 * half of it is over.
 */
export class MessageLock {
  readonly #released = new AbortController();
  readonly #renewals: Promise<void>;
  #popReceipt: string;

  constructor(queue: QueueClient, message: DequeuedMessageItem, lockInSeconds: number, log: HostLog) {
    this.#popReceipt = message.popReceipt;
    this.#renewals = this.#renew(queue, message.messageId, lockInSeconds, log);
  }

  /** Ends the renewals; resolves to the receipt that the message can be deleted or updated with. */
  async release(): Promise<string> {
    this.#released.abort();
    await this.#renewals;
    return this.#popReceipt;
  }

  async #renew(queue: QueueClient, messageId: string, lockInSeconds: number, log: HostLog): Promise<void> {
    const { signal } = this.#released;
    for (;;) {
      await delay((lockInSeconds * 1000) / 2, signal);
      if (signal.aborted) return;
      try {
        const renewed = await queue.updateMessage(messageId, this.#popReceipt, undefined, lockInSeconds);
        if (renewed.popReceipt !== undefined) this.#popReceipt = renewed.popReceipt;
      } catch (error) {
        log.host('warning', `message ${messageId} of ${queue.name} could not be kept: ${errorMessage(error)}`);
      }
    }
  }
}
