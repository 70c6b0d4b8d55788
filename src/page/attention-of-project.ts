import type { ProjectReport } from '../core/status/project-report.ts';
import { ageInSeconds } from '../core/facts/time.ts';
import type { Attention, Level } from './attention-entry.ts';
import { ago, duration } from './times.ts';

export interface ProjectContext {
  readonly now: Date;
  readonly objectiveInSeconds: number | null;
  readonly nextSweepAt: string | null;
}

/** What is the matter with one project: at most one thing, the one to act on. */
export function attentionOfProject(project: ProjectReport, context: ProjectContext): Attention[] {
  if (project.sync === 'excluded') return [];
  const found =
    missingSource(project) ?? failing(project, context) ?? late(project, context) ?? unready(project, context);
  if (found === null) return [];
  const subject = { id: project.id, name: project.name, effect: found.code === 'NO_COPY' ? null : effectOn(project) };
  return [{ ...found, subjects: [subject] }];
}

/** A first copy may take its time; one that fails for longer leaves the project without protection. */
const UNPROTECTED_TOO_LONG_IN_SECONDS = 3_600;

/** No copy is given less than this before it is taken for hung. */
const LONG_COPY_IN_SECONDS = 3_600;

/** Without it nothing is published, and readiness names it. */
const PREDICTION_SETTING = 'SECONDARY_PREDICTION_RESOURCE_ID';

/** What it means for a project that nothing of it could be failed over to. */
export const NO_COPY_YET = 'no copy yet';

type Finding = Omit<Attention, 'subjects'>;

/** How long the copy may be behind, at worst: nobody knows more than was seen at the last look. */
export function exposureInSeconds({ lagSeconds, observedAt }: ProjectReport, now: Date): number | null {
  if (lagSeconds === null || observedAt === null) return null;
  return lagSeconds > 0 ? lagSeconds : ageInSeconds(observedAt, now);
}

function isInBreach(project: ProjectReport, { now, objectiveInSeconds }: ProjectContext): boolean {
  const exposure = exposureInSeconds(project, now);
  return exposure !== null && objectiveInSeconds !== null && exposure > objectiveInSeconds;
}

function effectOn({ replica, lagSeconds }: ProjectReport): string | null {
  if (replica === null) return NO_COPY_YET;
  return lagSeconds !== null && lagSeconds > 0 ? `${duration(lagSeconds)} behind` : null;
}

function missingSource({ missingSince, replica }: ProjectReport): Finding | null {
  if (missingSince === null) return null;
  const copy = replica === null ? 'There was never a copy of it.' : 'Its copy stays as it is.';
  return {
    level: 'notice',
    code: 'SOURCE_MISSING',
    cause: `The primary no longer has this project. ${copy}`,
    healsByItself: false,
    nextTryAt: null,
    since: missingSince,
    todo: 'If it was deleted on purpose and its copy is not needed either, delete the copy on the secondary. Otherwise leave it.',
  };
}

function failing(project: ProjectReport, context: ProjectContext): Finding | null {
  const { failure, replica } = project;
  if (failure === null) return null;
  const lasts = ageInSeconds(failure.since, context.now);
  const isUnprotected = replica === null && lasts > UNPROTECTED_TOO_LONG_IN_SECONDS;
  const isGrave = failure.needsPerson || isUnprotected || isInBreach(project, context);
  return {
    level: isGrave ? 'critical' : 'warning',
    code: failure.code,
    cause: failure.message,
    healsByItself: !failure.needsPerson,
    nextTryAt: failure.nextAttemptAt ?? context.nextSweepAt,
    since: failure.since,
    todo: failure.hint,
  };
}

function late(project: ProjectReport, context: ProjectContext): Finding | null {
  const { replica, inFlight, lagSeconds, observedAt } = project;
  const finding = (level: Level, code: string, cause: string, todo: string): Finding => {
    return { level, code, cause, healsByItself: true, nextTryAt: context.nextSweepAt, since: null, todo };
  };
  if (isInBreach(project, context)) {
    const objective = duration(context.objectiveInSeconds ?? 0);
    const cause =
      lagSeconds === 0 && observedAt !== null
        ? `It was last looked at ${ago(observedAt, context.now)}; the objective is ${objective}.`
        : `Its copy is further behind than the objective of ${objective}.`;
    const todo =
      inFlight === null
        ? 'See that sweeps complete, or ask for it at once: POST /api/replicate/{id}.'
        : 'Nothing while the copy that is being made gets on; the project’s own page tells how far it is.';
    return finding('critical', 'OBJECTIVE_BREACHED', cause, todo);
  }
  const copying = inFlight === null ? null : ageInSeconds(inFlight.since, context.now);
  if (copying !== null && copying > LONG_COPY_IN_SECONDS) {
    const cause = `A copy has been in the making for ${duration(copying)}.`;
    const todo = 'Nothing yet: a copy that takes too long is given up and made again. See Azure’s service health.';
    return finding('warning', 'COPYING_FOR_LONG', cause, todo);
  }
  if (replica !== null || inFlight !== null) return null;
  return finding('warning', 'NO_COPY', 'It was not copied yet.', 'Nothing: it is copied when its turn comes.');
}

function unready({ readiness, replica, inFlight }: ProjectReport, { nextSweepAt }: ProjectContext): Finding | null {
  if (readiness.ready || readiness.reason === null || replica === null) return null;
  const isForWantOfSetting = readiness.reason.includes(PREDICTION_SETTING);
  return {
    level: 'warning',
    code: 'NOT_READY',
    cause: `The copy is good, but clients can’t be sent to it: ${readiness.reason}.`,
    healsByItself: !isForWantOfSetting,
    nextTryAt: !isForWantOfSetting && inFlight === null ? nextSweepAt : null,
    since: null,
    todo: isForWantOfSetting
      ? `Set ${PREDICTION_SETTING} in the app settings.`
      : 'Nothing: it is put right at the next look.',
  };
}
