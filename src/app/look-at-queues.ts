import { METRICS_TIMER, triggerQueues, type TriggerQueue } from '../core/facts/functions.ts';
import { isFailure, toFailure, type ReplicationFailure } from '../core/facts/failure.ts';
import { newSigns, withLook, type QueueFound, type Signs } from '../core/facts/signs.ts';
import { updateDocument } from '../replicator/documents.ts';
import { inTime } from './answer-limits.ts';
import type { OpenApp } from './app.ts';

/** By how much a look may come later than the schedule says: a sweep goes before it. */
const LOOK_GRACE_IN_SECONDS = 900;

/**
 * Looks at every queue that a function listens to, and keeps what waits there for the next look to compare with. A queue
 * that can be neither looked at nor made is kept as such, for status, unless that passes by itself. Throws the first failure
 * once all is stored.
 */
export async function lookAtQueues(opened: OpenApp, limitInMs: number): Promise<void> {
  const { config, deps, parts } = opened;
  const failures: ReplicationFailure[] = [];
  await inTime(limitInMs, async (signal) => {
    const look = async (queue: TriggerQueue): Promise<QueueFound | null> => {
      try {
        return { messages: await parts.triggerQueues.peek(queue, signal) };
      } catch (error) {
        signal.throwIfAborted();
        const failure = toFailure(error);
        failures.push(failure);
        const { code, message, hint } = failure;
        return isFailure(failure, 'transient') || isFailure(failure, 'throttled')
          ? null
          : { failure: { code, message, hint } };
      }
    };
    const queues = triggerQueues(config.notificationQueue);
    const looks = await Promise.all(queues.map(async (queue) => ({ queue, found: await look(queue) })));
    const now = deps.clock.now();
    await updateDocument(deps.store.signs, (stored) => afterLooks(stored, looks, now, opened), signal);
  });
  if (failures[0] !== undefined) throw failures[0];
}

/** Null where all is as it was: then nothing is written. */
function afterLooks(
  stored: Signs | null,
  looks: readonly { readonly queue: TriggerQueue; readonly found: QueueFound | null }[],
  now: Date,
  { deps: { schedule } }: OpenApp,
): Signs | null {
  const nextLookBy = (lookedAt: Date): Date => {
    const byMetrics = lookedAt.getTime() + METRICS_TIMER.everySeconds * 1_000;
    const due = Math.min(schedule.nextAfter(lookedAt).getTime(), byMetrics);
    return new Date(due + LOOK_GRACE_IN_SECONDS * 1_000);
  };
  const before = stored ?? newSigns(now);
  const after = looks.reduce(
    (signs, { queue, found }) => (found === null ? signs : withLook(signs, queue, found, now, nextLookBy)),
    before,
  );
  return after === stored ? null : after;
}
