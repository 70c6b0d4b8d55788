import { isHealedByProgress } from '../core/facts/backoff.ts';
import type { Plan } from '../core/plan/types.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { currentGeneration } from '../core/facts/record.ts';

/** The record without a failure that is over as soon as something works again. */
export function healed(record: ReplicaRecord): ReplicaRecord {
  return record.failure !== null && isHealedByProgress(record.failure) ? { ...record, failure: null } : record;
}

/** The record after a look that left nothing to do. */
export function settledRecord(record: ReplicaRecord, { as, source }: Plan & { kind: 'settled' }): ReplicaRecord {
  const observed = { ...healed(record), name: source?.name ?? record.name, source: source ?? record.source };
  if (as === 'behind') return observed;
  // What failed for a source that is not followed any more has no next attempt; what is wrong with its copy would block.
  if (as !== 'in-sync' || source === null) return { ...observed, run: null, triggeredAt: null, failure: null };
  const current = currentGeneration(record);
  // The content is the same although `lastModified` moved: noting that spares the next look from reading all images.
  const generations = record.generations.map((generation) => {
    if (generation.runId !== current?.runId) return generation;
    const { lastModified, publications } = source;
    const labels = source.labels ?? generation.holds.labels;
    return { ...generation, holds: { ...generation.holds, lastModified, labels, publications } };
  });
  return { ...observed, generations, inSyncAt: source.observedAt, run: null, triggeredAt: null, failure: null };
}
