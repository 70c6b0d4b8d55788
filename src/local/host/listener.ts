import { delay } from './delay.ts';
import { errorMessage, type HostLog } from './host-log.ts';

/** One function's trigger at work. */
export interface Listener {
  /** Begins to listen. Throws where what it listens to does not answer; it may be called again then. */
  start(): Promise<void>;
  /** Starts nothing more; resolves once what was begun is finished and stored. */
  stop(): Promise<void>;
  /** Runs the function now, outside its trigger; `input` is what the trigger would have brought. */
  runNow(input: unknown): Promise<void>;
}

const RETRY_DELAY_IN_MS = 2000;

/**
 * Starts a listener, and goes on trying in the background where the first attempt fails: an app whose storage is away
 * still answers HTTP, and works again once the storage is back.
 */
export async function startListener(
  functionName: string,
  listener: Listener,
  log: HostLog,
  signal: AbortSignal,
): Promise<void> {
  if (await attempt(functionName, listener, log)) return;
  void (async () => {
    do await delay(RETRY_DELAY_IN_MS, signal);
    while (!signal.aborted && !(await attempt(functionName, listener, log)));
  })();
}

async function attempt(functionName: string, listener: Listener, log: HostLog): Promise<boolean> {
  try {
    await listener.start();
    return true;
  } catch (error) {
    log.host('error', `the trigger of ${functionName} cannot start, and is tried again: ${errorMessage(error)}`);
    return false;
  }
}
