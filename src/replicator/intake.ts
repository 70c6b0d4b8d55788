import type { Notification } from '../core/notification.ts';
import { isTrainingCompleted, parseNotification } from '../core/notification.ts';
import type { BackupIntake, Taken } from './backups/take-export.ts';
import { takeExport } from './backups/take-export.ts';
import { updateSweepState } from './documents.ts';
import { unlessGone } from './observe.ts';
import type { RejectedNotifications } from './ports.ts';
import type { Workshop } from './workshop.ts';

const NO_BACKUPS: BackupIntake = { exportContainerUri: null, asksForExports: false };

/**
 * Turns one text from the notification queue into work. What can't be understood is kept with the reason; a failure
 * to act on what is understood is thrown, so that the message is delivered again.
 */
export async function takeNotification(
  text: string,
  workshop: Workshop,
  rejected: RejectedNotifications,
  signal: AbortSignal,
  backups: BackupIntake = NO_BACKUPS,
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
  const taken = await actOn(parsed.notification, workshop, backups, signal);
  if ('rejection' in taken) await reject(text, taken.rejection, workshop, rejected);
  else events.emit({ event: 'notification.received', type, projectId, outcome: taken.outcome });
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

async function actOn(
  notification: Notification,
  workshop: Workshop,
  backups: BackupIntake,
  signal: AbortSignal,
): Promise<Taken> {
  if (notification.type === 'Export') return takeExport(notification, workshop, backups, signal);
  if (notification.type === 'ConnectionTest') {
    return { outcome: await takeConnectionTest(notification.projectId, workshop, signal) };
  }
  return { outcome: await takeTraining(notification, workshop, backups, signal) };
}

/** What was done about the end of a training, in words. */
async function takeTraining(
  notification: Notification & { readonly type: 'Training' },
  workshop: Workshop,
  { asksForExports }: BackupIntake,
  signal: AbortSignal,
): Promise<string> {
  if (!isTrainingCompleted(notification)) return `ignored: the training ended as ${notification.status}`;
  const project = await unlessGone(workshop.source.getProject(notification.projectId, signal));
  if (project === null) return 'ignored: the primary has no such project';
  const exclusion = workshop.policy.exclusionOf(project);
  if (exclusion !== null) return `ignored: ${exclusion}`;
  const item = { schemaVersion: 1, projectId: project.id, reason: 'training-completed', wakeId: null } as const;
  await workshop.queue.enqueue(item, 0);
  if (asksForExports) {
    const { iterationId } = notification;
    await workshop.queue.enqueue({ ...item, reason: 'backups', iterationId }, 0);
  }
  return 'work enqueued';
}

/** It is a proof where one is waited for; the record is written by whoever has the project's lease. */
async function takeConnectionTest(projectId: string, workshop: Workshop, signal: AbortSignal): Promise<string> {
  const stored = workshop.policy.integration === null ? null : await workshop.store.record(projectId).read(signal);
  if (stored?.value.integration?.state !== 'unproven') return 'ignored: the service only tests the connection';
  await workshop.queue.enqueue({ schemaVersion: 1, projectId, reason: 'connection-test', wakeId: null }, 0);
  return 'proof enqueued';
}
