import { isOfOutage } from '../core/facts/backoff.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { waits } from '../core/facts/wake.ts';
import type { WorkItem } from '../core/facts/work-item.ts';
import { newsOf, triggersRestUntil } from '../core/plan/triggers.ts';

/**
 * How a message ends without work, because a wake that is still to come does it; null where the work has to be done.
 *
 * @param receivedAt when the notification came that the message is about; null where it is about none
 */
export function earlyEnd(
  record: ReplicaRecord,
  { wakeId, reason }: WorkItem,
  receivedAt: string | null,
  now: Date,
): 'stale' | 'known' | 'collapsed' | null {
  // A copy that is being made needs no source, and goes on by messages of its own.
  if (reason === 'look-after') return record.run === null ? null : 'collapsed';
  const isDue = !waits(record, now);
  // Without a wake in the record the message is a second delivery: the first one took the wake and was cut short.
  if (reason === 'wake' && record.wake !== null && record.wake.id !== wakeId && !isDue) return 'stale';
  if (receivedAt !== null && newsOf(record, receivedAt, now) !== 'news') return 'known';
  // A person's request does not wait for the next attempt of what failed; nor does a new model for one that was only
  // put off, because of its own training or because imports of the content before it failed.
  const overrides =
    reason === 'wake' ||
    (reason === 'request' && record.failure !== null) ||
    // Only a sweep that both resources gave a list enqueues such a project before its time.
    (reason === 'sweep' && record.run === null && record.failure !== null && isOfOutage(record.failure)) ||
    (reason === 'training-completed' &&
      ['wait', 'partial-import'].includes(record.failure?.class ?? '') &&
      triggersRestUntil(record, now) === null);
  return isDue || overrides ? null : 'collapsed';
}
