import type { Decision } from '../facts/decision.ts';
import type { Difference, Generation, ReplicaRecord } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';

const MEASURES = ['images', 'tags', 'regions', 'iterations'] as const;

/** A copy that must outlive its successors, and what the one in use lacks of it. */
export interface ShrunkFrom {
  readonly generation: Generation;
  /** By how many images, tags, regions and trained iterations: `expected` on this copy, `found` on the one in use. */
  readonly lost: Difference[];
}

/**
 * The copies that hold the most of something of which the one in use has lost more than the limit, and which nobody
 * has pinned or released yet. The largest copy that is kept counts, not the last one: many small losses are a large one.
 */
export function copiesToPin(
  record: ReplicaRecord,
  shrinkLimitInPercent: number,
  decision: Pick<Decision, 'releasedAt'> | null,
): ShrunkFrom[] {
  const current = currentGeneration(record);
  if (current === null || isAccepted(current, decision)) return [];
  const kept = record.generations.filter(({ runId, verifiedAt }) => runId !== current.runId && verifiedAt !== null);
  const found = new Map<Generation, Difference[]>();
  for (const what of MEASURES) {
    const largest = largestOf(kept, what);
    const [most, now] = [largest?.exported[what] ?? null, current.exported[what]];
    if (largest === null || most === null || now === null) continue;
    if (now >= most * (1 - shrinkLimitInPercent / 100)) continue;
    found.set(largest, [...(found.get(largest) ?? []), { what, expected: String(most), found: String(now) }]);
  }
  return [...found]
    .filter(([generation]) => !isPinned(generation, decision))
    .map(([generation, lost]) => ({ generation, lost }));
}

/** Whether a copy is pinned, and nobody has released it since. */
export function isPinned(
  { pinned }: Pick<Generation, 'pinned'>,
  decision: Pick<Decision, 'releasedAt'> | null,
): boolean {
  if (pinned === null) return false;
  return decision?.releasedAt == null || decision.releasedAt < pinned.at;
}

/** A person who releases copies has seen what the copy in use is like. */
function isAccepted({ importedAt }: Generation, decision: Pick<Decision, 'releasedAt'> | null): boolean {
  return decision?.releasedAt != null && decision.releasedAt >= importedAt;
}

/** The newest of those that hold the most. */
function largestOf(generations: readonly Generation[], what: (typeof MEASURES)[number]): Generation | null {
  return generations.reduce<Generation | null>((largest, generation) => {
    const size = generation.exported[what];
    return size === null || size < (largest?.exported[what] ?? 0) ? largest : generation;
  }, null);
}
