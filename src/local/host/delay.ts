import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, or ends early (and quietly) when the signal aborts. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}
