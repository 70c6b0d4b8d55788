import { secondsBetween } from '../facts/time.ts';
import type { SweepState } from '../facts/sweep-state.ts';

/** One sweep may be late by half an interval; more means that nothing runs. */
const LATE_IN_INTERVALS = 1.5;

/** Whether no sweep has completed for too long; before one interval has passed since the first start, none is late. */
export function sweepIsOverdue(state: SweepState, now: Date, intervalInSeconds: number): boolean {
  const since = state.lastCompletedAt ?? state.firstSeenAt;
  return secondsBetween(since, now) > intervalInSeconds * LATE_IN_INTERVALS;
}
