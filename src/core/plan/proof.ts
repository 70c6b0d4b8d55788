import { secondsSince } from '../facts/time.ts';
import type { Limits } from './policy.ts';
import type { Generation } from '../facts/record.ts';

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
