import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemNow } from '../steerable-time.ts';
import type { FunctionMetadata } from './core-api.ts';
import { errorText, type HostLog } from './host-log.ts';
import type { FromWorker, InvocationOrder, Outcome, ToWorker, WorkerData } from './worker-messages.ts';

export interface AppWorkerOptions {
  /** The app's built entry file. */
  readonly appPath: string;
  /** Whether `advanceClock` moves the app's `Date`. */
  readonly steerableClock: boolean;
  readonly log: HostLog;
  /** Called once the worker has ended by itself too often to be started again. */
  readonly onGivenUp: (message: string) => void;
}

/** How often a worker may end by itself, and within what time, until the real host gives the app up. */
const CRASHES_TO_GIVE_UP = 3;
const CRASHES_WITHIN_IN_MS = 20_000;

const THREAD = resolve(import.meta.dirname, 'worker-thread.ts');

/**
 * The app in a thread of its own, which is started again where it dies or is told to: a crash or an endless loop of the app
 * costs what runs in it, and not the host.
 */
export class AppWorker {
  readonly #options: AppWorkerOptions;
  readonly #pending = new Map<string, (outcome: Outcome) => void>();
  readonly #crashes: number[] = [];
  /** Null while none runs. */
  #thread: Worker | null = null;
  #ready: Promise<Worker>;
  #functions: readonly FunctionMetadata[] = [];
  #isEnding = false;
  #clockAheadInSeconds = 0;
  /** Who waits for the clock of the thread to have been moved, by the number of the move. */
  readonly #moves = new Map<number, () => void>();
  #movesMade = 0;

  private constructor(options: AppWorkerOptions) {
    this.#options = options;
    this.#ready = this.#launch();
  }

  /** Resolves once the app is loaded; throws where it can't be. */
  static async start(options: AppWorkerOptions): Promise<AppWorker> {
    const worker = new AppWorker(options);
    await worker.#ready;
    return worker;
  }

  /** What the app registered. */
  get functions(): readonly FunctionMetadata[] {
    return this.#functions;
  }

  /** Resolves once there is a thread that takes invocations. */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /** Runs a function to its end, which the death of the worker is too. Never throws. */
  async invoke(order: InvocationOrder): Promise<Outcome> {
    try {
      const thread = await this.#ready;
      if (thread !== this.#thread) return { succeeded: false, error: 'the worker was ended' };
      return await new Promise<Outcome>((ended) => {
        this.#pending.set(order.invocationId, ended);
        post(thread, { kind: 'invoke', ...order });
      });
    } catch (error) {
      return { succeeded: false, error: errorText(error) };
    } finally {
      this.#pending.delete(order.invocationId);
    }
  }

  /** Resolves once the app's clock is there and what fell due by it has run, or died with the worker. */
  advanceClock(seconds: number): Promise<void> {
    this.#clockAheadInSeconds += seconds;
    const thread = this.#thread;
    if (thread === null) return Promise.resolve();
    const nth = (this.#movesMade += 1);
    return new Promise((moved) => {
      this.#moves.set(nth, moved);
      post(thread, { kind: 'advance-clock', seconds, nth });
    });
  }

  /** Ends the thread and whatever runs in it, and starts another. */
  restart(reason: string): void {
    const old = this.#thread;
    if (old === null) return;
    this.#relaunch(reason);
    void old.terminate();
  }

  /** Has the app's hooks run, and ends the thread. */
  async terminate(): Promise<void> {
    this.#isEnding = true;
    const thread = this.#thread;
    if (thread === null) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    post(thread, { kind: 'terminate' });
    await ended;
  }

  #launch(): Promise<Worker> {
    const { appPath, steerableClock } = this.#options;
    const data: WorkerData = { appPath, clockAheadInSeconds: steerableClock ? this.#clockAheadInSeconds : null };
    const thread = new Worker(THREAD, { workerData: data });
    this.#thread = thread;
    let cause = '';
    thread.on('error', (error) => (cause = `: ${errorText(error)}`));
    return new Promise((loaded, failed) => {
      thread.on('message', (message: FromWorker) => {
        if (message.kind === 'loaded') {
          this.#functions = message.functions;
          loaded(thread);
        } else if (message.kind === 'not-loaded') {
          this.#isEnding = true;
          failed(new Error(message.message));
        } else {
          this.#take(message);
        }
      });
      thread.once('exit', (code) => {
        const reason = `the worker ended by itself, with exit code ${code}${cause}`;
        failed(new Error(reason));
        if (this.#thread === thread) this.#crashed(reason);
      });
    });
  }

  #take(message: Exclude<FromWorker, { kind: 'loaded' | 'not-loaded' }>): void {
    const { log } = this.#options;
    if (message.kind === 'app-log') log.app(message.level, message.message);
    else if (message.kind === 'host-log') log.host(message.level, message.message);
    else if (message.kind === 'clock-advanced') this.#moved(message.nth);
    else this.#pending.get(message.invocationId)?.(message.outcome);
  }

  #crashed(reason: string): void {
    this.#thread = null;
    if (this.#isEnding) {
      this.#failAll(reason);
      return;
    }
    const now = systemNow();
    this.#crashes.push(now);
    if (this.#crashes.filter((time) => now - time <= CRASHES_WITHIN_IN_MS).length < CRASHES_TO_GIVE_UP) {
      this.#relaunch(reason);
      return;
    }
    this.#failAll(reason);
    this.#options.onGivenUp(`${reason}; that was the third time within ${CRASHES_WITHIN_IN_MS / 1000} s`);
  }

  #relaunch(reason: string): void {
    this.#options.log.host('error', `${reason}; it is started again`);
    this.#ready = this.#launch();
    // Whoever invokes next is told; nobody may be waiting.
    this.#ready.catch(() => undefined);
    this.#failAll(reason);
  }

  #failAll(reason: string): void {
    for (const ended of this.#pending.values()) ended({ succeeded: false, error: reason });
    for (const nth of this.#moves.keys()) this.#moved(nth);
  }

  #moved(nth: number): void {
    this.#moves.get(nth)?.();
    this.#moves.delete(nth);
  }
}

function post(thread: Worker, message: ToWorker): void {
  thread.postMessage(message);
}
