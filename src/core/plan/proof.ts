import { secondsSince } from '../facts/time.ts';
import type { Limits } from './policy.ts';
import type { Generation, ReplicaRecord } from '../facts/record.ts';
import type { LabelEdits } from '../facts/sweep-state.ts';

/** The first 8 hex digits of an id as a number from 0 to 1, so that copies made together are not read together. */
function shareOf(id: string): number {
  const digits = Number.parseInt(id.slice(0, 8), 16);
  return Number.isNaN(digits) ? 0 : digits / 0xffff_ffff;
}

/** Whether a copy's labels are due to be read again. */
export function proofIsDue(generation: Generation, { proofInSeconds }: Limits, now: Date): boolean {
  if (generation.verifiedAt === null) return false;
  const { earliest, latest } = proofInSeconds;
  const after = earliest + shareOf(generation.replicaProjectId) * (latest - earliest);
  return secondsSince(generation.verifiedAt, now) > after;
}

/**
 * Whether the source's labels are to be read although nothing hints at an edit. Where the service is not known to move
 * `lastModified` with one, they are once in each half of the objective, at a moment of the project's own, so that what
 * a failover would lose stays within the objective.
 */
export function labelsAreDue(
  { sourceProjectId, labelsSeenAt }: Pick<ReplicaRecord, 'sourceProjectId' | 'labelsSeenAt'>,
  labelEdits: LabelEdits,
  objectiveInSeconds: number,
  now: Date,
): boolean {
  if (labelEdits === 'moves') return false;
  const every = objectiveInSeconds / 2;
  if (labelsSeenAt === null || secondsSince(labelsSeenAt, now) >= every) return true;
  const share = shareOf(sourceProjectId) * every;
  const periodOf = (time: number): number => Math.floor((time / 1_000 - share) / every);
  return periodOf(now.getTime()) > periodOf(Date.parse(labelsSeenAt));
}
