import type { Generation, Publication, ReplicaRecord } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';

export interface Readiness {
  /**
   * `ready`: a client could predict on the copy now, under each name that the source publishes. `nothing-served`: the source
   * publishes nothing, so that nobody could. `unknown`: it was so when last looked at, and that is too long ago.
   */
  readonly state: 'ready' | 'not-ready' | 'nothing-served' | 'unknown';
  /** All that is missing, each as the rest of "it is not ready: …"; empty where nothing is. */
  readonly reasons: readonly string[];
  /** When the last look at the copy began that shows this; null where there was none. */
  readonly lookedAt: string | null;
}

/** Where copies are served, by the settings. */
export interface Serving {
  /** Whether there is a prediction resource that copies are published to. */
  readonly publishes: boolean;
  readonly predictionEndpoint: string | null;
  /** Whether a look is so old that another should have been taken since; none is where this is absent. */
  readonly isLate?: (lookedAt: string) => boolean;
}

/** Whether a copy answers under a name with another model than the one of the source that it holds for it. */
export function isOnAnotherModel({ published, holds }: Generation, { publishName, iterationId }: Publication): boolean {
  const own = published.find((other) => other.publishName === publishName);
  if (own?.sourceIterationId === undefined || own.sourceIterationId === iterationId) return false;
  return holds.models?.some(({ id }) => id === iterationId) === true;
}

/**
 * Whether clients could be sent to the copy now, by the copy alone: neither whether the primary answers nor what failed for
 * its sake makes a difference.
 */
export function readinessOf(
  record: ReplicaRecord | null,
  { publishes, predictionEndpoint, isLate }: Serving,
): Readiness {
  const current = record === null ? null : currentGeneration(record);
  const wanted = (record?.source ?? current?.holds)?.publications ?? null;
  const lookedAt = current?.seenAt ?? current?.verifiedAt ?? null;
  if (wanted?.length === 0) return { state: 'nothing-served', reasons: [], lookedAt };
  if (record === null || current === null || wanted === null) {
    return { state: 'not-ready', reasons: ['there is no verified copy yet'], lookedAt };
  }
  const reasons = [
    ...(current.verifiedAt === null ? ['its copy did not pass its verification'] : []),
    ...(isChanged(record, current) ? ['somebody changed its copy'] : []),
    ...(publishes ? [] : ['copies are not published: SECONDARY_PREDICTION_RESOURCE_ID is not set']),
    ...(predictionEndpoint === null ? ['clients are not told where: SECONDARY_PREDICTION_ENDPOINT is not set'] : []),
    ...(publishes ? lackingNames(current, wanted) : []),
  ];
  if (reasons.length > 0) return { state: 'not-ready', reasons, lookedAt };
  if (lookedAt !== null && isLate?.(lookedAt) === true) {
    return { state: 'unknown', reasons: ['its copy was not looked at for longer than it should be'], lookedAt };
  }
  return { state: 'ready', reasons, lookedAt };
}

function isChanged({ failure }: ReplicaRecord, { changedBySomebody }: Generation): boolean {
  return changedBySomebody || failure?.code === 'REPLICA_CHANGED';
}

function lackingNames(current: Generation, wanted: readonly Publication[]): string[] {
  const published = new Set(current.published.map(({ publishName }) => publishName));
  return wanted.flatMap((one) => {
    const { publishName, iteration } = one;
    if (!published.has(publishName))
      return [`${publishName} (${iteration}) is published on the primary and not on the copy`];
    return isOnAnotherModel(current, one)
      ? [`${publishName} answers on the copy with another model than ${iteration}`]
      : [];
  });
}
