import type { Decision } from '../facts/decision.ts';
import { backupSummary } from '../backups/report.ts';
import type { Catalogue } from '../backups/catalogue.ts';
import type { Generation, ReplicaRecord, Run } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { importBeganAt, runInProgress, stageOf } from '../facts/run-stage.ts';
import { ageInSeconds } from '../facts/time.ts';
import { retentionOf, type RetentionPolicy } from '../plan/retention.ts';
import { isPinned } from '../plan/shrinkage.ts';
import { compareContent } from '../content/revision.ts';
import { divergenceOf } from './divergence-report.ts';
import { heldReport } from './held-report.ts';
import { isOnAnotherModel, readinessOf, type Serving } from './readiness.ts';
import { againstObjective, atRiskInSeconds } from './thresholds.ts';

export type Sync = 'in-sync' | 'behind' | 'copying' | 'parked' | 'excluded' | 'source-missing';

/** What the last accepted list says of a project, and since when. */
export interface Listing {
  readonly id: string;
  readonly name: string;
  readonly since: string | null;
  readonly excluded: boolean;
  readonly missingSince: string | null;
}

function isInSync(record: ReplicaRecord, current: Generation | null): boolean {
  if (current === null || record.source === null) return false;
  if (compareContent(current.holds, record.source) !== 'same') return false;
  return !record.source.publications.some((wanted) => isOnAnotherModel(current, wanted));
}

function syncOf(listing: Listing, record: ReplicaRecord | null): Sync {
  if (listing.missingSince !== null) return 'source-missing';
  if (listing.excluded) return 'excluded';
  if (record?.failure?.needsPerson === true) return 'parked';
  if (runInProgress(record) !== null) return 'copying';
  return record !== null && isInSync(record, currentGeneration(record)) ? 'in-sync' : 'behind';
}

/**
 * Seconds behind the source: 0 as of the last look where that look showed the current copy to hold what the source holds,
 * else the age of the last look that did, an upper bound. Null where no copy was ever in sync.
 */
export function lagInSeconds(record: ReplicaRecord, now: Date): number | null {
  if (record.inSyncAt === null) return null;
  const seenAt = record.source?.observedAt ?? null;
  // A later look that only counted does not show that no label was changed.
  const isShown = seenAt === null || seenAt <= record.inSyncAt;
  if (isShown && isInSync(record, currentGeneration(record))) return 0;
  return ageInSeconds(record.inSyncAt, now);
}

function replicaReport(generation: Generation) {
  return {
    projectId: generation.replicaProjectId,
    name: generation.name,
    revision: generation.holds.revision,
    importedAt: generation.importedAt,
    verifiedAt: generation.verifiedAt,
    workedAt: generation.workedAt ?? null,
    publishedAs: generation.published.map(({ publishName }) => publishName).sort(),
    differences: generation.differences,
  };
}

function integrationReport({ integration }: ReplicaRecord) {
  if (integration === null) return null;
  const { state, provenAt, reason, differences } = integration;
  return { state, provenAt, reason, differences };
}

/** Since when clients are sent to the secondary, by whom and why; null where they are not. */
function failedOverReport(decision: Decision | null) {
  if (decision?.active !== 'secondary') return null;
  const { since, by, reason } = decision;
  return { since, by, reason };
}

function failureReport({ failure }: ReplicaRecord) {
  if (failure === null) return null;
  const { code, message, hint, needsPerson, attempts, since, nextAttemptAt, requestId } = failure;
  return { code, message, hint, needsPerson, attempts, since, nextAttemptAt, requestId, step: failure.step ?? null };
}

function runReport(run: Run) {
  const estimateSeconds = run.intent?.estimatedImportInSeconds ?? null;
  return { stage: stageOf(run), since: importBeganAt(run), estimateSeconds };
}

/** One row of status. What is not known is null. */
export function projectReport(
  listing: Listing,
  record: ReplicaRecord | null,
  serving: Serving,
  now: Date,
  catalogue: Catalogue | null = null,
  decision: Decision | null = null,
) {
  const current = record === null ? null : currentGeneration(record);
  const run = runInProgress(record);
  const observedAt = record?.source?.observedAt ?? null;
  const lagSeconds = record === null ? null : lagInSeconds(record, now);
  return {
    id: listing.id,
    name: listing.name,
    sync: syncOf(listing, record),
    listedSince: listing.since,
    observedAt,
    labelsSeenAt: record?.labelsSeenAt ?? null,
    lagSeconds,
    active: decision?.active ?? 'primary',
    failedOver: failedOverReport(decision),
    atRiskSeconds: current === null ? null : atRiskInSeconds(lagSeconds, observedAt, now),
    revision: record?.source?.revision ?? null,
    replica: current === null ? null : replicaReport(current),
    proofAgeSeconds: current?.verifiedAt ? ageInSeconds(current.verifiedAt, now) : null,
    readiness: readinessOf(record, serving),
    generations: record?.generations.length ?? 0,
    ...heldReport(record, decision),
    inFlight: run === null ? null : runReport(run),
    failure: record === null ? null : failureReport(record),
    integration: record === null ? null : integrationReport(record),
    missingSince: listing.missingSince,
    ...backupSummary(catalogue),
  };
}

export type ProjectReport = ReturnType<typeof projectReport>;

/** Whether a project is one to keep a copy of. */
export function isInScope({ sync }: ProjectReport): boolean {
  return sync !== 'excluded' && sync !== 'source-missing';
}

/** Whether more could be lost than the objective allows. Without a copy all of it could, for as long as it is listed. */
export function isInBreach(
  { atRiskSeconds, listedSince }: ProjectReport,
  objectiveInSeconds: number | null,
  now: Date,
): boolean {
  const exposed = atRiskSeconds ?? (listedSince === null ? 0 : ageInSeconds(listedSince, now));
  return againstObjective(exposed, objectiveInSeconds) === 'beyond';
}

/** One project's story: its row of status, each copy with the reason it is kept, and the record that all this is from. */
export function projectStory(
  listing: Listing,
  record: ReplicaRecord,
  policy: RetentionPolicy & Serving,
  now: Date,
  catalogue: Catalogue | null = null,
  decision: Decision | null = null,
) {
  const copies = [...retentionOf({ record, policy, decision, now })].map(([generation, retention]) => ({
    runId: generation.runId,
    projectId: generation.replicaProjectId,
    name: generation.name,
    importedAt: generation.importedAt,
    kept: retention.keep,
    reason: retention.keep ? retention.reason : 'it is retired by the next look',
    pinned: isPinned(generation, decision) ? generation.pinned : null,
  }));
  const row = projectReport(listing, record, policy, now, catalogue, decision);
  return { schemaVersion: 2, ...row, copies, decision, divergence: divergenceOf(record), record, catalogue };
}

export type ProjectStory = ReturnType<typeof projectStory>;
