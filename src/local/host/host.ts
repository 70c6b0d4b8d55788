import { answerAdmin, type AdminParts } from './admin.ts';
import { SteerableTime, systemNow } from '../steerable-time.ts';
import { findConnection, openBlobs, openQueues } from './connections.ts';
import { delay } from './delay.ts';
import { Drain } from './drain.ts';
import { InvalidFunctionTimeout, readHostJson, type HostOptions } from './host-json.ts';
import { errorMessage, type HostLog } from './host-log.ts';
import { serveHttp, serveUnavailable, type HttpListener } from './http-server.ts';
import { Invoker } from './invoker.ts';
import { startListener, type Listener } from './listener.ts';
import { QueueListener } from './queue-listener.ts';
import { isHomepageDisabled, type Settings } from './settings.ts';
import { TimerListener } from './timer-listener.ts';
import { blobTimerStatuses, type TimerStatusStore } from './timer-status.ts';
import { indexFunctions, type IndexedFunction } from './triggers.ts';
import { AppWorker } from './worker.ts';

export interface StartHostOptions {
  /** The app's built entry file. */
  readonly appPath: string;
  readonly hostJsonPath: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** What %NAME% and connections are looked up in; the app itself reads `process.env`. */
  readonly env: Settings;
  readonly log: HostLog;
  /** How long a queue message stays invisible after its host was killed: ten minutes in Azure. */
  readonly messageLockInSeconds: number;
  /** How long what runs may take to end once the host is stopped. */
  readonly graceInSeconds: number;
  /** Whether POST /admin/clock moves the app's clock, and functionTimeout, ahead; without it that endpoint is not there. */
  readonly steerableClock: boolean;
  /** `http`, or one function's name: the triggers of the others do not listen. Null for all. */
  readonly group: string | null;
  /** Called once the host can't go on; the caller has to end the process. */
  readonly onGivenUp: (message: string) => void;
}

export interface Host {
  readonly url: string;
  /** Takes nothing more, gives what runs its time to end, then stops. */
  stop(): Promise<void>;
}

/** From the first refusal of a queue to the end of the real host's process. */
const REFUSED_TO_ENDED_IN_MS = 4000;

/**
 * Runs a built function app as Azure would. Resolves once every trigger listens, or, where its storage does not
 * answer, is being tried again. Throws where host.json is bad, the app does not load or the port is taken.
 */
export async function startHost(options: StartHostOptions): Promise<Host> {
  const { appPath, steerableClock, log, onGivenUp } = options;
  const hostOptions = readOptions(options);
  if (hostOptions === null) {
    const server = await serveUnavailable(options);
    return { url: server.url, stop: () => stopServer(server) };
  }
  const worker = await AppWorker.start({ appPath, steerableClock, log, onGivenUp });
  return run(options, hostOptions, worker);
}

/** Null where the host has to answer that it is unavailable. */
function readOptions({ hostJsonPath, log }: StartHostOptions): HostOptions | null {
  try {
    return readHostJson(hostJsonPath);
  } catch (error) {
    if (!(error instanceof InvalidFunctionTimeout)) throw error;
    log.host('error', `${error.message}\nUntil that is mended, everything is answered with 503.`);
    return null;
  }
}

