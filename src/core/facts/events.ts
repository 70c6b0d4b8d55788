import type { Integration, RecordFailure } from './record.ts';
import type { MetricEvent } from './metric-events.ts';

/** Every event that the app logs, by name; docs/events.md lists them. Durations are in seconds. */
export type ReplicatorEvent =
  | MetricEvent
  | {
      readonly event: 'sweep.completed';
      readonly projects: number;
      readonly inScope: number;
      readonly enqueued: number;
      readonly failed: number;
      readonly durationInSeconds: number;
    }
  | {
      readonly event: 'sweep.task.failed';
      readonly task:
        'look-after' | 'watch-sources' | 'queues' | 'container' | 'read' | 'backups' | 'metrics' | 'history';
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    }
  | {
      readonly event: 'function.sign.failed';
      readonly functionName: string;
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    }
  | { readonly event: 'sweep.failed'; readonly code: string; readonly message: string; readonly hint: string }
  | {
      readonly event: 'project.protected';
      readonly projectId: string;
      readonly runId: string;
      readonly replicaProjectId: string;
      readonly revision: string;
      /** From the look at the source whose content the copy holds, until routing named the copy. */
      readonly durationInSeconds: number;
      readonly differences: number;
    }
  | {
      readonly event: 'content.shrank';
      readonly projectId: string;
      readonly projectName: string;
      /** Of the copy that holds more, which is kept until somebody releases it. */
      readonly runId: string;
      readonly replicaProjectId: string;
      /** What there is less of: `images`, `tags`, `regions` or `iterations`. */
      readonly what: string;
      readonly before: number;
      readonly after: number;
    }
  | { readonly event: 'project.behind'; readonly projectId: string; readonly reason: string }
  | ({
      readonly event: 'step.failed' | 'project.parked' | 'project.diverged';
      readonly projectId: string;
      readonly runId: string | null;
      readonly step: string;
    } & Pick<RecordFailure, 'class' | 'code' | 'message' | 'hint' | 'attempts' | 'nextAttemptAt' | 'requestId'>)
  | {
      readonly event: 'import.begun';
      readonly projectId: string;
      readonly runId: string;
      readonly estimateInSeconds: number | null;
    }
  | {
      readonly event: 'import.adopted';
      readonly projectId: string;
      readonly runId: string;
      readonly replicaProjectId: string;
    }
  | {
      readonly event: 'import.discarded';
      readonly projectId: string | null;
      readonly runId: string | null;
      readonly replicaProjectId: string;
      readonly code: string;
      readonly message: string;
    }
  /** A run is over: `PROTECTED` where its copy is in use now, else the code of what ended it. */
  | { readonly event: 'run.ended'; readonly projectId: string; readonly runId: string; readonly code: string }
  | {
      readonly event: 'replica.published' | 'replica.unpublished';
      readonly projectId: string;
      readonly replicaProjectId: string;
      readonly iterationId: string;
      readonly publishName: string;
    }
  | {
      readonly event: 'replica.rebuilt';
      readonly projectId: string;
      readonly runId: string;
      readonly replicaProjectId: string;
    }
  /** The copy in use took another name, after its source's or to leave that to a living project. */
  | {
      readonly event: 'replica.renamed';
      readonly projectId: string;
      readonly runId: string;
      readonly replicaProjectId: string;
      readonly before: string;
      readonly after: string;
    }
  /** A copy that was there already is in use now: found by its mark, restored by a person, or able to serve what it must. */
  | {
      readonly event: 'copy.promoted';
      readonly projectId: string;
      readonly runId: string;
      readonly replicaProjectId: string;
      readonly because: string;
    }
  /** What a person has decided about a project. */
  | {
      readonly event: 'project.frozen' | 'project.unfrozen';
      readonly projectId: string;
      readonly by: string;
      readonly reason: string;
    }
  /** Clients were sent to the copy, or back to the primary. */
  | {
      readonly event: 'failover' | 'failback';
      readonly projectId: string;
      /** The copy that they are on, or were; null where it is gone. */
      readonly replicaProjectId: string | null;
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly event: 'generation.retired' | 'replica.forgotten';
      readonly projectId: string;
      readonly runId: string;
      readonly replicaProjectId: string;
      readonly reason: string;
    }
  | {
      readonly event: 'replica.unlinked';
      readonly projectId: string;
      readonly runId: string;
      readonly replicaProjectId: string;
      /** False where the storage URIs could not be cleared, or nobody can tell. */
      readonly cleared: boolean;
    }
  | {
      readonly event: 'integration.configured';
      readonly projectId: string;
      readonly state: 'integrated' | 'unproven';
      readonly provenBy: Integration['provenBy'];
      readonly differences: number;
    }
  | {
      readonly event: 'integration.failed';
      readonly projectId: string;
      readonly state: 'elsewhere' | 'failed';
      readonly reason: string;
    }
  | {
      readonly event: 'quota.low';
      readonly targetProjects: number;
      readonly targetProjectLimit: number;
      readonly waiting: number;
    }
  | {
      readonly event: 'project.released';
      readonly projectId: string;
      readonly name: string;
      readonly missingSince: string;
    }
  | {
      readonly event: 'brake.tripped';
      readonly kind: string;
      readonly accepted: number;
      readonly missing: number;
      readonly hint: string;
    }
  | { readonly event: 'brake.released'; readonly confirmed: boolean }
  | {
      readonly event: 'notification.received';
      readonly type: string;
      readonly projectId: string;
      readonly outcome: string;
    }
  | { readonly event: 'notification.rejected'; readonly reason: string }
  | {
      readonly event: 'backup.requested';
      readonly projectId: string;
      readonly iterationId: string;
      readonly platform: string;
      readonly flavor: string | null;
    }
  | {
      readonly event: 'backup.recorded';
      readonly projectId: string;
      readonly iterationId: string;
      readonly platform: string;
      readonly flavor: string | null;
      readonly blob: string;
      readonly sizeInBytes: number;
      readonly sha256: string;
      readonly from: 'container' | 'download';
    }
  | {
      readonly event: 'backup.failed';
      readonly projectId: string;
      readonly iterationId: string | null;
      readonly platform: string | null;
      readonly flavor: string | null;
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    }
  | { readonly event: 'request.failed'; readonly code: string; readonly message: string; readonly hint: string }
  | { readonly event: 'storage.unavailable'; readonly code: string; readonly message: string; readonly hint: string }
  /** What calls show of a resource is another state than before. */
  | {
      readonly event: 'resource.state.changed';
      readonly side: 'primary' | 'secondary';
      readonly state: string;
      readonly before: string;
      readonly since: string | null;
      readonly lastAnsweredAt: string | null;
      readonly code: string | null;
    }
  | { readonly event: 'work.rejected'; readonly reason: string }
  /** Sweeps alone cannot keep the objective; told once by each process. */
  | {
      readonly event: 'schedule.sparse';
      readonly schedule: string;
      readonly longestWaitSeconds: number;
      readonly recoveryPointObjectiveSeconds: number;
    }
  | { readonly event: 'settings.invalid'; readonly problems: readonly SettingProblem[] };

/** One setting that is missing or bad. */
export interface SettingProblem {
  readonly setting: string;
  /** What was wrong; never the value of a secret. */
  readonly message: string;
  readonly expected: string;
}
