import { isFailure, type ReplicationFailure } from '../core/facts/failure.ts';
import type { Timing } from './timing.ts';

const FIRST_WAIT_IN_MS = 500;
const LONGEST_WAIT_IN_MS = 8_000;

const REPEATED_STATUSES: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);
const REPEATED_CODES: ReadonlySet<string> = new Set(['NETWORK', 'DEADLINE']);

/** How often one call is sent at most, and how long it may wait in all between those. */
export interface RetryBudget {
  readonly attempts: number;
  readonly totalWaitInMs: number;
  /** Aborted once no further attempt may begin. It ends none that is under way. */
  readonly spent: AbortSignal;
}

function isWorthRepeating(error: unknown): error is ReplicationFailure {
  if (!isFailure(error)) return false;
  if (error.class === 'throttled') return error.status !== null;
  return error.status === null ? REPEATED_CODES.has(error.code) : REPEATED_STATUSES.has(error.status);
}

/** As long as the service asked for; else longer each time, half of it random, so that callers spread out. */
function waitInMs(failure: ReplicationFailure, attempt: number, timing: Timing): number {
  const asked = failure.retryAfterInSeconds ?? 0;
  if (asked > 0) return asked * 1000;
  const longest = Math.min(LONGEST_WAIT_IN_MS, FIRST_WAIT_IN_MS * 2 ** (attempt - 1));
  return longest * (0.5 + timing.random() / 2);
}

/**
 * Attempts again what may go well later, until the budget is used up; then throws the last failure. Where the service
 * asks for a longer wait than the budget still holds, throws at once: the caller comes back later.
 */
export async function withRetry<T>(
  attempt: () => Promise<T>,
  budget: RetryBudget,
  timing: Timing,
  signal: AbortSignal,
): Promise<T> {
  let waitedInMs = 0;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (attempts >= budget.attempts || budget.spent.aborted || !isWorthRepeating(error)) throw error;
      const wait = waitInMs(error, attempts, timing);
      waitedInMs += wait;
      if (waitedInMs > budget.totalWaitInMs) throw error;
      await timing.sleep(wait, signal);
    }
  }
}
