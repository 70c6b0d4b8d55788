import type { ExportPlatform } from '../core/backups/plan.ts';
import type { Policy } from '../core/plan/policy.ts';
import type { BackupStore, ModelDownloads, ModelSource } from './ports.ts';
import type { Clock, EventSink } from '../replicator/ports/surroundings.ts';
import type { HistoryLog, ProjectLeases, WorkQueue } from '../replicator/ports/storage.ts';

/** Everything that work on model backups needs; made once by the app. */
export interface BackupDependencies {
  readonly source: ModelSource;
  readonly backups: BackupStore;
  readonly downloads: ModelDownloads;
  /** One worker at a time per project; not the leases of the copies, which must not wait for large packages. */
  readonly leases: ProjectLeases;
  readonly queue: WorkQueue;
  readonly history: HistoryLog;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly policy: BackupPolicy;
}

/** @internal */
export interface BackupPolicy extends Pick<Policy, 'exclusionOf' | 'dryRun'> {
  /** What the source is asked to export of every model. */
  readonly exportPlatforms: readonly ExportPlatform[];
  /** An invocation that has worked this long goes on in another. */
  readonly invocationInSeconds: number;
}
