import { answerAdmin } from './admin.ts';
import { systemNow, type SteerableClock } from './clock.ts';
import { findConnection, openBlobs, openQueues } from './connections.ts';
import type { FunctionMetadata } from './core-api.ts';
import { delay } from './delay.ts';
import { readHostJson, type HostOptions } from './host-json.ts';
import { errorMessage, type HostLog } from './host-log.ts';
import { serveHttp, type HttpListener } from './http-server.ts';
import { Invoker } from './invoker.ts';
import { startListener, type Listener } from './listener.ts';
import { loadApp, type LoadedApp } from './load-app.ts';
import { QueueListener } from './queue-listener.ts';
import type { Settings } from './settings.ts';
import { TimerListener } from './timer-listener.ts';
import { blobTimerStatuses, type TimerStatusStore } from './timer-status.ts';
import { indexFunctions, type IndexedFunction, type IndexingProblem } from './triggers.ts';

export interface StartHostOptions {
  /** The app's built entry file. */
  readonly appPath: string;
  readonly hostJsonPath: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** What %NAME% and connections are looked up in; the app itself reads `process.env`. */
  readonly env: Settings;
  readonly log: HostLog;
  /** How long a queue message stays invisible after its host was killed: ten minutes, as in Azure. */
  readonly messageLockInSeconds?: number;
  /** What POST /admin/clock moves ahead; without it that endpoint is not there. */
  readonly clock?: SteerableClock;
  /** Called once an invocation exceeds functionTimeout; the caller has to end the process. */
  readonly onTimeout: (message: string) => void;
}

export interface Host {
  readonly url: string;
  /** Every function that the app registered, those in error included. */
  readonly registrations: readonly FunctionMetadata[];
  readonly problems: readonly IndexingProblem[];
  /** Takes nothing more, gives what runs about four seconds to end, then stops. */
  stop(): Promise<void>;
}

const TEN_MINUTES_IN_SECONDS = 600;
const GRACE_IN_MS = 4000;

/**
 * Runs a built function app as Azure would. Resolves once every trigger listens, or, where its storage does not
 * answer, is being tried again. Throws where host.json is bad, the app does not load or the port is taken.
 */
export async function startHost(options: StartHostOptions): Promise<Host> {
  const { env, log } = options;
  const hostOptions = readHostJson(options.hostJsonPath);
  const app = await loadApp(options.appPath, log);
  const { indexed, problems } = indexFunctions(app.functions, env);
  for (const { functionName, message } of problems) {
    log.host('error', `the function ${functionName} is in error and does not run: ${message}`);
  }
  const { functionTimeoutInSeconds } = hostOptions;
  const invoker = new Invoker({ app, log, functionTimeoutInSeconds, onTimeout: options.onTimeout });
  const hostId = (env['WEBSITE_SITE_NAME'] ?? 'local').toLowerCase().slice(0, 32);
  const statuses = await openStatuses(indexed, hostId, env, log);
  const listeners = new Map<string, Listener | null>();
  for (const one of indexed) {
    const name = one.function.metadata.name.toLowerCase();
    listeners.set(name, makeListener(one, { options, hostOptions, invoker, statuses }));
  }
  const admin = { listeners, problems, clock: options.clock ?? null, hostId, startedAt: systemNow() };
  const server = await serveHttp({
    port: options.port,
    routePrefix: hostOptions.routePrefix,
    functions: httpFunctions(indexed, invoker),
    admin: (method, path, body) => answerAdmin(admin, method, path, body),
    log,
  });
  const stopping = new AbortController();
  const triggers = [...listeners].flatMap(([name, listener]) => (listener === null ? [] : [{ name, listener }]));
  await Promise.all(triggers.map(({ name, listener }) => startListener(name, listener, log, stopping.signal)));
  let stopped: Promise<void> | null = null;
  const parts = { app, invoker, server, log, listeners: triggers.map(({ listener }) => listener) };
  return {
    url: server.url,
    registrations: app.functions.map(({ metadata }) => metadata),
    problems,
    stop() {
      stopping.abort();
      return (stopped ??= stopAll(parts));
    },
  };
}

interface Parts {
  readonly options: StartHostOptions;
  readonly hostOptions: HostOptions;
  readonly invoker: Invoker;
  readonly statuses: TimerStatusStore | null;
}

function makeListener(indexed: IndexedFunction, { options, hostOptions, invoker, statuses }: Parts): Listener | null {
  const { log, messageLockInSeconds = TEN_MINUTES_IN_SECONDS } = options;
  const { function: target } = indexed;
  const functionName = target.metadata.name;
  switch (indexed.kind) {
    case 'timer':
      return new TimerListener({
        functionName,
        schedule: indexed.schedule,
        runOnStartup: indexed.runOnStartup,
        statuses: indexed.useMonitor ? statuses : null,
        invoke: async (input) => {
          await invoker.invoke(target, input);
        },
        log,
      });
    case 'queue':
      return new QueueListener({
        functionName,
        queueName: indexed.queueName,
        open: () => openQueues(indexed.connection),
        queues: hostOptions.queues,
        messageLockInSeconds,
        invoke: async (input, metadata) => (await invoker.invoke(target, input, metadata)).succeeded,
        log,
      });
    case 'http':
      return null;
  }
}

function httpFunctions(indexed: readonly IndexedFunction[], invoker: Invoker) {
  return indexed.flatMap((one) => {
    if (one.kind !== 'http') return [];
    const { route, methods, function: target } = one;
    return [{ route, methods, invoke: (input: Parameters<Invoker['invoke']>[1]) => invoker.invoke(target, input) }];
  });
}

/**
 * Where timers are remembered: the host's own storage, AzureWebJobsStorage. A machine that has only the app's own
 * (REPLICATOR_STORAGE) uses that, so that one setting is enough there.
 */
async function openStatuses(
  indexed: readonly IndexedFunction[],
  hostId: string,
  env: Settings,
  log: HostLog,
): Promise<TimerStatusStore | null> {
  if (!indexed.some(({ kind }) => kind === 'timer')) return null;
  const forgotten = 'timers run, but an occurrence missed while the host is down is not caught up on';
  try {
    const connection = findConnection('AzureWebJobsStorage', env) ?? findConnection('REPLICATOR_STORAGE', env);
    if (connection !== null) return blobTimerStatuses(await openBlobs(connection), hostId);
    log.host('warning', `AzureWebJobsStorage is not set: ${forgotten}`);
  } catch (error) {
    log.host('error', `${errorMessage(error)} Until then ${forgotten}`);
  }
  return null;
}

interface StopParts {
  readonly app: LoadedApp;
  readonly invoker: Invoker;
  readonly server: HttpListener;
  readonly listeners: readonly Listener[];
  readonly log: HostLog;
}

async function stopAll({ app, invoker, server, listeners, log }: StopParts): Promise<void> {
  const settled = Promise.all([server.stop(), invoker.idle(), ...listeners.map((listener) => listener.stop())]);
  const grace = new AbortController();
  await Promise.race([settled, delay(GRACE_IN_MS, grace.signal)]);
  grace.abort();
  if (invoker.running > 0) log.host('warning', `stopped while ${invoker.running} invocations were running`);
  server.close();
  await app.hooks.run('appTerminate', { hookData: {} });
}
