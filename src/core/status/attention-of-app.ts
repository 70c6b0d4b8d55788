import type { Blocker } from '../plan/types.ts';
import { oneResource, otherCopies } from '../plan/blockers.ts';
import { REJECTED_QUEUE } from '../facts/storage-names.ts';
import { attentionOfFunctions, sweepTimerWords } from './attention-of-functions.ts';
import type { Attention } from './attention-entry.ts';
import type { CauseOf } from './attention-of-resources.ts';
import type { StatusFacts } from './status-facts.ts';
import { waitsBeyond } from './next-sweep.ts';
import { quotaLevel } from './thresholds.ts';
import { ago, duration } from './words.ts';

/** What is wrong with the app as a whole. An entry may be the cause of those after it. */
export function attentionOfApp(report: StatusFacts, causeOf: CauseOf): Attention[] {
  return [
    ...report.settings.problems.map(badSetting),
    ...storage(report),
    ...sweeping(report, causeOf),
    ...attentionOfFunctions(report),
    ...longWait(report),
    ...brake(report),
    ...report.installation.others.map(otherInstallation),
    ...quota(report),
    ...notifications(report),
    ...report.sweep.unmatchedPatterns.map(unmatched),
  ];
}

/** An entry about the app, without a time. */
const OF_THE_APP = {
  about: 'app',
  projectId: null,
  projectName: null,
  effect: null,
  healsByItself: false,
  since: null,
  nextAttemptAt: null,
} as const;

function badSetting({ setting, message, expected }: StatusFacts['settings']['problems'][number]): Attention {
  return {
    ...OF_THE_APP,
    level: 'critical',
    code: 'SETTINGS_INVALID',
    message: `${setting} ${message}`,
    hint: `Expected: ${expected}.`,
  };
}

/** Everything else is then as it was when storage was last read. */
function storage({ storage: { readAt, unavailable }, generatedAt }: StatusFacts): Attention[] {
  if (unavailable === null) return [];
  const { message, hint, since } = unavailable;
  return [
    {
      ...OF_THE_APP,
      about: 'storage',
      level: 'critical',
      code: 'STORAGE_UNAVAILABLE',
      message: `${message.replace(/\.?$/, '.')} What is shown was read ${ago(readAt, new Date(generatedAt))}.`,
      hint,
      healsByItself: true,
      since,
    },
  ];
}

function sweeping(report: StatusFacts, causeOf: CauseOf): Attention[] {
  const { lastCompletedAt, lastStartedAt, nextDueAt, nextStartAt, problem, failure, brake: braking } = report.sweep;
  const now = new Date(report.generatedAt);
  const found: Attention[] = [];
  if (report.sweep.overdue) {
    const last =
      lastCompletedAt === null
        ? 'No sweep has ever completed'
        : `No sweep completed since ${ago(lastCompletedAt, now)}`;
    const due = nextDueAt === null ? '' : `, and one was due ${ago(nextDueAt, now)}`;
    const message = `${last}${due}${sweepTimerWords(report)}: what is known of the projects may be out of date.`;
    const hint = 'See in the portal that the app runs and that its timer replicateOnSchedule is enabled, then its log.';
    found.push({ ...OF_THE_APP, level: 'critical', code: 'SWEEP_OVERDUE', message, hint, since: lastCompletedAt });
  }
  // The brake has an entry of its own below, with what to do about it; so has a resource that does not answer.
  const isTold = braking !== null || (failure !== null && causeOf(failure) !== null);
  if (problem !== null && !isTold) {
    const needsPerson = failure?.needsPerson ?? false;
    found.push({
      ...OF_THE_APP,
      level: needsPerson || lastCompletedAt === null ? 'critical' : 'warning',
      code: failure?.code ?? 'SWEEP_PROBLEM',
      message: failure === null ? problem : `The last sweep looked at nothing: ${failure.message}`,
      healsByItself: !needsPerson,
      nextAttemptAt: nextStartAt,
      since: lastStartedAt,
      hint: failure?.hint ?? 'If it stays after the next sweep, look for step.failed in the log.',
    });
  }
  return found;
}

