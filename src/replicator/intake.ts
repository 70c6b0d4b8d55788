import type { Notification } from '../core/notification.ts';
import { isTrainingCompleted, parseNotification } from '../core/notification.ts';
import { updateSweepState } from './documents.ts';
import { unlessGone } from './observe.ts';
import type { RejectedNotifications } from './ports.ts';
import type { Workshop } from './workshop.ts';

/**
 * Turns one text from the notification queue into work. What can't be understood is kept with the reason; a failure
 * to act on what is understood is thrown, so that the message is delivered again.
 */
export async function takeNotification(
  text: string,
  workshop: Workshop,
  rejected: RejectedNotifications,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, events } = workshop;
  const receivedAt = clock.now().toISOString();
  await updateSweepState(store, clock, (state) => ({ ...state, notificationLastReceivedAt: receivedAt }));
  const parsed = parseNotification(text);
  if (!parsed.understood) {
    await reject(text, parsed.reason, workshop, rejected);
    return;
  }
  const { type, projectId } = parsed.notification;
  const outcome = await actOn(parsed.notification, workshop, signal);
  events.emit({ event: 'notification.received', type, projectId, outcome });
}

/** Keeps a text that nobody could act on, with the reason. */
export async function reject(
  text: string,
  reason: string,
  { events }: Pick<Workshop, 'events'>,
  rejected: RejectedNotifications,
): Promise<void> {
  await rejected.add({ reason, text });
  events.emit({ event: 'notification.rejected', reason });
}

/** What was done about a notification, in words. */
async function actOn(notification: Notification, workshop: Workshop, signal: AbortSignal): Promise<string> {
  if (notification.type === 'ConnectionTest') return 'ignored: the service only tests the connection';
  if (notification.type === 'Export') return 'ignored: model backups are not recorded by this version';
  if (!isTrainingCompleted(notification)) return `ignored: the training ended as ${notification.status}`;
  const project = await unlessGone(workshop.source.getProject(notification.projectId, signal));
  if (project === null) return 'ignored: the primary has no such project';
  const exclusion = workshop.policy.exclusionOf(project);
  if (exclusion !== null) return `ignored: ${exclusion}`;
  const item = { schemaVersion: 1, projectId: project.id, reason: 'training-completed', wakeId: null } as const;
  await workshop.queue.enqueue(item, 0);
  return 'work enqueued';
}
