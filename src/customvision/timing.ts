/** Time and chance, as the client is given them: the app passes the real ones, a test passes its own. */
export interface Timing {
  now(): Date;
  /** Resolves after the milliseconds; rejects soon after the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to, but not including, 1. */
  random(): number;
}
