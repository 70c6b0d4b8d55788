import { randomUUID } from 'node:crypto';
import type { SteerableTime } from '../steerable-time.ts';
import type { FunctionMetadata, TypedData } from './core-api.ts';
import type { HostLog } from './host-log.ts';
import type { AppWorker } from './worker.ts';
import type { Outcome } from './worker-messages.ts';

export interface InvokerOptions {
  readonly worker: AppWorker;
  readonly log: HostLog;
  /** What the length of an invocation, and its limit, go by: the time that the app sees. */
  readonly time: SteerableTime;
  /** Null for no limit. An invocation beyond it has the worker started again: nothing else stops it. */
  readonly functionTimeoutInSeconds: number | null;
}

/** Has functions run by the worker, and keeps count of those that run. */
export class Invoker {
  readonly #options: InvokerOptions;
  readonly #running = new Set<Promise<Outcome>>();

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /** One invocation, to its end. It never throws: a failure is logged, and is the outcome. */
  invoke(target: FunctionMetadata, data: TypedData, metadata: Record<string, TypedData> = {}): Promise<Outcome> {
    const invocation = this.#invoke(target, data, metadata).finally(() => this.#running.delete(invocation));
    this.#running.add(invocation);
    return invocation;
  }

  /** How many invocations run. */
  get running(): number {
    return this.#running.size;
  }

  /** Resolves once nothing runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #invoke({ name }: FunctionMetadata, data: TypedData, metadata: Record<string, TypedData>): Promise<Outcome> {
    const { log, worker, time } = this.#options;
    const invocationId = randomUUID();
    const startedAt = time.now();
    log.host('debug', `${name} begins (${invocationId})`);
    await worker.ready().catch(() => undefined);
    const cancelDeadline = this.#deadline(name);
    const outcome = await worker.invoke({ invocationId, functionName: name, data, metadata });
    cancelDeadline();
    const took = `after ${Math.round(time.now() - startedAt)} ms (${invocationId})`;
    if (outcome.succeeded) log.host('debug', `${name} succeeded ${took}`);
    else log.host('error', `${name} failed ${took}: ${outcome.error}`);
    return outcome;
  }

  /** The answer takes it off again. */
  #deadline(name: string): () => void {
    const { functionTimeoutInSeconds, worker, time } = this.#options;
    if (functionTimeoutInSeconds === null) return () => undefined;
    const reason = `${name} ran for more than the ${functionTimeoutInSeconds} s that functionTimeout in host.json allows`;
    return time.schedule(functionTimeoutInSeconds * 1000, () => worker.restart(`${reason}, and the worker was ended`));
  }
}
