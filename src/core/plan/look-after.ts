import type { Generation, Snapshot } from '../facts/record.ts';
import { changesBySomebody, diverged, targetBlocker } from './blockers.ts';
import { labelsReadAt } from './in-sync.ts';
import { proofIsDue } from './proof.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';

/**
 * The target's list, before anything is said of copies: on a target that is not ours they look lost, and are not. Null
 * where they may be looked after.
 *
 * @param isFollowed whether copies are wanted; a project that asks for none is not parked for a fault of the target
 */
export function lookAtTargetFirst({ record, observed }: PlanInput, isFollowed: boolean): Plan | null {
  if (observed.targetProjects === undefined) return look('target-projects');
  const blocker = targetBlocker(record, observed);
  if (blocker === null) return null;
  if (isFollowed) return { kind: 'blocked', blocker };
  return { kind: 'settled', as: 'behind', reason: blocker.message, source: null };
}

/** Which labels of the copy in use are read: all where that is due, and where the service hints at a change. */
export function labelsToRead(
  { observed, policy, now }: PlanInput,
  current: Generation,
): { readonly full: boolean; readonly reads: boolean; readonly lastModified: string | null } {
  const full = proofIsDue(current, policy.limits, now);
  // Swapped labels change no count.
  const lastModified = observed.replica?.project.lastModified ?? null;
  return { full, reads: full || lastModified !== current.lastModified, lastModified };
}

/**
 * Whether the copy in use is as we left it; null where it is, by all that is due to be read.
 *
 * @param source the source as it was just seen; null where there is none, or none is followed
 */
export function checkCopy(input: PlanInput, current: Generation, source: Snapshot | null): Plan | null {
  const { replica, replicaContent } = input.observed;
  if (replica === undefined) return look('replica');
  if (replica === null) return step({ do: 'forget', generation: current, because: 'gone' });
  const changes = changesBySomebody(current, replica, replicaContent ?? null);
  if (changes.length > 0) return { kind: 'blocked', blocker: diverged(current, changes, source) };
  if (labelsToRead(input, current).reads && replicaContent === undefined) return look('replica-content');
  if (replicaContent === null) return step({ do: 'forget', generation: current, because: 'gone' });
  return null;
}

/**
 * What the labels that were read have shown, noted before anything else is done: what comes next need not read all of them
 * again. Null where nothing was read that is not noted.
 */
export function proveCopy(input: PlanInput, current: Generation): Plan | null {
  const { full, reads, lastModified } = labelsToRead(input, current);
  const labelsSeenAt = labelsReadAt(input.observed);
  const isNews = labelsSeenAt !== null && labelsSeenAt !== input.record.labelsSeenAt;
  return reads || isNews ? step({ do: 'note-proof', generation: current, lastModified, full, labelsSeenAt }) : null;
}
