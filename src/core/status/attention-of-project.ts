import type { Difference } from '../facts/record.ts';
import { ageInSeconds } from '../facts/time.ts';
import type { Attention, Level } from './attention-entry.ts';
import type { CauseOf } from './attention-of-resources.ts';
import type { ProjectReport } from './project-report.ts';
import { isInBreach } from './project-report.ts';
import { takesTooLong } from './thresholds.ts';
import { ago, duration } from './words.ts';

export interface ProjectContext {
  readonly now: Date;
  readonly objectiveInSeconds: number | null;
  readonly nextSweepAt: string | null;
  readonly causeOf: CauseOf;
  /** The primary does not do its part: that copies fall behind follows from it. */
  readonly primaryIsOut: boolean;
}

/** The settings without which no copy serves; readiness names them in its reasons. */
const SERVING_SETTINGS = ['SECONDARY_PREDICTION_RESOURCE_ID', 'SECONDARY_PREDICTION_ENDPOINT'];

type Finding = Omit<Attention, 'about' | 'projectId' | 'projectName' | 'effect'>;

/**
 * What is the matter with one project: at most one thing that keeps it from being protected, the one to act on; and
 * what waits for a person's word.
 */
export function attentionOfProject(project: ProjectReport, context: ProjectContext): Attention[] {
  if (project.sync === 'excluded') return [];
  const hindered =
    missingSource(project) ?? failing(project, context) ?? late(project, context) ?? unready(project, context);
  const about = { about: 'project', projectId: project.id, projectName: project.name } as const;
  const held = [...shrunk(project), ...frozen(project)].map((found) => ({ ...found, ...about, effect: null }));
  if (hindered === null) return held;
  const effect = hindered.code === 'NO_COPY' ? null : effectOn(project);
  return [...held, { ...hindered, ...about, effect }];
}

function effectOn({ replica, lagSeconds }: ProjectReport): string | null {
  if (replica === null) return 'no copy yet';
  return lagSeconds !== null && lagSeconds > 0 ? `${duration(lagSeconds)} behind` : null;
}

/** Whether there should be a copy by now that once held what its source did: one could have been made since it was listed. */
function isUnprotectedForLong({ atRiskSeconds, listedSince, inFlight }: ProjectReport, now: Date): boolean {
  if (atRiskSeconds !== null || listedSince === null) return false;
  return takesTooLong(ageInSeconds(listedSince, now), inFlight?.estimateSeconds ?? null);
}

/** Whether it has been without a copy for too long, or more is at risk than the objective allows. */
function isGrave(project: ProjectReport, { now, objectiveInSeconds }: ProjectContext): boolean {
  return isUnprotectedForLong(project, now) || isInBreach(project, objectiveInSeconds, now);
}

/** A loss that nobody has seen to: the copy that still holds what was lost is not in use. */
function shrunk(project: ProjectReport): Finding[] {
  return project.pinnedCopies
    .filter(({ inUse }) => !inUse)
    .map(({ projectId, name, since, lost }) => ({
      level: 'critical',
      code: 'CONTENT_SHRANK',
      message: `Much of what it held is gone from the primary, and from its next copy: ${lostWords(lost)} were left. The copy that still holds it, ${name}, is kept until somebody releases it.`,
      healsByItself: false,
      nextAttemptAt: null,
      since,
      hint: `If that was meant, release it: ${releaseCall(project)}. If not, put the older copy back into use: POST /api/replicas/${projectId}/restore. Both take { "by": "who", "reason": "why" }.`,
    }));
}

/** E.g. `0 of 120 images, 0 of 3 tags`. */
export function lostWords(lost: readonly Difference[]): string {
  return lost.map(({ what, expected, found }) => `${found} of ${expected} ${what}`).join(', ');
}

function frozen(project: ProjectReport): Finding[] {
  if (project.frozen === null) return [];
  const { since, by, reason, heldBack } = project.frozen;
  return [
    {
      level: 'notice',
      code: 'PROJECT_FROZEN',
      message: `${by} froze it: its copy stays as it is, whatever the primary does. Why: “${reason}”. Held back: ${heldBack ?? 'nothing yet'}.`,
      healsByItself: false,
      nextAttemptAt: null,
      since,
      hint:
        project.failedOver === null
          ? `When copying is to go on, release it: ${releaseCall(project)} with { "by": "who", "reason": "why" }.`
          : `Once the primary predicts again: ${releaseCall(project)} with { "projects": ["${project.id}"], "by": "who", "reason": "why" }.`,
    },
  ];
}

/** What ends that a project is frozen. */
const releaseCall = ({ id, failedOver }: ProjectReport): string =>
  failedOver === null ? `POST /api/projects/${id}/release` : 'POST /api/failback';

