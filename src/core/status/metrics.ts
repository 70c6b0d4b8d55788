import type { ReplicatorEvent } from '../facts/events.ts';
import { SIDES } from '../facts/resource-health.ts';
import type { ProjectReport } from './project-report.ts';
import { ageInSeconds } from '../facts/time.ts';
import type { RoutingManifest } from '../facts/routing.ts';
import type { StatusReport } from './report.ts';
import { silentEvent } from './attention-of-functions.ts';
import { nextSweep, type SweepSchedule, type Swept } from './next-sweep.ts';

/** The calls that this process has made to one resource since it last reported them. */
export interface ResourceCalls {
  readonly side: 'source' | 'target';
  readonly calls: number;
  readonly answered: number;
  readonly throttled: number;
  readonly failureCode: string | null;
  readonly windowInSeconds: number;
}

export interface MetricsInput {
  readonly report: StatusReport;
  /** By source project id; null where there is no manifest yet. */
  readonly routes: RoutingManifest['projects'] | null;
  readonly swept: Swept;
  readonly schedule: SweepSchedule;
  readonly now: Date;
}

function projectMetrics(project: ProjectReport, { report, routes, now }: MetricsInput): ReplicatorEvent {
  const { failure, observedAt, replica } = project;
  return {
    event: 'project.metrics',
    projectId: project.id,
    name: project.name,
    sync: project.sync,
    lagSeconds: project.lagSeconds,
    atRiskSeconds: project.atRiskSeconds,
    observedAgeSeconds: observedAt === null ? null : ageInSeconds(observedAt, now),
    proofAgeSeconds: project.proofAgeSeconds,
    workedAgeSeconds: replica?.workedAt == null ? null : ageInSeconds(replica.workedAt, now),
    protected: replica !== null,
    ready: project.readiness.state === 'ready',
    readiness: project.readiness.state,
    active: routes?.[project.id]?.active ?? null,
    parkedSeconds: failure?.needsPerson === true ? ageInSeconds(failure.since, now) : null,
    generations: project.generations,
    backups: project.backups,
    backupProblems: project.backupProblems.filter(({ nextAttemptAt }) => nextAttemptAt === null).length,
    recoveryPointObjectiveSeconds: report.summary.recoveryPointObjectiveSeconds,
  };
}

/**
 * One event for each project that is not excluded, then one for all, from what is stored: right after a restart too.
 * Alerts read the events of one invocation together: a project that the last one leaves out no longer counts.
 */
export function metricsOf(input: MetricsInput): ReplicatorEvent[] {
  const { summary, quota, sweep, notifications, projects } = input.report;
  const watched = projects.filter(({ sync }) => sync !== 'excluded');
  return [
    ...watched.map((project) => projectMetrics(project, input)),
    ...input.report.functions.silent.map((silent) => silentEvent(silent, input.now)),
    ...resourceMetrics(input),
    {
      event: 'sweep.metrics',
      inScope: summary.inScope,
      protected: summary.protected,
      parked: summary.parked,
      breaches: summary.breaches,
      worstLagSeconds: summary.worstLagSeconds,
      worstAtRiskSeconds: summary.worstAtRiskSeconds,
      targetProjects: quota.targetProjects,
      targetProjectLimit: quota.targetProjectLimit,
      rejected: notifications.rejected,
      brake: sweep.brake !== null,
      dryRun: input.report.app?.mode === 'dry-run',
      ...waitsOf(input),
    },
  ];
}

function resourceMetrics({ report }: MetricsInput): ReplicatorEvent[] {
  return SIDES.map((side) => {
    const { state, since, lastAnsweredAt, failure } = report.resources[side];
    return { event: 'resource.metrics', side, state, since, lastAnsweredAt, code: failure?.code ?? null };
  });
}

/**
 * When the sweep after the last completed one is due and overdue, and how long the schedule waits now: the longer of the two
 * waits that come next, since of the one that is under way only a rest may be left.
 */
function waitsOf({ swept, schedule, now }: MetricsInput) {
  const { dueAt, overdueAt } = nextSweep(swept, schedule, now);
  const next = schedule.nextAfter(now);
  const waits = [next.getTime() - now.getTime(), schedule.nextAfter(next).getTime() - next.getTime()];
  return {
    nextDueAt: dueAt.toISOString(),
    overdueAt: overdueAt.toISOString(),
    intervalSeconds: Math.round(Math.max(...waits) / 1_000),
  };
}

/** One event for each resource that was called. */
export function callsOf(calls: readonly ResourceCalls[]): ReplicatorEvent[] {
  return calls
    .filter((side) => side.calls > 0)
    .map(({ windowInSeconds: windowSeconds, ...counts }) => ({ event: 'resource.calls', ...counts, windowSeconds }));
}
