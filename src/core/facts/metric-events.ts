import type { ResourceState } from './resource-health.ts';

/** What is measured again and again; each round of it is a whole. Durations are in seconds. */
export type MetricEvent =
  | {
      readonly event: 'sweep.metrics';
      readonly inScope: number;
      readonly protected: number;
      readonly parked: number;
      readonly breaches: number;
      readonly worstLagSeconds: number | null;
      readonly worstAtRiskSeconds: number | null;
      readonly targetProjects: number | null;
      readonly targetProjectLimit: number | null;
      readonly rejected: number | null;
      readonly brake: boolean;
      /** Nothing is changed, and nothing heals by itself. */
      readonly dryRun: boolean;
      /** When the sweep after the last completed one was or is due; the first one, where none has completed. */
      readonly nextDueAt: string;
      /** From when on it is overdue, if none has completed by then. */
      readonly overdueAt: string;
      readonly intervalSeconds: number;
    }
  | {
      readonly event: 'project.metrics';
      readonly projectId: string;
      readonly name: string;
      readonly sync: string;
      readonly lagSeconds: number | null;
      /** What failing over now would lose at most; null where no copy ever held what the source did. */
      readonly atRiskSeconds: number | null;
      readonly observedAgeSeconds: number | null;
      readonly proofAgeSeconds: number | null;
      /** Seconds since a drill last found that the copy answers as the source does; null where none has. */
      readonly workedAgeSeconds: number | null;
      readonly protected: boolean;
      readonly ready: boolean;
      readonly readiness: string;
      /** Where routing sends clients; null where it names no copy. */
      readonly active: 'primary' | 'secondary' | null;
      readonly parkedSeconds: number | null;
      readonly generations: number;
      readonly backups: number | null;
      /** How many backups are lost or can't be made, at most 20. */
      readonly backupProblems: number;
      readonly recoveryPointObjectiveSeconds: number | null;
    }
  | {
      readonly event: 'resource.calls';
      readonly side: 'source' | 'target';
      readonly calls: number;
      readonly answered: number;
      readonly throttled: number;
      readonly failureCode: string | null;
      readonly windowSeconds: number;
    }
  | {
      readonly event: 'resource.metrics';
      readonly side: 'primary' | 'secondary';
      readonly state: ResourceState;
      readonly since: string | null;
      readonly lastAnsweredAt: string | null;
      readonly code: string | null;
    }
  | {
      readonly event: 'function.silent';
      readonly functionName: string;
      /** Whose messages it does not take; null for a timer. */
      readonly queue: string | null;
      readonly silentSeconds: number;
      readonly lastRanAt: string | null;
    };
