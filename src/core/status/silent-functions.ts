import { METRICS_TIMER } from '../facts/functions.ts';
import type { QueueLook, Signs } from '../facts/signs.ts';
import { ageInSeconds, secondsBetween } from '../facts/time.ts';

/**
 * What a living function cannot explain. A message that could be taken waits for as long as those before it run, ten minutes
 * at most before the host ends them; twice that is an accident that does not end by itself. A timer starts with the app.
 */
const SILENCE = { ofQueueInSeconds: 1_200, ofTimerInSeconds: 1_800 } as const;

/** A function that should have run and did not: the host has put it in error, or it is switched off. */
export interface SilentFunction {
  readonly name: string;
  /** Whose messages it does not take; null for a timer. */
  readonly queue: string | null;
  /** Since when something waits for it. */
  readonly since: string;
  /** Null where it has not run since signs are kept. */
  readonly lastRanAt: string | null;
}

/**
 * The functions that are silent by what is stored. The sweep's own timer is not among them: a sweep that is overdue says it.
 * A queue is judged by its looks alone: what nobody has looked at again since may have been taken.
 */
export function silentFunctions(signs: Signs | null, now: Date): SilentFunction[] {
  if (signs === null) return [];
  const ofQueues = Object.entries(signs.queues).flatMap(([name, look]) => silentQueue(signs, name, look, now));
  return [...ofQueues, ...silentTimer(signs, now)].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function silentQueue(signs: Signs, name: string, { queue, waiting }: QueueLook, now: Date): SilentFunction[] {
  if (waiting === null) return [];
  const { firstSeenAt, lastSeenAt } = waiting;
  const lastRanAt = lastRun(signs, name, now);
  if (secondsBetween(firstSeenAt, new Date(lastSeenAt)) < SILENCE.ofQueueInSeconds) return [];
  if (lastRanAt !== null && lastRanAt >= firstSeenAt) return [];
  return [{ name, queue, since: firstSeenAt, lastRanAt }];
}

function silentTimer(signs: Signs, now: Date): SilentFunction[] {
  const { name, everySeconds } = METRICS_TIMER;
  const lastRanAt = lastRun(signs, name, now);
  const since = lastRanAt ?? signs.since;
  const isDue = ageInSeconds(since, now) > everySeconds + SILENCE.ofTimerInSeconds;
  return isDue ? [{ name, queue: null, since, lastRanAt }] : [];
}

/** A sign from well after now was left by a clock that was wrong, and says nothing. */
function lastRun({ ranAt }: Signs, name: string, now: Date): string | null {
  const at = ranAt[name];
  return at === undefined || -secondsBetween(at, now) > SILENCE.ofQueueInSeconds ? null : at;
}

/** The queues that could be neither looked at nor made, and why. */
export function unavailableQueues(signs: Signs | null) {
  return Object.entries(signs?.queues ?? {}).flatMap(([functionName, { queue, failure }]) =>
    failure === null ? [] : [{ functionName, queue, ...failure }],
  );
}
