import { ReplicationFailure } from '../core/facts/failure.ts';
import { within } from '../deadline.ts';

/**
 * How long a request waits for storage, in all. Who asks has a limit of their own, and is better told than left waiting. Years
 * of history are more to read than how things stand.
 */
export const ANSWER_LIMITS = { healthInMs: 2_000, readingInMs: 5_000, historyInMs: 60_000 } as const;

/** Reads from storage within a limit for all of it together. Throws `STORAGE_UNREACHABLE` where that takes longer than the limit. */
export function inTime<T>(limitInMs: number, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = () =>
    new ReplicationFailure(`Azure Storage did not answer within ${limitInMs / 1_000} s.`, {
      class: 'transient',
      code: 'STORAGE_UNREACHABLE',
      hint:
        'Ask again in a minute. If it stays so, see in the portal whether the storage account of REPLICATOR_STORAGE is ' +
        'available, and whether its network rules let the app in.',
    });
  return within(limitInMs, undefined, late, read);
}
