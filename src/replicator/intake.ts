import { workItem } from '../core/facts/work-item.ts';
import type { Notification } from '../core/facts/notification.ts';
import { isTrainingCompleted, parseNotification } from '../core/facts/notification.ts';
import { updateSweepState } from './documents.ts';
import { unlessGone } from './observe.ts';
import type { RejectedNotifications } from './ports/storage.ts';
import type { Dependencies } from './context.ts';

/** What came of a notification: what was done about it, or why nobody may act on it. */
export type Taken = { readonly outcome: string } | { readonly rejection: string };

/** What becomes of notifications that concern model backups. */
export interface ExportIntake {
  /** Whether models are to be exported after each training. */
  readonly asksForExports: boolean;
  /** A model was exported, or could not be. */
  take(notification: Notification & { readonly type: 'Export' }, signal: AbortSignal): Promise<Taken>;
}

/**
 * Turns one text from the notification queue into work. What can't be understood is kept with the reason; a failure
 * to act on what is understood is thrown, so that the message is delivered again.
 */
export async function takeNotification(
  text: string,
  deps: Dependencies,
  rejected: RejectedNotifications,
  exports: ExportIntake,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, events } = deps;
  const receivedAt = clock.now().toISOString();
  await updateSweepState(store, clock, (state) => ({ ...state, notificationLastReceivedAt: receivedAt }));
  const parsed = parseNotification(text);
  if (!parsed.understood) {
    await reject(text, parsed.reason, deps, rejected);
    return;
  }
  const { type, projectId } = parsed.notification;
  const taken = await actOn(parsed.notification, deps, exports, signal);
  if ('rejection' in taken) await reject(text, taken.rejection, deps, rejected);
  else events.emit({ event: 'notification.received', type, projectId, outcome: taken.outcome });
}

/** Keeps a text that nobody could act on, with the reason. */
export async function reject(
  text: string,
  reason: string,
  { events }: Pick<Dependencies, 'events'>,
  rejected: RejectedNotifications,
): Promise<void> {
  await rejected.add({ reason, text });
  events.emit({ event: 'notification.rejected', reason });
}

async function actOn(
  notification: Notification,
  deps: Dependencies,
  exports: ExportIntake,
  signal: AbortSignal,
): Promise<Taken> {
  if (notification.type === 'Export') return exports.take(notification, signal);
  if (notification.type === 'ConnectionTest') {
    return { outcome: await takeConnectionTest(notification.projectId, deps, signal) };
  }
  return { outcome: await takeTraining(notification, deps, exports, signal) };
}

/** What was done about the end of a training, in words. */
async function takeTraining(
  notification: Notification & { readonly type: 'Training' },
  deps: Dependencies,
  { asksForExports }: ExportIntake,
  signal: AbortSignal,
): Promise<string> {
  if (!isTrainingCompleted(notification)) return `ignored: the training ended as ${notification.status}`;
  const project = await unlessGone(deps.source.getProject(notification.projectId, signal));
  if (project === null) return 'ignored: the primary has no such project';
  const exclusion = deps.policy.exclusionOf(project);
  if (exclusion !== null) return `ignored: ${exclusion}`;
  const item = workItem(project.id, 'training-completed');
  await deps.queue.enqueue(item, 0);
  if (asksForExports) {
    const { iterationId } = notification;
    await deps.queue.enqueue({ ...item, reason: 'backups', iterationId }, 0);
  }
  return 'work enqueued';
}

/**
 * The message proves that the service can write to the queue, where that is still unproven. The record is written by a
 * worker, which takes the project's lease first.
 */
async function takeConnectionTest(projectId: string, deps: Dependencies, signal: AbortSignal): Promise<string> {
  const stored = deps.policy.integration === null ? null : await deps.store.record(projectId).read(signal);
  if (stored?.value.integration?.state !== 'unproven') return 'ignored: the service only tests the connection';
  await deps.queue.enqueue(workItem(projectId, 'connection-test'), 0);
  return 'proof enqueued';
}
