import type { QueueListenerOptions, QueuePair } from './queue-options.ts';
import { isRestError, type DequeuedMessageItem, type QueueClient } from '@azure/storage-queue';
import { delay } from './delay.ts';
import { isRefusal } from './refusal.ts';
import { errorMessage } from './host-log.ts';
import type { Listener } from './listener.ts';
import { manualMessage, queueMetadata } from './queue-message.ts';
import { processMessage } from './process-message.ts';

const SHORTEST_POLLING_INTERVAL_IN_MS = 100;

/** Takes messages off a queue in batches and runs the function on each, as the options of host.json say. */
export class QueueListener implements Listener {
  readonly #options: QueueListenerOptions;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #polling: Promise<void> = Promise.resolve();
  #answers = true;

  constructor(options: QueueListenerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { queueName, open, log, functionName } = this.#options;
    const service = await open();
    const queue = service.getQueueClient(queueName);
    const poison = queueName.endsWith('-poison') ? null : service.getQueueClient(`${queueName}-poison`);
    this.#polling = this.#poll({ queue, poison });
    log.host('information', `${functionName} takes messages from the queue ${queueName}`);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
    await Promise.all(this.#inFlight);
  }

  async runNow(input: unknown): Promise<void> {
    const { functionName, invoke } = this.#options;
    const text = typeof input === 'string' ? input : JSON.stringify(input ?? '');
    await invoke({ string: text }, queueMetadata(functionName, text, manualMessage()));
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #poll(queues: QueuePair): Promise<void> {
    let emptyPolls = 0;
    while (!this.#isStopping()) {
      const messages = await this.#receive(queues.queue);
      // What arrives while the host stops is given back at once, or nobody would see it until its lock is over.
      if (this.#isStopping()) return this.#giveBack(queues.queue, messages);
      for (const message of messages) this.#begin(queues, message);
      emptyPolls = messages.length > 0 ? 0 : emptyPolls + 1;
      if (messages.length > 0) await this.#untilRoom();
      else await delay(this.#pollingInterval(emptyPolls), this.#stopping.signal);
    }
  }

  /** A batch; empty where the queue does not answer, which is said once each time it goes away. */
  async #receive(queue: QueueClient): Promise<readonly DequeuedMessageItem[]> {
    const { queues, messageLockInSeconds, log, onRefused } = this.#options;
    try {
      const options = { numberOfMessages: queues.batchSize, visibilityTimeout: messageLockInSeconds };
      const batch = await receive(queue, options);
      if (!this.#answers) log.host('information', `the queue ${queue.name} answers again`);
      this.#answers = true;
      return batch;
    } catch (error) {
      if (isRefusal(error)) onRefused(`the queue ${queue.name} refuses: ${errorMessage(error)}`);
      if (this.#answers) log.host('error', `the queue ${queue.name} does not answer: ${errorMessage(error)}`);
      this.#answers = false;
      return [];
    }
  }

  #begin(queues: QueuePair, message: DequeuedMessageItem): void {
    const work = processMessage(this.#options, queues, message).finally(() => this.#inFlight.delete(work));
    this.#inFlight.add(work);
  }

  async #untilRoom(): Promise<void> {
    const { signal } = this.#stopping;
    const { newBatchThreshold } = this.#options.queues;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (this.#inFlight.size > newBatchThreshold && !signal.aborted) {
      await Promise.race([...this.#inFlight, stopped]);
    }
  }

  /** Doubles with every poll that finds nothing, give or take a fifth so that several hosts do not poll in step. */
  #pollingInterval(emptyPolls: number): number {
    const longest = this.#options.queues.maxPollingIntervalInMs;
    const doubled = SHORTEST_POLLING_INTERVAL_IN_MS * 2 ** Math.min(emptyPolls - 1, 20);
    return Math.min(longest, doubled * (0.8 + 0.4 * Math.random()));
  }

  async #giveBack(queue: QueueClient, messages: readonly DequeuedMessageItem[]): Promise<void> {
    for (const message of messages) {
      try {
        await queue.updateMessage(message.messageId, message.popReceipt, undefined, 0);
      } catch (error) {
        this.#options.log.host('warning', `message ${message.messageId} was not given back: ${errorMessage(error)}`);
      }
    }
  }
}

/** The queue itself is not made here: as in Azure it is waited for, and the app or the deployment makes it. */
async function receive(
  queue: QueueClient,
  options: { numberOfMessages: number; visibilityTimeout: number },
): Promise<readonly DequeuedMessageItem[]> {
  try {
    return (await queue.receiveMessages(options)).receivedMessageItems;
  } catch (error) {
    if (!isRestError(error) || error.statusCode !== 404) throw error;
    return [];
  }
}
