import { waits } from '../facts/wake.ts';
import { secondsBetween } from '../facts/time.ts';
import type { ReplicaRecord } from '../facts/record.ts';
import { lastFoundInSync } from '../facts/record.ts';

/**
 * A look may have missed what a notification is about unless it began so much later: clocks differ, and the service may
 * post before it shows.
 */
const SEEN_AFTER_IN_SECONDS = 10;

/** Whether a look that began then has seen what a notification that came then is about. */
export function hasSeen(observedAt: string | null, receivedAt: string): boolean {
  return observedAt !== null && secondsBetween(receivedAt, new Date(observedAt)) >= SEEN_AFTER_IN_SECONDS;
}

/** After a look that a notification brought about for nothing, the next one waits; longer each time, up to the last. */
const SPACING_IN_SECONDS = { first: 30, longest: 900 } as const;

/**
 * What a notification that came then still says. `known`: a look that began after it is what the copy in use, or the one in
 * the making, goes by. `will-be-seen`: work that is under way looks at the source after now, and knows that it is to.
 */
export type News = 'known' | 'will-be-seen' | 'news';

/** Whether a notification of a completed training asks for anything more. It costs no call to tell. */
export function newsOf(record: ReplicaRecord | null, receivedAt: string, now: Date): News {
  if (record === null) return 'news';
  const { run, current, triggeredAt } = record;
  if (
    run === null
      ? current !== null && hasSeen(lastFoundInSync(record), receivedAt)
      : hasSeen(run.before.observedAt, receivedAt)
  )
    return 'known';
  // Each run ends with a look at the source, and each wake begins with one.
  if (triggeredAt !== null && (run !== null || waits(record, now))) return 'will-be-seen';
  return 'news';
}

/** Until when a notification has to wait for its look, as those before it found nothing new; null where it has not. */
export function triggersRestUntil({ triggerLooks }: ReplicaRecord, now: Date): Date | null {
  if (triggerLooks === null) return null;
  const { first, longest } = SPACING_IN_SECONDS;
  const spacing = Math.min(longest, first * 2 ** Math.min(triggerLooks.inVain - 1, 10));
  const elapsed = secondsBetween(triggerLooks.at, now);
  if (elapsed < 0 || elapsed >= spacing) return null;
  return new Date(Date.parse(triggerLooks.at) + spacing * 1_000);
}

/** The record after a look that a notification brought about, which found something new or did not, as those before it. */
export function withTriggerLook(
  record: ReplicaRecord,
  before: ReplicaRecord['triggerLooks'],
  foundNew: boolean,
  startedAt: Date,
): ReplicaRecord {
  const inVain = (before?.inVain ?? 0) + 1;
  return { ...record, triggerLooks: foundNew ? null : { at: startedAt.toISOString(), inVain } };
}
