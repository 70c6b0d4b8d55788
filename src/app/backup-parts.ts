import type { Config } from '../config/config.ts';
import type { Policy } from '../core/policy.ts';
import { ModelDownloader } from '../customvision/model-downloads.ts';
import type { BackupWorkshop } from '../replicator/backups/backup-workshop.ts';
import type { BackupIntake } from '../replicator/backups/take-export.ts';
import { createBackupStore } from '../storage/backup-store.ts';
import type { StorageConnection } from '../storage/connections.ts';
import { connectStorage, COPY_TRY_LIMIT_IN_MS } from '../storage/connections.ts';

export interface BackupParts {
  /** All but the events, whose log is another for each invocation. */
  readonly workshop: Omit<BackupWorkshop, 'events'>;
  readonly intake: BackupIntake;
}

/** Makes what work on model backups needs besides what the copies need. */
export function makeBackupParts(
  config: Config,
  connections: { readonly own: StorageConnection; readonly integration: StorageConnection },
  shared: Pick<BackupWorkshop, 'source' | 'queue' | 'leases' | 'clock'>,
  { exclusionOf, dryRun, limits }: Policy,
): BackupParts {
  const { exportPlatforms, modelExportContainer: exportContainer } = config;
  // Copies of large blocks take the service longer than anything else that it is asked for.
  const { blobs } = connectStorage(connections.own, COPY_TRY_LIMIT_IN_MS);
  const { blobs: exportBlobs } = connectStorage(connections.integration, COPY_TRY_LIMIT_IN_MS);
  const { origin, pathname } = new URL(exportBlobs.getContainerClient(exportContainer).url);
  return {
    workshop: {
      ...shared,
      backups: createBackupStore({ blobs, exportBlobs, exportContainer, clock: shared.clock }),
      downloads: new ModelDownloader(),
      policy: { exclusionOf, dryRun, exportPlatforms, invocationInSeconds: limits.invocationInSeconds },
    },
    intake: { exportContainerUri: `${origin}${pathname}`, asksForExports: exportPlatforms.length > 0 && !dryRun },
  };
}
