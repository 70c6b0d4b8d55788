import { isHealedBy, isHealedByProgress } from '../core/facts/backoff.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import { snapshotOf } from '../core/content/revision.ts';
import type { Blocker, Observed, Plan } from '../core/plan/types.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { currentGeneration } from '../core/facts/record.ts';
import { withGeneration } from '../core/facts/generation.ts';
import { withoutEffects } from '../core/plan/undone.ts';

/** The record without a failure that is over as soon as something works again. */
export function healed(record: ReplicaRecord): ReplicaRecord {
  return record.failure !== null && isHealedByProgress(record.failure) ? { ...record, failure: null } : record;
}

/** The record without a failure that is over now that this look or step has succeeded. */
export function healedBy(record: ReplicaRecord, done: string, isLook = false): ReplicaRecord {
  return record.failure !== null && isHealedBy(record.failure, done, isLook) ? { ...record, failure: null } : record;
}

/** The record in which the copy in use was seen by this look. */
export function withSeen(record: ReplicaRecord, { replica }: Observed): ReplicaRecord {
  const current = currentGeneration(record);
  const isOfCurrent = current !== null && replica?.project.id === current.replicaProjectId;
  return isOfCurrent ? withGeneration(record, current.runId, { seenAt: replica.observedAt }) : record;
}

/** The record without a change by somebody that a look at the copy alone, which found nothing in the way, shows as undone. */
export function withoutUndoneChange(record: ReplicaRecord, { replica }: Observed): ReplicaRecord {
  return replica && record.failure?.code === 'REPLICA_CHANGED' ? { ...record, failure: null } : record;
}

/** The record after a look that left nothing to do. */
export function settledRecord(
  record: ReplicaRecord,
  { as, source, inSyncAt = null, labelsSeenAt = null }: Plan & { kind: 'settled' },
): ReplicaRecord {
  const observed = {
    ...withoutEffects(healed(record)),
    name: source?.name ?? record.name,
    source: source ?? record.source,
  };
  if (as === 'behind') return observed;
  // What failed for a source that is not followed any more has no next attempt; what is wrong with its copy would block.
  if (as !== 'in-sync' || source === null) return { ...observed, run: null, triggeredAt: null, failure: null };
  const current = currentGeneration(record);
  // The content is the same although `lastModified` moved: noting that spares the next look from reading all images.
  const generations = record.generations.map((generation) => {
    if (generation.runId !== current?.runId) return generation;
    const { lastModified, publications, models } = source;
    const labels = source.labels ?? generation.holds.labels;
    const holds = { ...generation.holds, lastModified, labels, publications, ...(models && { models }) };
    return { ...generation, holds };
  });
  const nothingNewAt = source.observedAt;
  const found = { inSyncAt, labelsSeenAt, nothingNewAt };
  return { ...observed, generations, ...found, run: null, triggeredAt: null, failure: null };
}

/** What keeps a project from going on must not keep status from saying what its source is by now. */
export function withLook(before: ReplicaRecord, observed: Observed): ReplicaRecord {
  const record = withSeen(before, observed);
  const { source, sourceContent } = observed;
  if (!source) return record;
  return { ...record, name: source.project.name, source: snapshotOf(source, sourceContent ?? null) };
}

/** What a look found in the way, as the failure that the record says it by. */
export function blockerFailure({ message, ...details }: Blocker): ReplicationFailure {
  return new ReplicationFailure(message, details);
}
