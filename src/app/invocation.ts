import { ReplicationFailure } from '../core/facts/failure.ts';
import { deadlineSignal } from '../deadline.ts';

/** One run of a function. */
export interface Invocation {
  readonly operationId: string;
  /** Writes one line to the function's log. */
  readonly write: (level: 'info' | 'warn' | 'error', line: string) => void;
}

/** An invocation that takes longer than this stops by itself, well before the host would stop the process. */
const INVOCATION_LIMIT_IN_MS = 8 * 60 * 1_000;

/** Aborts with the failure `INVOCATION_TOO_LONG` where the invocation that begins now takes longer than it may. */
export function invocationLimit(limitInMs = INVOCATION_LIMIT_IN_MS): AbortSignal {
  const late = () =>
    new ReplicationFailure(`The invocation was ended after ${limitInMs / 1_000} s, before its work was done.`, {
      class: 'transient',
      code: 'INVOCATION_TOO_LONG',
      hint: 'Each step is stored, and the next message or sweep goes on from there. If it comes back, see which calls are slow: the workbook shows them under “Calls and throttling”.',
    });
  return deadlineSignal(limitInMs, late);
}
