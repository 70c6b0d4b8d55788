import type { QueueServiceClient } from '@azure/storage-queue';
import { ReplicationFailure } from '../core/facts/failure.ts';
import { WORK_QUEUE } from '../core/facts/storage-names.ts';
import type { WorkItem } from '../core/facts/work-item.ts';
import type { WorkQueue } from '../replicator/ports/storage.ts';
import { sendMessage } from './queue-sender.ts';

/** The longest time that Azure Queue Storage hides a message. */
const MAX_DELAY_IN_SECONDS = 7 * 24 * 60 * 60;

/** Work items as messages of plain JSON on `replication-work`, hidden until they are due. */
export function createWorkQueue(queues: QueueServiceClient): WorkQueue {
  return {
    async enqueue(item, delayInSeconds) {
      await sendMessage(queues, WORK_QUEUE, JSON.stringify(item satisfies WorkItem), checkDelay(delayInSeconds));
    },
  };
}

/**
 * In whole seconds, rounded up so that no wake comes early; throws a `bug` failure beyond 0 to 7 days.
 * @internal
 */
export function checkDelay(delayInSeconds: number): number {
  const whole = Math.ceil(delayInSeconds);
  if (whole >= 0 && whole <= MAX_DELAY_IN_SECONDS) return whole;
  throw new ReplicationFailure(
    `A delay of ${delayInSeconds} s was asked for; the range is 0 to ${MAX_DELAY_IN_SECONDS} s.`,
    {
      class: 'bug',
      code: 'INVALID_DELAY',
      hint: 'Nothing was enqueued. The next sweep looks at the project.',
      executed: 'no',
    },
  );
}
