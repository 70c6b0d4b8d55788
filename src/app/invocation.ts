/** One run of a function. */
export interface Invocation {
  readonly operationId: string;
  /** Writes one line to the function's log. */
  readonly write: (level: 'info' | 'warn' | 'error', line: string) => void;
}

/** An invocation that takes longer than this stops by itself, well before the host would stop the process. */
export const INVOCATION_LIMIT_IN_MS = 8 * 60 * 1_000;
