import { workItem } from '../core/facts/work-item.ts';
import type { Notification } from '../core/facts/notification.ts';
import { isTrainingCompleted, parseNotification } from '../core/facts/notification.ts';
import { isFailure } from '../core/facts/failure.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import type { SweepState } from '../core/facts/sweep-state.ts';
import { secondsBetween, secondsSince } from '../core/facts/time.ts';
import { type BucketSize, newTrigger, useOf } from '../core/facts/trigger.ts';
import { newsOf } from '../core/plan/triggers.ts';
import { readSweepState, updateDocument, updateSweepState } from './documents.ts';
import { postTrigger, type Received } from './triggers.ts';
import { type Answer, askForUnknown, NO_SUCH_PROJECT } from './unknown-projects.ts';
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

/** Status shows to about so many seconds when a notification last came: a storm of them is not stored one by one. */
const NOTED_EVERY_SECONDS = 5;

/** So many looks at one project's backups at once, and one each five minutes in the long run; three platforms are three. */
const EXPORT_LOOKS: BucketSize = { capacity: 12, secondsPerUse: 300 };

/**
 * Turns one text from the notification queue into work. What can't be understood is kept with the reason; a failure
 * to act on what is understood is thrown, so that the message is delivered again.
 *
 * @param received when it came, where the queue knows; else it counts as having come now
 */
export async function takeNotification(
  text: string,
  deps: Dependencies,
  rejected: RejectedNotifications,
  exports: ExportIntake,
  signal: AbortSignal,
  received: Received = { at: deps.clock.now().toISOString(), messageId: null },
): Promise<void> {
  const { store, clock, events } = deps;
  const now = clock.now();
  const state = await readSweepState(store, clock);
  const { notificationLastReceivedAt: lastAt } = state;
  if (lastAt === null || Math.abs(secondsBetween(lastAt, now)) >= NOTED_EVERY_SECONDS) {
    const notificationLastReceivedAt = now.toISOString();
    await updateSweepState(store, clock, (stored) => ({ ...stored, notificationLastReceivedAt }));
  }
  const parsed = parseNotification(text);
  if (!parsed.understood) {
    await reject(text, parsed.reason, deps, rejected);
    return;
  }
  const { type, projectId } = parsed.notification;
  const taken = await new Intake(deps, exports, state, received, signal).take(parsed.notification);
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

/** What one notification leads to. Anybody who may post could have made it up, so what it can cost is bounded. */
class Intake {
  readonly #deps: Dependencies;
  readonly #exports: ExportIntake;
  readonly #state: SweepState;
  readonly #received: Received;
  readonly #signal: AbortSignal;

  constructor(deps: Dependencies, exports: ExportIntake, state: SweepState, received: Received, signal: AbortSignal) {
    this.#deps = deps;
    this.#exports = exports;
    this.#state = state;
    this.#received = received;
    this.#signal = signal;
  }

  async take(notification: Notification): Promise<Taken> {
    if (notification.type === 'ConnectionTest') {
      return { outcome: await takeConnectionTest(notification.projectId, this.#deps, this.#signal) };
    }
    return notification.type === 'Export' ? this.#takeExport(notification) : this.#takeTraining(notification);
  }

  async #takeTraining(notification: Notification & { readonly type: 'Training' }): Promise<Taken> {
    if (!isTrainingCompleted(notification)) {
      return { outcome: `ignored: the training ended as ${notification.status}` };
    }
    const { projectId, iterationId } = notification;
    const record = await this.#recordOf(projectId);
    const refusal = await this.#refusalOf(projectId, record !== null);
    if (refusal !== null) return { outcome: refusal };
    const outcome = await this.#enqueueLook(projectId, record);
    if (this.#exports.asksForExports && (await this.#mayLookAtExports(projectId))) {
      await this.#deps.queue.enqueue({ ...workItem(projectId, 'backups'), iterationId }, 0);
    }
    return { outcome };
  }

  async #enqueueLook(projectId: string, record: ReplicaRecord | null): Promise<string> {
    switch (newsOf(record, this.#received.at, this.#deps.clock.now())) {
      case 'known':
        return 'ignored: the project was looked at since';
      case 'will-be-seen':
        return 'noted: the work that is under way looks at the project once more';
      case 'news':
        return (await postTrigger(projectId, this.#received, this.#deps))
          ? 'work enqueued'
          : 'noted: work on the project is enqueued already';
    }
  }

  async #takeExport(notification: Notification & { readonly type: 'Export' }): Promise<Taken> {
    const { projectId } = notification;
    const isListed = this.#state.projects.some(({ id }) => id === projectId);
    if (!isListed && (await this.#recordOf(projectId)) === null) {
      const answer = await this.#askForUnknown(projectId);
      if ('unknown' in answer) {
        return answer.unknown === NO_SUCH_PROJECT
          ? { rejection: 'The primary has no project of the id that the notification names.' }
          : { outcome: `noted: ${answer.unknown}` };
      }
    }
    if (await this.#mayLookAtExports(projectId)) return this.#exports.take(notification, this.#signal);
    return { outcome: 'noted: the backups of the project are looked at later, as notifications come too fast' };
  }

  /** Null where the record is damaged: its worker says so. */
  async #recordOf(projectId: string): Promise<ReplicaRecord | null> {
    try {
      return (await this.#deps.store.record(projectId).read(this.#signal))?.value ?? null;
    } catch (error) {
      if (!isFailure(error, 'bug')) throw error;
      return null;
    }
  }

  /** Why a project is not looked at, in words; null where it is. */
  async #refusalOf(projectId: string, hasRecord: boolean): Promise<string | null> {
    const listed = this.#state.projects.find(({ id }) => id === projectId);
    if (listed !== undefined) return listed.excluded === null ? null : `ignored: ${listed.excluded}`;
    if (hasRecord) return null;
    const answer = await this.#askForUnknown(projectId);
    if ('unknown' in answer) {
      return `${answer.unknown === NO_SUCH_PROJECT ? 'ignored' : 'noted'}: ${answer.unknown}`;
    }
    const exclusion = this.#deps.policy.exclusionOf(answer.project);
    return exclusion === null ? null : `ignored: ${exclusion}`;
  }

  #askForUnknown(projectId: string): Promise<Answer> {
    return askForUnknown(projectId, this.#received, this.#deps, this.#signal);
  }

  /** Beyond what one project's exports explain, one look at all its backups, later, stands for all that come until then. */
  async #mayLookAtExports(projectId: string): Promise<boolean> {
    const { store, queue, clock } = this.#deps;
    const now = clock.now();
    // By what the last attempt to store it found.
    const decision: { looks: 'now' | 'later' | 'left' } = { looks: 'left' };
    await updateDocument(store.trigger(projectId), (stored) => {
      const trigger = stored ?? newTrigger();
      const exportLooks = useOf(trigger.exportLooks, EXPORT_LOOKS, now);
      const isLeft = trigger.exportsLeftUntil !== null && secondsSince(trigger.exportsLeftUntil, now) < 0;
      decision.looks = exportLooks !== null ? 'now' : isLeft ? 'left' : 'later';
      if (exportLooks !== null) return { ...trigger, exportLooks };
      const dueAt = new Date(now.getTime() + EXPORT_LOOKS.secondsPerUse * 1_000).toISOString();
      return isLeft ? null : { ...trigger, exportsLeftUntil: dueAt };
    });
    if (decision.looks === 'later') await queue.enqueue(workItem(projectId, 'backups'), EXPORT_LOOKS.secondsPerUse);
    return decision.looks === 'now';
  }
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
