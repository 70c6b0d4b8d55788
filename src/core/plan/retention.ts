import type { Generation, ReplicaRecord } from '../facts/record.ts';

/** Why a copy is kept, or that it may go. */
export type Keeping = { readonly keep: true; readonly reason: string } | { readonly keep: false };

/**
 * What becomes of each copy: the current one and as many of the newest others as are wished for are kept; the rest
 * may go, oldest first. One that was never verified is no such other: it is of use only until a later copy is complete.
 * Without a current copy everything is kept.
 */
export function keepings(record: ReplicaRecord, generationsToKeep: number): Map<Generation, Keeping> {
  const others = record.generations.filter(({ runId }) => runId !== record.current).reverse();
  const hasCurrent = others.length < record.generations.length;
  const newer = record.generations.length - 1 - record.generations.findIndex(({ runId }) => runId === record.current);
  const decide = (generation: Generation): Keeping => {
    if (generation.runId === record.current) return { keep: true, reason: 'current: routing names it' };
    if (!hasCurrent) return { keep: true, reason: 'no other copy is in use' };
    if (generation.changedBySomebody) return { keep: true, reason: 'somebody changed it; it is theirs to delete' };
    if (generation.verifiedAt === null) {
      const isNewer = others.indexOf(generation) < newer;
      if (!isNewer || generationsToKeep < 2) return { keep: false };
      return { keep: true, reason: 'newer than the current copy, though never verified' };
    }
    const place = others.filter(({ verifiedAt }) => verifiedAt !== null).indexOf(generation);
    if (place >= generationsToKeep - 1) return { keep: false };
    return { keep: true, reason: `one of the ${generationsToKeep} newest copies (GENERATIONS_TO_KEEP)` };
  };
  return new Map(record.generations.map((generation) => [generation, decide(generation)]));
}

/** The oldest copy that may go, or null. */
export function oldestToRetire(record: ReplicaRecord, generationsToKeep: number): Generation | null {
  for (const [generation, keeping] of keepings(record, generationsToKeep)) if (!keeping.keep) return generation;
  return null;
}
