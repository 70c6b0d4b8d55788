import type { Backup, Catalogue } from '../core/backups/catalogue.ts';
import type { Finding } from '../core/backups/catalogue-changes.ts';
import { withFinding } from '../core/backups/catalogue-changes.ts';
import type { BackupStore } from './ports.ts';
import type { BackupDependencies } from './context.ts';
import { changeCatalogue } from './change-catalogue.ts';

/** What is to be read, and up to when there is time. */
export interface Verification {
  /** Whether somebody asked for all of it to be hashed. */
  readonly full: boolean;
  /** When that was begun by an earlier invocation: what was hashed since is not read again. Null for the first. */
  readonly begunAt: string | null;
  /** After that the rest is left to another invocation: large packages take longer than one may. */
  readonly until: Date;
}

/**
 * Looks at each backup of a catalogue: that it is there, of its size, and the very version that was recorded. Where
 * that tells nothing, and everywhere where somebody asked for it, its content is hashed.
 *
 * @returns false where backups are left that there was no time for
 */
export async function verifyBackups(
  catalogue: Catalogue,
  { full, begunAt, until }: Verification,
  deps: BackupDependencies,
  signal: AbortSignal,
): Promise<boolean> {
  const { backups, clock } = deps;
  const project = { id: catalogue.sourceProjectId, name: catalogue.name };
  const left = catalogue.backups.filter((backup) => begunAt === null || backup.hashedAt < begunAt);
  for (const [nth, backup] of left.entries()) {
    // One at least: else it might never end.
    if (full && nth > 0 && clock.now() >= until) return false;
    const finding = await lookAtBackup(backup, full, backups, clock.now().toISOString(), signal);
    const change = { isLost: false };
    await changeCatalogue(
      backups,
      project,
      (stored) => {
        const changed = withFinding(stored, backup, finding, clock.now());
        change.isLost = changed.lost;
        return changed.catalogue;
      },
      signal,
    );
    if (change.isLost) report(backup, finding.state, deps);
  }
  const verifiedAt = clock.now().toISOString();
  await changeCatalogue(backups, project, (stored) => ({ ...stored, verifiedAt }), signal);
  return true;
}

async function lookAtBackup(
  { blob, sizeInBytes, etag, sha256, state }: Backup,
  full: boolean,
  backups: BackupStore,
  now: string,
  signal: AbortSignal,
): Promise<Finding> {
  const found = await backups.stat(blob, signal);
  if (found === null) return { state: 'missing' };
  if (found.sizeInBytes !== sizeInBytes) return { state: 'mismatch' };
  // New metadata alone changes the ETag, so the content is hashed before anything is called changed.
  if (!full && found.etag === etag && state === 'ok') return { state: 'ok', etag, hashedAt: null };
  const hashed = await backups.hash(blob, signal);
  if (hashed === null) return { state: 'missing' };
  if (hashed.sha256 !== sha256) return { state: 'mismatch', hashedAt: now };
  return { state: 'ok', etag: hashed.etag, hashedAt: now };
}

function report(backup: Backup, state: Finding['state'], { events }: BackupDependencies): void {
  const { sourceProjectId: projectId, iterationId, platform, flavor, blob } = backup;
  events.emit({
    event: 'backup.failed',
    ...{ projectId, iterationId, platform, flavor },
    code: state === 'missing' ? 'BACKUP_MISSING' : 'BACKUP_MISMATCH',
    message: state === 'missing' ? `The blob ${blob} is gone.` : `The blob ${blob} is not what was backed up.`,
    hint: 'It is made again now if the service still has the export; status shows whether that succeeded.',
  });
}
