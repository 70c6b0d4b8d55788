import { parentPort, workerData } from 'node:worker_threads';
import { SteerableClock } from './clock.ts';
import { errorMessage, errorText, type HostLog } from './host-log.ts';
import { loadApp, type LoadedApp } from './load-app.ts';
import { runInvocation } from './run-invocation.ts';
import type { FromWorker, InvocationOrder, Outcome, ToWorker, WorkerData } from './worker-messages.ts';

/** The worker: a thread that loads the app and runs its functions, as the host tells it to. */

const { appPath, clockAheadInSeconds } = workerData as WorkerData;
const clock = clockAheadInSeconds === null ? null : new SteerableClock();
await clock?.advance(clockAheadInSeconds ?? 0);

const log: HostLog = {
  app: (level, message) => tell({ kind: 'app-log', level, message }),
  host: (level, message) => tell({ kind: 'host-log', level, message }),
};

try {
  const app = await loadApp(appPath, log);
  parentPort?.on('message', (message: ToWorker) => {
    if (message.kind === 'advance-clock') void advanceClock(message.seconds, message.nth);
    else if (message.kind === 'terminate') void terminate(app);
    else void invoke(app, message);
  });
  tell({ kind: 'loaded', functions: app.functions.map(({ metadata }) => plain(metadata)) });
} catch (error) {
  tell({ kind: 'not-loaded', message: errorMessage(error) });
}

async function invoke(app: LoadedApp, order: InvocationOrder): Promise<void> {
  tell({ kind: 'ended', invocationId: order.invocationId, outcome: await outcomeOf(app, order) });
}

async function outcomeOf(app: LoadedApp, order: InvocationOrder): Promise<Outcome> {
  try {
    const { returnValue } = await runInvocation(app, order, log);
    return { succeeded: true, response: returnValue == null ? {} : { returnValue: cloneable(returnValue) } };
  } catch (error) {
    return { succeeded: false, error: errorText(error) };
  }
}

async function advanceClock(seconds: number, nth: number): Promise<void> {
  await clock?.advance(seconds);
  tell({ kind: 'clock-advanced', nth });
}

async function terminate(app: LoadedApp): Promise<void> {
  await app.hooks.run('appTerminate', { hookData: {} });
  // The thread ends once nothing holds it; what the app left running must not.
  process.exit(0);
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}

/** Bindings are JSON: the real worker hands them to its host as text. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Bytes as they are, without the pool that a short buffer is cut from. */
function cloneable<T>(value: T): T {
  return structuredClone(value);
}
