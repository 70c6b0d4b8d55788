import { z } from 'zod';
import { guidSchema } from './guid.ts';

/**
 * Why a project is looked at. `wake` is our own delayed message; the others are triggers. For `connection-test` nothing is
 * looked at: it is noted. For `look-after` the source is not: it gave no list, and its copies are looked after meanwhile.
 */
const COPY_REASONS = [
  ...(['sweep', 'training-completed', 'wake', 'request', 'make-room', 'connection-test', 'look-after'] as const),
] as const;

/** Why a project's model backups are looked at, which is work of its own. */
const BACKUP_REASONS = ['export-completed', 'export-failed', 'backups', 'verify-backups'] as const;

/** Work that is about no one project: its project id is the empty one, `wakeId` tells which it is. */
const APP_REASONS = ['continue-sweep', 'list-projects'] as const;

/** The id that stands for no project, and for the sweep where leases are concerned. */
export const NO_PROJECT = '00000000-0000-0000-0000-000000000000';

/** @internal */
export const WORK_REASONS = [...COPY_REASONS, ...BACKUP_REASONS, ...APP_REASONS] as const;

export const workItemSchema = z.object({
  schemaVersion: z.literal(1),
  /** The source project's id. */
  projectId: guidSchema,
  reason: z.enum(WORK_REASONS),
  /** For `wake`: the wake in the record that this message is. */
  wakeId: z.string().nullable().default(null),
  /** Sent in the place of a message that may be lost, or that could not be worked on. */
  isRepeat: z.boolean().optional(),
  /**
   * For `training-completed`: when the notification came; for `verify-backups`: when its first part began. Absent where that is not
   * known, which counts as now.
   */
  receivedAt: z.iso.datetime().optional(),
  /** For work on backups: the one iteration that is meant; absent where all are. */
  iterationId: guidSchema.optional(),
  /** For work on backups: how often it was tried before; absent the first time. */
  attempts: z.number().int().positive().optional(),
});

/** One message on the queue `replication-work`: look at this project, for this reason. It carries no facts. */
export type WorkItem = z.infer<typeof workItemSchema>;

/** The message that has a project looked at now, or by that wake. */
export function workItem<Reason extends WorkItem['reason']>(
  projectId: string,
  reason: Reason,
  wakeId: string | null = null,
): WorkItem & { readonly reason: Reason } {
  return { schemaVersion: 1, projectId, reason, wakeId };
}

/** What tells a message on a project's copies from others of that project; one that is delivered again has the same. */
export function nameOfItem({ reason, wakeId, receivedAt, isRepeat }: WorkItem): string {
  return [reason, wakeId ?? [], receivedAt ?? [], isRepeat === true ? 'repeat' : []].flat().join(' ');
}

/** Work on model backups. */
export type BackupItem = WorkItem & { readonly reason: (typeof BACKUP_REASONS)[number] };

export function isBackupItem(item: WorkItem): item is BackupItem {
  return (BACKUP_REASONS as readonly string[]).includes(item.reason);
}

/** Work on no one project. */
export type AppItem = WorkItem & { readonly reason: (typeof APP_REASONS)[number] };

export function isAppItem(item: WorkItem): item is AppItem {
  return (APP_REASONS as readonly string[]).includes(item.reason);
}

/** The message that has such work done; one whose id is no longer the stored one ends. */
export function appItem(reason: AppItem['reason'], id: string): AppItem {
  return workItem(NO_PROJECT, reason, id);
}
