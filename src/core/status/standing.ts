import type { Attention, Level } from './attention-entry.ts';
import type { StatusReport } from './report.ts';

/** How things stand; `good` is not a level of anything that needs attention. */
export type Standing = Level | 'good';

/** As bad as the worst of it. */
export function standingOf(attention: readonly Attention[]): Standing {
  return attention[0]?.level ?? 'good';
}

/** The standing of each headline of the status. */
export interface Standings {
  readonly protection: Standing;
  readonly readiness: Standing;
  readonly lag: Standing;
  readonly sweeps: Standing;
}

export function standingsOf({ summary, projects, attention, sweep }: StatusReport): Standings {
  const withoutCopy = new Set(projects.filter(({ replica }) => replica === null).map(({ id }) => id));
  const isGrave = attention.some(
    ({ level, projectId }) => level === 'critical' && projectId !== null && withoutCopy.has(projectId),
  );
  return {
    protection: summary.protected === summary.inScope ? 'good' : isGrave ? 'critical' : 'warning',
    readiness: summary.readyToFailOver ? 'good' : 'warning',
    lag: summary.worstLagSeconds === null ? 'warning' : summary.breaches > 0 ? 'critical' : 'good',
    sweeps: sweep.overdue ? 'critical' : (sweep.lastCompletedAt ?? sweep.lastStartedAt) ? 'good' : 'notice',
  };
}
