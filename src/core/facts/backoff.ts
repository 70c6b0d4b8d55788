import type { FailureClass, ReplicationFailure } from './failure.ts';
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

/**
 * How many times in a row something may fail before a person is asked. Null for what time alone heals: an outage, a
 * quota of calls, a training, an import that the service fails (tried once in two hours; alerts tell). The delays above make it hours until then, a day where a person may be at it already.
 */
const BUDGETS: Readonly<Record<FailureClass, number | null>> = {
  transient: null,
  throttled: null,
  wait: null,
  quota: 96,
  auth: 1,
  'partial-import': null,
  diverged: 1,
  'not-found': 8,
  refused: 6,
  conflict: null,
  bug: 6,
};

/** Waits that may never end by themselves. */
const BUDGETS_BY_CODE: ReadonlyMap<string, number> = new Map([
  ['wait SOURCE_NOT_READY', 96],
  ['wait COPY_LACKS_MODELS', 96],
]);

/**
 * How many attempts in a row a failure is given before it needs a person; null where it never does.
 * @internal
 */
export function budgetOf(failureClass: FailureClass, code: string): number | null {
  return BUDGETS_BY_CODE.get(`${failureClass} ${code}`) ?? BUDGETS[failureClass];
}

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
 *
 * @param step what was being done; once it succeeds, what was said of it is over
 */
export function recordFailure(
  earlier: RecordFailure | null,
  failure: ReplicationFailure,
  now: Date,
  failedImports: number,
  step?: string,
): RecordFailure {
  const lasting = lastingOf(earlier);
  const before = [earlier, lasting].find((known) => known?.class === failure.class) ?? null;
  // Other failures may come between two failed imports, so the record counts failed imports by themselves.
  const inARow = (before?.attempts ?? 0) + 1;
  const attempts = failure.class === 'partial-import' ? Math.max(1, failedImports) : inARow;
  const budget = budgetOf(failure.class, failure.code);
  const parked = budget !== null && attempts >= budget;
  const next = new Date(now.getTime() + delayInSeconds(failure, attempts) * 1_000);
  return {
    class: failure.class,
    code: failure.code,
    message: failure.message,
    hint: failure.hint,
    needsPerson: parked,
    attempts,
    since: before?.since ?? now.toISOString(),
    nextAttemptAt: parked ? null : next.toISOString(),
    requestId: failure.requestId,
    ...(step === undefined ? {} : { step }),
    ...(budget === null && lasting !== null ? { interrupted: lasting } : {}),
  };
}

/**
 * The same of a project whose source is gone or not wanted any more. Nothing is at risk that a person would have to be
 * woken for: it is told, and each sweep looks whether the fact is gone.
 */
export function asNotice(failure: RecordFailure): RecordFailure {
  return { ...failure, needsPerson: false };
}

/** What time does not heal: a time-out that comes between two refusals must not have them counted anew. */
function lastingOf(failure: RecordFailure | null): RecordFailure['interrupted'] | null {
  if (failure === null) return null;
  const { class: failureClass, code, attempts, since, interrupted } = failure;
  const isLasting = Object.hasOwn(BUDGETS, failureClass) && budgetOf(failureClass as FailureClass, code) !== null;
  return isLasting ? { class: failureClass, attempts, since } : (interrupted ?? null);
}

/**
 * Whether something failed as it does while a resource is out of reach. Once both answer again it is tried at once: its next
 * attempt may be half an hour away, and until then it would stand for what is over. A wait that a resource asked for is kept.
 */
export function isOfOutage(failure: Pick<RecordFailure, 'class' | 'step'>): boolean {
  return failure.class === 'transient' && (failure.step?.startsWith('look at ') === true || failure.step === 'import');
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

/** Whether a failure is over as soon as something works again; the others until what failed works, or a copy is complete. */
export function isHealedByProgress(failure: RecordFailure): boolean {
  return HEALED_BY_PROGRESS.has(failure.class);
}

/**
 * Whether a failure is over once that has succeeded. A copy that was incomplete is disproved by a complete one alone, and
 * what a look found (no slot, a changed replica) by what comes after the look.
 */
export function isHealedBy(failure: RecordFailure, done: string, isLook = false): boolean {
  if (isHealedByProgress(failure)) return !isLook;
  return failure.step === done && failure.class !== 'partial-import';
}
