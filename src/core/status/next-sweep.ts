import type { SweepState } from '../facts/sweep-state.ts';
import { secondsBetween } from '../facts/time.ts';

/** By what sweeps are due. */
export interface SweepSchedule {
  /** NCRONTAB: six fields, seconds first, in UTC. */
  readonly expression: string;
  /** The first time after the given one at which it fires. */
  nextAfter(time: Date): Date;
  /** The longest time between two runs, in all the years that the calendar takes to repeat. */
  readonly longestWaitInSeconds: number;
}

/** What is kept of sweeps, as far as it tells when the next one is due. */
export type Swept = Pick<SweepState, 'firstSeenAt' | 'lastStartedAt' | 'lastCompletedAt' | 'nextDue'>;

/** A sweep may be late by half of what the schedule waits then; at least by what a sweep may take, at most by half an hour. */
const SWEEP_GRACE = { intervals: 0.5, atLeastInSeconds: 600, atMostInSeconds: 1_800 } as const;

/** Whether what is kept says when the next sweep is due by this schedule, so that nothing has to be kept anew. */
export function isDueKept({ nextDue }: Swept, schedule: SweepSchedule, now: Date): boolean {
  if (nextDue?.schedule !== schedule.expression) return false;
  // No schedule fires later than next: a later time was kept by a clock that was wrong.
  return new Date(nextDue.at) <= schedule.nextAfter(now);
}

/** What a sweep that completed at this time keeps for the next one. */
export function dueAfter(completedAt: Date, schedule: SweepSchedule): NonNullable<SweepState['nextDue']> {
  return { at: schedule.nextAfter(completedAt).toISOString(), schedule: schedule.expression };
}

/**
 * When the sweep after the last completed one (or the first, after the app first ran) was or is due, and from when on it is
 * overdue. Health, status, its page and what alerts are raised from all tell this; no interval is measured anywhere.
 */
export function nextSweep(swept: Swept, schedule: SweepSchedule, now: Date) {
  const dueAt = dueTime(swept, schedule, now);
  const intervalInSeconds = secondsBetween(dueAt.toISOString(), schedule.nextAfter(dueAt));
  const { intervals, atLeastInSeconds, atMostInSeconds } = SWEEP_GRACE;
  const grace = Math.max(atLeastInSeconds, Math.min(atMostInSeconds, intervalInSeconds * intervals));
  return { dueAt, overdueAt: new Date(dueAt.getTime() + grace * 1_000) };
}

function dueTime(swept: Swept, schedule: SweepSchedule, now: Date): Date {
  const { nextDue, lastCompletedAt, firstSeenAt } = swept;
  if (nextDue === null) return schedule.nextAfter(new Date(lastCompletedAt ?? firstSeenAt));
  // Nothing is caught up on by a schedule that was changed: it counts from when the change is first seen.
  return isDueKept(swept, schedule, now) ? new Date(nextDue.at) : schedule.nextAfter(now);
}

/** Whether a sweep should have completed and has not. */
export function sweepIsOverdue(swept: Swept, schedule: SweepSchedule, now: Date): boolean {
  return now > nextSweep(swept, schedule, now).overdueAt;
}

/** Whether something that each sweep looks at was not looked at by the two that have been due since. */
export function isLookLate(lookedAt: string, schedule: SweepSchedule, now: Date): boolean {
  const dueAt = schedule.nextAfter(schedule.nextAfter(new Date(lookedAt)));
  return now.getTime() > dueAt.getTime() + SWEEP_GRACE.atMostInSeconds * 1_000;
}

/** When the next sweep begins if the timer runs: later than it was due where one has begun since, and failed or goes on. */
export function nextStart(swept: Swept, schedule: SweepSchedule, now: Date): Date {
  const { dueAt } = nextSweep(swept, schedule, now);
  const startedAt = swept.lastStartedAt === null ? null : new Date(swept.lastStartedAt);
  return startedAt !== null && startedAt >= dueAt ? schedule.nextAfter(startedAt) : dueAt;
}

/** Whether a schedule can wait for longer than the objective allows, so that sweeps alone cannot keep it. */
export function waitsBeyond(longestWaitInSeconds: number | null, objectiveInSeconds: number | null): boolean {
  return longestWaitInSeconds !== null && objectiveInSeconds !== null && longestWaitInSeconds > objectiveInSeconds;
}
