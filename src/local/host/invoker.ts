import { randomUUID } from 'node:crypto';
import { systemNow } from './clock.ts';
import type { FunctionMetadata, TypedData } from './core-api.ts';
import type { HostLog } from './host-log.ts';
import type { AppWorker } from './worker.ts';
import type { Outcome } from './worker-messages.ts';

export interface InvokerOptions {
  readonly worker: AppWorker;
  readonly log: HostLog;
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
    const { log, worker } = this.#options;
    const invocationId = randomUUID();
    const startedAt = systemNow();
    log.host('debug', `${name} begins (${invocationId})`);
    await worker.ready().catch(() => undefined);
    const deadline = this.#deadline(name);
    const outcome = await worker.invoke({ invocationId, functionName: name, data, metadata });
    clearTimeout(deadline);
    const took = `after ${systemNow() - startedAt} ms (${invocationId})`;
    if (outcome.succeeded) log.host('debug', `${name} succeeded ${took}`);
    else log.host('error', `${name} failed ${took}: ${outcome.error}`);
    return outcome;
  }

  #deadline(name: string): NodeJS.Timeout | undefined {
    const { functionTimeoutInSeconds, worker } = this.#options;
    if (functionTimeoutInSeconds === null) return undefined;
    const reason = `${name} ran for more than the ${functionTimeoutInSeconds} s that functionTimeout in host.json allows`;
    return setTimeout(() => worker.restart(`${reason}, and the worker was ended`), functionTimeoutInSeconds * 1000);
  }
}
