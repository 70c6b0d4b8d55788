/** One run of a function. */
export interface Invocation {
  readonly operationId: string;
  /** Writes one line to the function's log. */
  readonly write: (level: 'info' | 'warn' | 'error', line: string) => void;
}
