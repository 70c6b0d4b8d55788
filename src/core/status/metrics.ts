import type { ReplicatorEvent } from '../facts/events.ts';
import type { ProjectReport } from './project-report.ts';
import { ageInSeconds } from '../facts/time.ts';
import type { StatusReport } from './report.ts';

/** The service's answers to one side's calls since the last sweep of this instance. */
export interface ResourceCalls {
  readonly side: 'source' | 'target';
  readonly calls: number;
  readonly throttled: number;
  readonly windowInSeconds: number;
}

function projectMetrics(project: ProjectReport, objective: number | null, now: Date): ReplicatorEvent {
  const { failure, observedAt } = project;
  return {
    event: 'project.metrics',
    projectId: project.id,
    name: project.name,
    sync: project.sync,
    lagSeconds: project.lagSeconds,
    observedAgeSeconds: observedAt === null ? null : ageInSeconds(observedAt, now),
    proofAgeSeconds: project.proofAgeSeconds,
    protected: project.replica !== null,
    ready: project.readiness.ready,
    parkedSeconds: failure?.needsPerson === true ? ageInSeconds(failure.since, now) : null,
    generations: project.generations,
    backups: project.backups,
    recoveryPointObjectiveSeconds: objective,
  };
}

/** One event for each project in scope and one for all, from what is stored: right after a restart too. */
export function metricsOf(
  report: StatusReport,
  calls: readonly ResourceCalls[],
  intervalInSeconds: number,
  now: Date,
): ReplicatorEvent[] {
  const { summary, quota, sweep, notifications, projects } = report;
  const watched = projects.filter(({ sync }) => sync !== 'excluded');
  return [
    ...watched.map((project) => projectMetrics(project, summary.recoveryPointObjectiveSeconds, now)),
    ...calls.map(({ side, calls: sent, throttled, windowInSeconds: windowSeconds }): ReplicatorEvent => {
      return { event: 'resource.calls', side, calls: sent, throttled, windowSeconds };
    }),
    {
      event: 'sweep.metrics',
      inScope: summary.inScope,
      protected: summary.protected,
      parked: summary.parked,
      breaches: summary.breaches,
      worstLagSeconds: summary.worstLagSeconds,
      targetProjects: quota.targetProjects,
      targetProjectLimit: quota.targetProjectLimit,
      rejected: notifications.rejected,
      brake: sweep.brake !== null,
      intervalSeconds: intervalInSeconds,
    },
  ];
}
