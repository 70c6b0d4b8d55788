import { poisonQueueOf, WORK_QUEUE } from './storage-names.ts';

/** The functions that the host runs by itself: by a timer, or for the messages of a queue. */

/** The timer that sweeps. */
export const SWEEP_TIMER = 'replicateOnSchedule';

/** The timer that tells how everything stands, however rarely the schedule sweeps: four times a day, evenly spread. */
export const METRICS_TIMER = { name: 'tellMetrics', schedule: '0 15 */6 * * *', everySeconds: 6 * 3_600 } as const;

/** A queue and the function that takes its messages. */
export interface TriggerQueue {
  readonly functionName: string;
  readonly queue: string;
  /** The app's own storage account, or the one that Custom Vision writes to. */
  readonly account: 'own' | 'integration';
  /** A queue of messages that failed again and again: the host makes it with its first message. */
  readonly isPoison: boolean;
}

/** Every queue that a function listens to. */
export function triggerQueues(notificationQueue: string): TriggerQueue[] {
  return [
    ...withPoison({ functionName: 'replicationWork', queue: WORK_QUEUE, account: 'own' }),
    ...withPoison({ functionName: 'customVisionNotifications', queue: notificationQueue, account: 'integration' }),
  ];
}

function withPoison(of: Omit<TriggerQueue, 'isPoison'>): TriggerQueue[] {
  const poison = { ...of, functionName: `${of.functionName}Poison`, queue: poisonQueueOf(of.queue), isPoison: true };
  return [{ ...of, isPoison: false }, poison];
}
