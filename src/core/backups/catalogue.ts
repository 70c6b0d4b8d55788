import { z } from 'zod';
import { guidSchema } from '../facts/guid.ts';
import { historyEntrySchema } from '../facts/history.ts';

/**
 * The model backups of one source project, stored as `catalogue/{sourceProjectId}.json` beside the backups. Meant to be
 * read without this app: each backup says all that is needed to find and run it. All times are ISO 8601 in UTC.
 */

const time = z.iso.datetime();

/** A package is told apart by its iteration, platform and flavor; flavor is null where the service names none. */
const packageKey = { iterationId: guidSchema, platform: z.string(), flavor: z.string().nullable() };

const backupSchema = z.object({
  ...packageKey,
  sourceProjectId: guidSchema,
  sourceProjectName: z.string(),
  iterationName: z.string(),
  /** Null for object detection. */
  classificationType: z.string().nullable(),
  domain: z.object({ id: guidSchema, name: z.string().nullable() }).nullable(),
  /** The tags that the model predicts, in the service's order. */
  tags: z.array(z.object({ name: z.string(), type: z.string(), description: z.string() })),
  trainedAt: z.string().nullable(),
  /** What the iteration was published as when the backup was made. */
  publishNames: z.array(z.string()),
  /** The blob's name, in the container of this catalogue. */
  blob: z.string(),
  sizeInBytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  etag: z.string(),
  /** Copied from the container that the service exports to, or fetched from the service itself. */
  from: z.enum(['container', 'download']),
  /** The ETag of what it was made from; null where that had none. */
  sourceEtag: z.string().nullable(),
  recordedAt: time,
  /** When it was last found to be there as it was made. */
  verifiedAt: time,
  /** When its content was last hashed. */
  hashedAt: time,
  state: z.enum(['ok', 'missing', 'mismatch']),
  stateSince: time,
});

const backupFailureSchema = z.object({
  /** Null where the whole project is meant. */
  iterationId: guidSchema.nullable(),
  iterationName: z.string().nullable(),
  /** Null where it is not known which package is meant. */
  platform: z.string().nullable(),
  flavor: z.string().nullable(),
  class: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  attempts: z.number().int().positive(),
  since: time,
  lastAt: time,
  /** Null where it is given up until a sweep looks again. */
  nextAttemptAt: time.nullable(),
});

/** An export that this app asked the service for; `open` until its package is kept. */
const requestSchema = z.object({ ...packageKey, at: time, open: z.boolean() });

export const catalogueSchema = z.object({
  schemaVersion: z.literal(1),
  sourceProjectId: guidSchema,
  /** The source project's name when it was last looked at. */
  name: z.string(),
  /** When all of the project's exports were last looked at. */
  checkedAt: time.nullable(),
  /** When every backup was last looked for. */
  verifiedAt: time.nullable(),
  /** When a message is due that looks again; one that is overdue was lost. */
  nextLookAt: time.nullable(),
  /** Names of the trained iterations when they were last looked at. */
  iterations: z.array(z.string()),
  /** Oldest first. */
  backups: z.array(backupSchema),
  failures: z.array(backupFailureSchema),
  requests: z.array(requestSchema),
  /** What happened and may not stand in the history yet. */
  untold: z.array(historyEntrySchema).optional(),
  /** Trained iterations whose domain is not compact: the service can't export them. */
  notExportable: z.array(z.object({ iterationId: guidSchema, iterationName: z.string(), since: time })),
});

export type Backup = z.infer<typeof backupSchema>;
export type BackupFailure = z.infer<typeof backupFailureSchema>;
export type ExportRequest = z.infer<typeof requestSchema>;
export type Catalogue = z.infer<typeof catalogueSchema>;

export type PackageKey = Pick<Backup, 'iterationId' | 'platform' | 'flavor'>;

export function newCatalogue(sourceProjectId: string, name: string): Catalogue {
  return {
    schemaVersion: 1,
    sourceProjectId,
    name,
    checkedAt: null,
    verifiedAt: null,
    nextLookAt: null,
    iterations: [],
    backups: [],
    failures: [],
    requests: [],
    notExportable: [],
  };
}

/** The service spells platforms and flavors in more than one way; they are compared without regard to case. */
export function sameText(left: string | null, right: string | null): boolean {
  return left?.toLowerCase() === right?.toLowerCase();
}

export function isSamePackage(left: PackageKey, right: PackageKey): boolean {
  return (
    left.iterationId === right.iterationId &&
    sameText(left.platform, right.platform) &&
    sameText(left.flavor, right.flavor)
  );
}

/** The newest backup of a package among those that are intact. */
export function goodBackup(catalogue: Catalogue | null, key: PackageKey): Backup | null {
  return catalogue?.backups.findLast((backup) => backup.state === 'ok' && isSamePackage(backup, key)) ?? null;
}
