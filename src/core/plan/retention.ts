import type { Decision } from '../facts/decision.ts';
import type { Generation, ReplicaRecord } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { secondsBetween } from '../facts/time.ts';
import { copiesToPin, isPinned } from './shrinkage.ts';

/** Why a copy is kept, or that it may go. */
export type Retention =
  | {
      readonly keep: true;
      readonly reason: string;
      /** Whether it gives its slot up where one is lacking. */
      readonly yields: boolean;
    }
  | { readonly keep: false };

/** How many copies are kept beside the one in use, for how long, and through what loss. */
export interface RetentionPolicy {
  /** Copies wished for, the current one included. */
  readonly generationsToKeep: number;
  /** One copy at least this old is kept besides; 0 for none. */
  readonly keepCopiesForInSeconds: number;
  readonly shrinkLimitInPercent: number;
}

/** What a copy's fate follows from. */
export interface RetentionInput {
  readonly record: ReplicaRecord;
  readonly policy: RetentionPolicy;
  readonly decision: Pick<Decision, 'releasedAt'> | null;
  readonly now: Date;
}

const keep = (reason: string, yields = false): Retention => ({ keep: true, reason, yields });

/**
 * What becomes of each copy. The current one, what a person may want, and what holds content that the current one has
 * lost are kept whatever happens; as many of the newest others as are wished for, and one that is old enough, as long
 * as slots allow; the rest may go. Without a current copy everything is kept.
 */
export function retentionOf({ record, policy, decision, now }: RetentionInput): Map<Generation, Retention> {
  const current = currentGeneration(record);
  const shrunkFrom = new Set(
    copiesToPin(record, policy.shrinkLimitInPercent, decision).map(({ generation }) => generation),
  );
  const verified = record.generations.filter(
    ({ runId, verifiedAt }) => runId !== record.current && verifiedAt !== null,
  );
  const newest = new Set(verified.toReversed().slice(0, policy.generationsToKeep - 1));
  const aged = keptForAge(
    verified.filter((generation) => !newest.has(generation)),
    verified,
    policy,
    now,
  );
  const decide = (generation: Generation): Retention => {
    if (generation === current) return keep('current: routing names it');
    if (current === null) return keep('no other copy is in use');
    if (generation.changedBySomebody) return keep('somebody changed it; it is theirs to delete');
    if (isPinned(generation, decision) || shrunkFrom.has(generation)) {
      return keep('pinned: later copies lack much of what it holds, until somebody releases it');
    }
    if (generation.verifiedAt === null) {
      return unverified(record.generations.indexOf(generation) > record.generations.indexOf(current), policy);
    }
    if (newest.has(generation)) {
      return keep(`one of the ${policy.generationsToKeep} newest copies (GENERATIONS_TO_KEEP)`, true);
    }
    const age = aged.get(generation);
    return age === undefined ? { keep: false } : keep(age, true);
  };
  return new Map(record.generations.map((generation) => [generation, decide(generation)]));
}

/** One that was never verified is of use only until a later copy is complete. */
function unverified(isNewer: boolean, { generationsToKeep }: RetentionPolicy): Retention {
  if (!isNewer || generationsToKeep < 2) return { keep: false };
  return keep('newer than the current copy, though never verified', true);
}

/** The newest copy that is old enough, and the one that will be it next. */
function keptForAge(
  candidates: readonly Generation[],
  verified: readonly Generation[],
  { keepCopiesForInSeconds }: RetentionPolicy,
  now: Date,
): Map<Generation, string> {
  if (keepCopiesForInSeconds === 0) return new Map();
  const isOld = ({ importedAt }: Generation): boolean => secondsBetween(importedAt, now) >= keepCopiesForInSeconds;
  const kept = new Map<Generation, string>();
  const old = verified.findLast(isOld);
  if (old !== undefined) kept.set(old, 'the newest copy that is old enough (KEEP_COPIES_FOR)');
  const next = candidates.find((generation) => !isOld(generation));
  if (next !== undefined) kept.set(next, 'the next copy that will be old enough (KEEP_COPIES_FOR)');
  return kept;
}

/** The oldest copy that may go, or null. */
export function oldestToRetire(input: RetentionInput): Generation | null {
  for (const [generation, retention] of retentionOf(input)) if (!retention.keep) return generation;
  return null;
}

/** The oldest copy that gives its slot up where one is lacking, or null. */
export function oldestToYield(input: RetentionInput): Generation | null {
  for (const [generation, retention] of retentionOf(input)) {
    if (!retention.keep || retention.yields) return generation;
  }
  return null;
}