async function run(options: StartHostOptions, hostOptions: HostOptions, worker: AppWorker): Promise<Host> {
  const { env, log, group } = options;
  const { indexed, problems, disabled } = indexFunctions(worker.functions, env);
  for (const { functionName, message } of problems) {
    log.host('error', `the function ${functionName} is in error and does not run: ${message}`);
  }
  for (const name of disabled) log.host('warning', `the function ${name} is switched off by a setting`);
  const { functionTimeoutInSeconds, routePrefix } = hostOptions;
  const time = new SteerableTime();
  const invoker = new Invoker({ worker, log, time, functionTimeoutInSeconds });
  const hostId = (env['WEBSITE_SITE_NAME'] ?? 'local').toLowerCase().slice(0, 32);
  const statuses = await openStatuses(indexed, hostId, env, log);
  const onRefused = endOnce(options);
  const triggers = indexed.map((one) => ({
    name: one.metadata.name,
    listener: makeListener(one, { options, hostOptions, invoker, statuses, onRefused }),
    listens: isInGroup(one, group) && !disabled.includes(one.metadata.name),
  }));
  const listening = triggers.flatMap(({ name, listener, listens }) =>
    listener !== null && listens ? [{ name, listener }] : [],
  );
  const drain = new Drain({ listeners: listening.map(({ listener }) => listener), invoker, log });
  const listeners = new Map(triggers.map(({ name, listener }) => [name.toLowerCase(), listener]));
  const clock = options.steerableClock ? appClock(worker, time) : null;
  const admin = { listeners, problems, drain, clock, hostId, startedAt: systemNow() };
  const isOn = (name: string) => !disabled.includes(name);
  const server = await serveHttp({
    port: options.port,
    routePrefix,
    functions: httpFunctions(
      indexed.filter(({ metadata }) => isOn(metadata.name)),
      invoker,
    ),
    admin: (request) => answerAdmin(admin, request),
    homepage: !isHomepageDisabled(env),
    log,
  });
  const stopping = new AbortController();
  await Promise.all(listening.map(({ name, listener }) => startListener(name, listener, log, stopping.signal)));
  let stopped: Promise<void> | null = null;
  return {
    url: server.url,
    stop() {
      stopping.abort();
      return (stopped ??= stopAll({ worker, invoker, server, drain, log, graceInSeconds: options.graceInSeconds }));
    },
  };
}

/** The app's `Date`, and what the host judges the app's invocations by: moved together. */
function appClock(worker: AppWorker, time: SteerableTime): NonNullable<AdminParts['clock']> {
  return {
    get aheadInSeconds() {
      return time.aheadInMs / 1000;
    },
    async advance(seconds) {
      // The limits are looked at without waiting for the app, which may be what hangs.
      await Promise.all([worker.advanceClock(seconds), time.advance(seconds * 1000)]);
    },
  };
}

/** In Azure each function has instances of its own, but for those with an HTTP trigger, which share theirs. */
function isInGroup({ kind, metadata }: IndexedFunction, group: string | null): boolean {
  if (group === null) return true;
  return group.toLowerCase() === (kind === 'http' ? 'http' : metadata.name.toLowerCase());
}

/** Ends the host some time after the first refusal, as the real one. */
function endOnce({ log, onGivenUp }: StartHostOptions): (reason: string) => void {
  let isTold = false;
  return (reason) => {
    if (isTold) return;
    isTold = true;
    log.host('error', `${reason}; the host ends`);
    setTimeout(() => onGivenUp(reason), REFUSED_TO_ENDED_IN_MS).unref();
  };
}

interface Parts {
  readonly options: StartHostOptions;
  readonly hostOptions: HostOptions;
  readonly invoker: Invoker;
  readonly statuses: TimerStatusStore | null;
  readonly onRefused: (reason: string) => void;
}

function makeListener(indexed: IndexedFunction, parts: Parts): Listener | null {
  const { options, hostOptions, invoker, statuses, onRefused } = parts;
  const { log, messageLockInSeconds } = options;
  const { metadata: target } = indexed;
  const functionName = target.name;
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
        onRefused,
        log,
      });
    case 'http':
      return null;
  }
}

function httpFunctions(indexed: readonly IndexedFunction[], invoker: Invoker) {
  return indexed.flatMap((one) => {
    if (one.kind !== 'http') return [];
    const { route, methods, metadata } = one;
    return [{ route, methods, invoke: (input: Parameters<Invoker['invoke']>[1]) => invoker.invoke(metadata, input) }];
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
  readonly worker: AppWorker;
  readonly invoker: Invoker;
  readonly server: HttpListener;
  readonly drain: Drain;
  readonly log: HostLog;
  readonly graceInSeconds: number;
}

async function stopServer(server: HttpListener): Promise<void> {
  const stopped = server.stop();
  server.close();
  await stopped;
}

async function stopAll({ worker, invoker, server, drain, log, graceInSeconds }: StopParts): Promise<void> {
  const settled = Promise.all([server.stop(), invoker.idle(), drain.begin()]);
  const grace = new AbortController();
  await Promise.race([settled, delay(graceInSeconds * 1000, grace.signal)]);
  grace.abort();
  if (invoker.running > 0) log.host('warning', `stopped while ${invoker.running} invocations were running`);
  server.close();
  await worker.terminate();
}
