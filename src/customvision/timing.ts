/** Clock, waiting and random numbers of the client: real ones in the app, a test's own in a test. */
export interface Timing {
  now(): Date;
  /** Resolves after the milliseconds; rejects soon after the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to, but not including, 1. */
  random(): number;
}
