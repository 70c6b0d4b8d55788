import { workItem } from '../core/facts/work-item.ts';
import { backupsAreDue, outageMayBeOver, VERIFY_AFTER_IN_SECONDS } from '../core/backups/plan.ts';
import type { Catalogue } from '../core/backups/catalogue.ts';
import type { ReplicationFailure } from '../core/facts/failure.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { secondsBetween } from '../core/facts/time.ts';
import type { SweepState } from '../core/facts/sweep-state.ts';
import { isInScope } from '../core/facts/sweep-state.ts';
import { readEach } from '../replicator/documents.ts';
import type { BackupStore } from './ports.ts';
import type { BackupDependencies } from './context.ts';

/** The most projects that one sweep enqueues. With half-hourly sweeps each project still has its turn every day. */
const MOST_PER_SWEEP = 25;

export interface Catalogues {
  /** By source project id. */
  readonly catalogues: ReadonlyMap<string, Catalogue>;
  readonly unreadable: ReadonlyMap<string, ReplicationFailure>;
}

/** Reads every catalogue. One that is damaged is told apart: it must not hold up the others. */
export async function readCatalogues(backups: BackupStore, signal?: AbortSignal): Promise<Catalogues> {
  const ids = await backups.listCatalogues(signal);
  const { values: catalogues, unreadable } = await readEach(ids, (id) => backups.catalogue(id), signal);
  return { catalogues, unreadable };
}

/** What is stored of all projects, read once for all that looks at it. */
export interface StoredState {
  /** Null before the first sweep. */
  readonly sweep: SweepState | null;
  /** By source project id. */
  readonly records: ReadonlyMap<string, ReplicaRecord>;
  readonly catalogues: Catalogues;
}

/** After a sweep: enqueues work for the projects whose backups are due to be looked at; answers for how many. */
export async function enqueueBackups(
  { queue, clock, events, policy }: Pick<BackupDependencies, 'queue' | 'clock' | 'events' | 'policy'>,
  { sweep, records, catalogues: { catalogues, unreadable } }: StoredState,
): Promise<number> {
  if (policy.dryRun) return 0;
  const now = clock.now();
  for (const [projectId, { code, message, hint }] of unreadable) {
    events.emit({
      event: 'backup.failed',
      ...{ projectId, iterationId: null, platform: null, flavor: null, code, message, hint },
    });
  }
  const listed = sweep?.projects.filter(isInScope).map(({ id }) => id) ?? [];
  const inScope = new Set(listed);
  const primaryAnswers = sweep?.failure === null;
  const due = listed.filter((id) => {
    if (unreadable.has(id)) return false;
    const catalogue = catalogues.get(id) ?? null;
    if (primaryAnswers && catalogue !== null && outageMayBeOver(catalogue)) return true;
    return backupsAreDue(id, catalogue, records.get(id)?.source?.iterations ?? [], now);
  });
  // The backups of a project that is gone or left out are looked after all the same.
  const others = [...catalogues].filter(([id, catalogue]) => {
    if (inScope.has(id)) return false;
    return verificationIsDue(catalogue, now) || (primaryAnswers && catalogue.failures.length > 0);
  });
  const lookedAt = (id: string): string => catalogues.get(id)?.checkedAt ?? '';
  const ordered = [...due, ...others.map(([id]) => id)].sort((left, right) =>
    lookedAt(left) < lookedAt(right) ? -1 : 1,
  );
  const chosen = ordered.slice(0, MOST_PER_SWEEP);
  for (const projectId of chosen) {
    await queue.enqueue(workItem(projectId, 'backups'), 0);
  }
  return chosen.length;
}

function verificationIsDue({ verifiedAt, backups }: Catalogue, now: Date): boolean {
  if (backups.length === 0) return false;
  return verifiedAt === null || secondsBetween(verifiedAt, now) >= VERIFY_AFTER_IN_SECONDS;
}

/** Has the content of every backup read and hashed; answers for how many projects. */
export async function enqueueVerification(
  { backups, queue }: BackupDependencies,
  signal: AbortSignal,
): Promise<number> {
  const ids = await backups.listCatalogues(signal);
  for (const projectId of ids) {
    await queue.enqueue(workItem(projectId, 'verify-backups'), 0);
  }
  return ids.length;
}