/** No fault, and nothing to page anybody for: a person has chosen this schedule, or this objective. */
function longWait({ sweep: { longestWaitSeconds: wait }, summary }: StatusFacts): Attention[] {
  const objective = summary.recoveryPointObjectiveSeconds;
  if (!waitsBeyond(wait, objective)) return [];
  return [
    {
      ...OF_THE_APP,
      level: 'notice',
      code: 'SCHEDULE_SPARSE',
      message: `Up to ${duration(wait ?? 0)} pass between two sweeps, more than the objective of ${duration(objective ?? 0)}: meanwhile only notifications can keep it.`,
      hint: 'Set REPLICATION_SCHEDULE to sweep more often or RECOVERY_POINT_OBJECTIVE to more, or leave both if it is meant so.',
    },
  ];
}

function brake({ sweep: { brake: braking, nextStartAt } }: StatusFacts): Attention[] {
  if (braking === null) return [];
  const { kind, since, accepted, missing, confirmedAt } = braking;
  if (kind !== 'short-list') return [faultOfTarget(FAULTS[kind](), braking, nextStartAt)];
  const message = `The primary’s list lacks ${missing} of ${accepted} projects, which is taken for a fault: nothing is marked as missing, and projects that are new are not copied.`;
  const entry = { ...OF_THE_APP, about: 'primary', code: 'BRAKE', message, nextAttemptAt: nextStartAt, since } as const;
  if (confirmedAt !== null) {
    const hint = 'Nothing: somebody confirmed the list, and the next sweep accepts it.';
    return [{ ...entry, level: 'notice', healsByItself: true, hint }];
  }
  const hint =
    'Check the primary’s endpoint, key and role. If the projects were deleted on purpose, confirm it: POST /api/brake/confirm.';
  return [{ ...entry, level: 'critical', hint }];
}

const FAULTS = { 'one-resource': oneResource, 'other-copies': otherCopies } as const;

/** In the words, and under the code, in which each project tells the same. */
function faultOfTarget(
  { code, message, hint }: Blocker,
  { since, confirmedAt }: NonNullable<StatusFacts['sweep']['brake']>,
  nextStartAt: string | null,
): Attention {
  const entry = { ...OF_THE_APP, about: 'secondary', code, message, since, nextAttemptAt: nextStartAt } as const;
  if (confirmedAt === null) return { ...entry, level: 'critical', hint };
  const done = 'Nothing: somebody confirmed that it is meant so, and the next sweep goes on.';
  return { ...entry, level: 'notice', healsByItself: true, hint: done };
}

function otherInstallation({ id, projects }: StatusFacts['installation']['others'][number]): Attention {
  return {
    ...OF_THE_APP,
    level: 'warning',
    about: 'secondary',
    code: 'OTHER_INSTALLATION',
    message: `Another installation of this app, ${id}, makes copies on the same secondary: ${projects} of the projects there are its, and are left alone.`,
    hint: 'Stop one of the two, or give each a secondary of its own; delete what is left of the other by hand. If this installation lost its installation.json, write it again with that id.',
  };
}

function quota(report: StatusFacts): Attention[] {
  const { targetProjects, targetProjectLimit, waitingForFirstCopy } = report.quota;
  const level = quotaLevel(targetProjects, targetProjectLimit);
  if (level === null) return [];
  const waiting = waitingForFirstCopy === 0 ? '' : ` Without a copy and waiting: ${waitingForFirstCopy}.`;
  return [
    {
      ...OF_THE_APP,
      level,
      about: 'secondary',
      code: 'QUOTA_LOW',
      message: `The secondary holds ${targetProjects ?? ''} of ${targetProjectLimit ?? ''} projects.${waiting}`,
      hint: 'Delete projects on the secondary that nobody needs, or move it to a larger tier and raise SECONDARY_PROJECT_LIMIT.',
    },
  ];
}

function notifications({ notifications: { rejected } }: StatusFacts): Attention[] {
  if (rejected === null || rejected === 0) return [];
  return [
    {
      ...OF_THE_APP,
      level: 'warning',
      code: 'NOTIFICATIONS_REJECTED',
      message: `Notifications that could not be understood or acted on: ${rejected}. Sweeps find what they were about.`,
      hint: `Read them in the queue ${REJECTED_QUEUE}, each with its reason, and delete them there.`,
    },
  ];
}

function unmatched(pattern: string): Attention {
  return {
    ...OF_THE_APP,
    level: 'warning',
    code: 'PATTERN_UNMATCHED',
    message: `The entry ${pattern} of INCLUDE_PROJECTS or EXCLUDE_PROJECTS matches no project.`,
    hint: 'Correct the entry or take it out.',
  };
}
