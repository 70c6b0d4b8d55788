import { ageInSeconds } from '../core/facts/time.ts';
import type { StatusReport } from '../core/status/report.ts';
import type { Attention } from './attention-entry.ts';
import { ago } from './times.ts';

/** A sweep may be late by half an interval, as the health check sees it. */
const LATE_IN_INTERVALS = 1.5;
const LATE_AT_FIRST_IN_SECONDS = 60;
const QUOTA = { warningFrom: 0.85, criticalFrom: 0.95 };

/** What is the matter with the app as a whole, in the order in which one thing may be the cause of the next. */
export function attentionOfApp(report: StatusReport): Attention[] {
  return [
    ...report.settings.problems.map(badSetting),
    ...sweeping(report),
    ...brake(report),
    ...quota(report),
    ...notifications(report),
    ...report.sweep.unmatchedPatterns.map(unmatched),
  ];
}

/** About the app, and not known since when. */
const OF_THE_APP = { subjects: [], healsByItself: false, nextTryAt: null, since: null } as const;

function badSetting({ setting, message, expected }: StatusReport['settings']['problems'][number]): Attention {
  return {
    ...OF_THE_APP,
    level: 'critical',
    code: 'SETTINGS_INVALID',
    cause: `${setting} ${message}`,
    todo: `Expected: ${expected}.`,
  };
}

/** Whether nothing has swept for so long that it can't be a matter of a slow one. */
export function isOverdue({ sweep, generatedAt }: StatusReport): boolean {
  const { lastStartedAt, lastCompletedAt, nextDueAt } = sweep;
  if (nextDueAt === null) return false;
  const now = new Date(generatedAt);
  if (lastStartedAt === null) return ageInSeconds(nextDueAt, now) > LATE_AT_FIRST_IN_SECONDS;
  const interval = (Date.parse(nextDueAt) - Date.parse(lastStartedAt)) / 1_000;
  return ageInSeconds(lastCompletedAt ?? lastStartedAt, now) > interval * LATE_IN_INTERVALS;
}

function sweeping(report: StatusReport): Attention[] {
  const { lastCompletedAt, lastStartedAt, nextDueAt, problem, failure, brake: braking } = report.sweep;
  const now = new Date(report.generatedAt);
  const found: Attention[] = [];
  if (isOverdue(report)) {
    const last =
      lastCompletedAt === null
        ? 'No sweep has ever completed'
        : `No sweep completed since ${ago(lastCompletedAt, now)}`;
    const cause = `${last}: what is said below may be out of date.`;
    const todo = 'See in the portal that the app runs and that its timer replicateOnSchedule is enabled, then its log.';
    found.push({ ...OF_THE_APP, level: 'critical', code: 'SWEEP_OVERDUE', cause, todo, since: lastCompletedAt });
  }
  // A brake is told below, with what to do about it.
  if (problem !== null && braking === null) {
    const needsPerson = failure?.needsPerson ?? false;
    found.push({
      ...OF_THE_APP,
      level: needsPerson || lastCompletedAt === null ? 'critical' : 'warning',
      code: failure?.code ?? 'SWEEP_PROBLEM',
      cause: failure === null ? problem : `The last sweep looked at nothing: ${failure.message}`,
      healsByItself: !needsPerson,
      nextTryAt: nextDueAt,
      since: lastStartedAt,
      todo: failure?.hint ?? 'If it stays after the next sweep, look for step.failed in the log.',
    });
  }
  return found;
}

function brake({ sweep: { brake: braking, nextDueAt } }: StatusReport): Attention[] {
  if (braking === null) return [];
  const { since, accepted, missing, confirmedAt } = braking;
  const cause = `The primary’s list lacks ${missing} of ${accepted} projects, which is taken for a fault: nothing is marked as missing, and projects that are new are not copied.`;
  if (confirmedAt !== null) {
    const todo = 'Nothing: somebody confirmed the list, and the next sweep accepts it.';
    return [
      { level: 'notice', code: 'BRAKE', subjects: [], cause, healsByItself: true, nextTryAt: nextDueAt, since, todo },
    ];
  }
  const todo =
    'Check the primary’s endpoint, key and role. If the projects were deleted on purpose, confirm it: POST /api/brake/confirm.';
  return [{ ...OF_THE_APP, level: 'critical', code: 'BRAKE', cause, nextTryAt: nextDueAt, since, todo }];
}

/** How full the secondary is, from 0 to 1; null where that is not known. */
export function fullness({ quota: { targetProjects, targetProjectLimit } }: StatusReport): number | null {
  if (targetProjects === null || targetProjectLimit === null || targetProjectLimit === 0) return null;
  return targetProjects / targetProjectLimit;
}

function quota(report: StatusReport): Attention[] {
  const share = fullness(report);
  if (share === null || share < QUOTA.warningFrom) return [];
  const { targetProjects, targetProjectLimit, waitingForFirstCopy } = report.quota;
  const waiting = waitingForFirstCopy === 0 ? '' : ` Without a copy and waiting: ${waitingForFirstCopy}.`;
  return [
    {
      ...OF_THE_APP,
      level: share >= QUOTA.criticalFrom ? 'critical' : 'warning',
      code: 'QUOTA_LOW',
      cause: `The secondary holds ${targetProjects ?? ''} of ${targetProjectLimit ?? ''} projects.${waiting}`,
      todo: 'Delete projects on the secondary that nobody needs, or move it to a larger tier and raise SECONDARY_PROJECT_LIMIT.',
    },
  ];
}

function notifications({ notifications: { rejected } }: StatusReport): Attention[] {
  if (rejected === null || rejected === 0) return [];
  return [
    {
      ...OF_THE_APP,
      level: 'warning',
      code: 'NOTIFICATIONS_REJECTED',
      cause: `Notifications that could not be understood or acted on: ${rejected}. Sweeps make up for them.`,
      todo: 'Read them in the queue custom-vision-notifications-rejected, each with its reason, and delete them there.',
    },
  ];
}

function unmatched(pattern: string): Attention {
  return {
    ...OF_THE_APP,
    level: 'warning',
    code: 'PATTERN_UNMATCHED',
    cause: `The entry ${pattern} of INCLUDE_PROJECTS or EXCLUDE_PROJECTS matches no project.`,
    todo: 'Correct the entry or take it out.',
  };
}
