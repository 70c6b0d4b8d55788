import type { FailureClass, ReplicationFailure } from './failure.ts';
import { needsPerson } from './failure.ts';
import type { RecordFailure } from './record.ts';

/** First delay, growth and longest delay, in seconds, before what failed is tried again. */
const DELAYS: Readonly<Record<FailureClass, readonly [first: number, growth: number, longest: number]>> = {
  transient: [10, 2, 1_800],
  throttled: [10, 2, 900],
  wait: [60, 1.5, 900],
  quota: [900, 1, 900],
  auth: [0, 1, 0],
  'partial-import': [60, 2, 7_200],
  diverged: [0, 1, 0],
  'not-found': [60, 2, 1_800],
  refused: [300, 2, 21_600],
  conflict: [10, 2, 600],
  bug: [300, 2, 21_600],
};

/** Azure Queue Storage hides a message for seven days at most. */
const LONGEST_REQUESTED_DELAY = 7 * 86_400;

/**
 * Seconds until the next attempt after the nth failure in a row; never earlier than the service asked.
 * @internal
 */
export function delayInSeconds(failure: ReplicationFailure, attempts: number): number {
  const [first, growth, longest] = DELAYS[failure.class];
  const grown = Math.min(first * growth ** Math.min(attempts - 1, 30), longest);
  return Math.ceil(Math.max(grown, Math.min(failure.retryAfterInSeconds ?? 0, LONGEST_REQUESTED_DELAY)));
}

/**
 * What a record says of a failure. One that needs a person has no time of a next attempt: each sweep looks whether the
 * person has mended it.
 */
export function recordFailure(
  earlier: RecordFailure | null,
  failure: ReplicationFailure,
  now: Date,
  failedImports: number,
): RecordFailure {
  const again = earlier?.class === failure.class;
  // Other failures may come between two failed imports, so the record counts failed imports by themselves.
  const inARow = again ? earlier.attempts + 1 : 1;
  const attempts = failure.class === 'partial-import' ? Math.max(1, failedImports) : inARow;
  const parked = needsPerson(failure.class);
  const next = new Date(now.getTime() + delayInSeconds(failure, attempts) * 1_000);
  return {
    class: failure.class,
    code: failure.code,
    message: failure.message,
    hint: failure.hint,
    needsPerson: parked,
    attempts,
    since: again ? earlier.since : now.toISOString(),
    nextAttemptAt: parked ? null : next.toISOString(),
    requestId: failure.requestId,
  };
}

const HEALED_BY_PROGRESS: ReadonlySet<string> = new Set<FailureClass>([
  'transient',
  'throttled',
  'wait',
  'auth',
  'quota',
  'not-found',
  'conflict',
  'diverged',
]);

/** Whether a failure is over as soon as something works again; the others stay until a copy is complete. */
export function isHealedByProgress(failure: RecordFailure): boolean {
  return HEALED_BY_PROGRESS.has(failure.class);
}