function missingSource({ missingSince, replica }: ProjectReport): Finding | null {
  if (missingSince === null) return null;
  const copy = replica === null ? 'There was never a copy of it.' : 'Its copy stays as it is.';
  return {
    level: 'notice',
    code: 'SOURCE_MISSING',
    message: `The primary no longer has this project. ${copy}`,
    healsByItself: false,
    nextAttemptAt: null,
    since: missingSince,
    hint: 'If it was deleted on purpose and its copy is not needed either, delete the copy on the secondary. Otherwise leave it.',
  };
}

function failing(project: ProjectReport, context: ProjectContext): Finding | null {
  const { failure } = project;
  if (failure === null || context.causeOf(failure) !== null) return null;
  return {
    level: failure.needsPerson || isGrave(project, context) ? 'critical' : 'warning',
    code: failure.code,
    message: failure.message,
    healsByItself: !failure.needsPerson,
    // Whoever needs a person is not said to be tried again by itself.
    nextAttemptAt: failure.needsPerson ? null : (failure.nextAttemptAt ?? context.nextSweepAt),
    since: failure.since,
    hint: failure.hint,
  };
}

function late(project: ProjectReport, context: ProjectContext): Finding | null {
  const { replica, inFlight } = project;
  const finding = (level: Level, code: string, message: string, hint: string): Finding => {
    return { level, code, message, healsByItself: true, nextAttemptAt: context.nextSweepAt, since: null, hint };
  };
  const isBeyond = replica !== null && isInBreach(project, context.objectiveInSeconds, context.now);
  if (isBeyond && !context.primaryIsOut) {
    const hint =
      project.frozen !== null
        ? `It is frozen, and nothing is copied until it is released: ${releaseCall(project)}.`
        : inFlight === null
          ? 'See that sweeps complete, or ask for it at once: POST /api/replicate/{id}.'
          : 'Nothing while the copy that is being made gets on; the project’s own page tells how far it is.';
    const breached = finding('critical', 'OBJECTIVE_BREACHED', breachWords(project, context), hint);
    return project.frozen === null ? breached : { ...breached, healsByItself: false, nextAttemptAt: null };
  }
  const copying = inFlight === null ? null : ageInSeconds(inFlight.since, context.now);
  if (copying !== null && takesTooLong(copying, inFlight?.estimateSeconds ?? null)) {
    const message = `A copy has been in the making for ${duration(copying)}.`;
    const hint = 'Nothing yet: a copy that takes too long is given up and made again. See Azure’s service health.';
    return finding(isGrave(project, context) ? 'critical' : 'warning', 'COPYING_FOR_LONG', message, hint);
  }
  if (replica !== null) return null;
  if (isGrave(project, context)) {
    const { listedSince: since } = project;
    const hint =
      inFlight === null
        ? 'See that there is room on the secondary and that sweeps complete, or ask for it at once: POST /api/replicate/{id}.'
        : 'Nothing while its copy gets on; the project’s own page tells how far it is.';
    return { ...finding('critical', 'NO_COPY', 'It should have been copied by now.', hint), since };
  }
  if (inFlight !== null) return null;
  return finding('warning', 'NO_COPY', 'It was not copied yet.', 'Nothing: it is copied when its turn comes.');
}

function breachWords({ lagSeconds, observedAt }: ProjectReport, { now, objectiveInSeconds }: ProjectContext): string {
  const objective = duration(objectiveInSeconds ?? 0);
  return lagSeconds === 0 && observedAt !== null
    ? `It was last looked at ${ago(observedAt, now)}; the objective is ${objective}.`
    : `Its copy is further behind than the objective of ${objective}.`;
}

function unready(project: ProjectReport, { nextSweepAt }: ProjectContext): Finding | null {
  const { readiness, replica, inFlight } = project;
  if (readiness.state !== 'not-ready' || replica === null) return null;
  const settings = SERVING_SETTINGS.filter((name) => readiness.reasons.some((reason) => reason.includes(name)));
  const code = 'NOT_READY';
  const message = `The copy is good, but clients can’t be sent to it: ${readiness.reasons.join('; ')}.`;
  if (project.frozen !== null && settings.length === 0) {
    const hint = `It is frozen, and nothing is published until it is released: ${releaseCall(project)}.`;
    return { level: 'warning', code, message, healsByItself: false, nextAttemptAt: null, since: null, hint };
  }
  const healsByItself = settings.length === 0;
  return {
    ...{ level: 'warning', code, message, healsByItself, since: null },
    nextAttemptAt: healsByItself && inFlight === null ? nextSweepAt : null,
    hint: healsByItself
      ? 'Nothing: it is put right at the next look.'
      : `Set ${settings.join(' and ')} in the app settings.`,
  };
}
