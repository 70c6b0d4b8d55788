/** The app's own queues and containers. A setting that names one of these for another use is refused. */

/** Records, leases, sweep state and routing. */
export const STATE_CONTAINER = 'replication-state';
/** The durable copies of models, with their catalogues. */
export const BACKUP_CONTAINER = 'model-backups';

export const WORK_QUEUE = 'replication-work';
/** Notifications that nobody could act on; its messages never expire. */
export const REJECTED_QUEUE = 'custom-vision-notifications-rejected';

/** Where the Functions host puts a message whose function failed again and again. */
export function poisonQueueOf(queue: string): string {
  return `${queue}-poison`;
}

export const OWN_QUEUES: readonly string[] = [WORK_QUEUE, poisonQueueOf(WORK_QUEUE), REJECTED_QUEUE];
export const OWN_CONTAINERS: readonly string[] = [STATE_CONTAINER, BACKUP_CONTAINER];
