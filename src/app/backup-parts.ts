import type { Config } from '../settings/config.ts';
import type { Policy } from '../core/plan/policy.ts';
import { ModelDownloader } from '../customvision/model-downloads.ts';
import type { BackupDependencies } from '../backups/context.ts';
import { createBackupStore } from '../storage/backup-store.ts';
import type { StorageConnection } from '../storage/connections.ts';
import { connectStorage, BLOCK_TRY_LIMIT_IN_MS } from '../storage/connections.ts';

export interface BackupParts {
  /** All but the events, since each invocation has a log of its own. */
  readonly deps: Omit<BackupDependencies, 'events'>;
  /** Where the service is to write models, as a plain URL. */
  readonly exportContainerUri: string;
  /** Whether models are to be exported after each training. */
  readonly asksForExports: boolean;
}

/** Makes what work on model backups needs besides what the copies need. */
export function makeBackupParts(
  config: Config,
  connections: { readonly own: StorageConnection; readonly integration: StorageConnection },
  shared: Pick<BackupDependencies, 'source' | 'queue' | 'leases' | 'clock' | 'history'>,
  { exclusionOf, dryRun, limits }: Pick<Policy, 'exclusionOf' | 'dryRun' | 'limits'>,
): BackupParts {
  const { exportPlatforms, modelExportContainer: exportContainer } = config;
  const { blobs } = connectStorage(connections.own, BLOCK_TRY_LIMIT_IN_MS);
  const { blobs: exportBlobs } = connectStorage(connections.integration, BLOCK_TRY_LIMIT_IN_MS);
  const { origin, pathname } = new URL(exportBlobs.getContainerClient(exportContainer).url);
  return {
    deps: {
      ...shared,
      backups: createBackupStore({ blobs, exportBlobs, exportContainer }),
      downloads: new ModelDownloader(),
      policy: { exclusionOf, dryRun, exportPlatforms, invocationInSeconds: limits.invocationInSeconds },
    },
    exportContainerUri: `${origin}${pathname}`,
    asksForExports: exportPlatforms.length > 0 && !dryRun,
  };
}
