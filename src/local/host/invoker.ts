import { randomBytes, randomUUID } from 'node:crypto';
import { systemNow } from './clock.ts';
import type { CoreInvocationContext, InvocationResponse, LogLevel, RegisteredFunction, TypedData } from './core-api.ts';
import { errorText, type HostLog } from './host-log.ts';
import type { LoadedApp } from './load-app.ts';

export interface InvokerOptions {
  readonly app: LoadedApp;
  readonly log: HostLog;
  /** Null for no limit. */
  readonly functionTimeoutInSeconds: number | null;
  /** Called when an invocation takes longer than that; nothing in a Node process can stop it. */
  readonly onTimeout: (message: string) => void;
}

export type Outcome =
  | { readonly succeeded: true; readonly response: InvocationResponse }
  | { readonly succeeded: false; readonly error: unknown };

/** What hooks after an invocation see, and may change. */
interface AfterInvocation {
  readonly hookData: object;
  readonly invocationContext: unknown;
  readonly inputs: unknown[];
  result: unknown;
  error: Error | null;
}

/** Runs functions the way the worker does, hooks included, and keeps count of those that run. */
export class Invoker {
  readonly #options: InvokerOptions;
  readonly #running = new Set<Promise<Outcome>>();

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /** One invocation, to its end. It never throws: a failure is logged, and is the outcome. */
  invoke(target: RegisteredFunction, data: TypedData, metadata: Record<string, TypedData> = {}): Promise<Outcome> {
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

  async #invoke(target: RegisteredFunction, data: TypedData, metadata: Record<string, TypedData>): Promise<Outcome> {
    const { log } = this.#options;
    const { name } = target.metadata;
    const invocationId = randomUUID();
    const startedAt = systemNow();
    log.host('debug', `${name} begins (${invocationId})`);
    const deadline = this.#deadline(name);
    try {
      const response = await this.#run(target, invocationId, data, metadata);
      log.host('debug', `${name} succeeded after ${systemNow() - startedAt} ms (${invocationId})`);
      return { succeeded: true, response };
    } catch (error) {
      log.host('error', `${name} failed after ${systemNow() - startedAt} ms (${invocationId}): ${errorText(error)}`);
      return { succeeded: false, error };
    } finally {
      clearTimeout(deadline);
    }
  }

  #deadline(name: string): NodeJS.Timeout | undefined {
    const { functionTimeoutInSeconds, onTimeout } = this.#options;
    if (functionTimeoutInSeconds === null) return undefined;
    const message = `${name} ran for more than the ${functionTimeoutInSeconds} s that functionTimeout in host.json allows`;
    return setTimeout(() => onTimeout(message), functionTimeoutInSeconds * 1000);
  }

  async #run(
    target: RegisteredFunction,
    invocationId: string,
    data: TypedData,
    metadata: Record<string, TypedData>,
  ): Promise<InvocationResponse> {
    const { model: programmingModel, hooks } = this.#options.app;
    const core = this.#coreContext(target, invocationId, data, metadata);
    const model = await programmingModel.getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    const hookData = {};
    const before = { hookData, invocationContext: context, inputs, functionCallback: target.callback };
    core.state = 'preInvocationHooks';
    await hooks.run('preInvocation', before);

    const after: AfterInvocation = {
      hookData,
      invocationContext: context,
      inputs: before.inputs,
      result: null,
      error: null,
    };
    core.state = 'invocation';
    try {
      after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error instanceof Error ? error : new Error(`it threw ${errorText(error)}`);
    }
    // A hook may change either: it may make a failure of a success, and the other way round.
    core.state = 'postInvocationHooks';
    await hooks.run('postInvocation', after);
    core.state = undefined;
    if (after.error !== null) throw after.error;
    return model.getResponse(context, after.result);
  }

  #coreContext(
    target: RegisteredFunction,
    invocationId: string,
    data: TypedData,
    triggerMetadata: Record<string, TypedData>,
  ): CoreInvocationContext {
    const trace = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
    return {
      invocationId,
      metadata: target.metadata,
      request: {
        invocationId,
        inputData: [{ name: triggerName(target), data }],
        triggerMetadata,
        traceContext: { traceParent: trace, traceState: '' },
      },
      state: undefined,
      log: (level, category, message) => this.#log(level, category, message),
    };
  }

  #log(level: LogLevel, category: 'user' | 'system', message: string): void {
    const { app, log } = this.#options;
    const line = { hookData: {}, level, category, message };
    app.hooks.runSync('log', line);
    if (category === 'user') log.app(line.level, line.message);
    else log.host(level === 'warning' || level === 'error' ? level : 'debug', line.message);
  }
}

/** The name of a function's trigger binding, which indexing has made sure of. */
function triggerName(target: RegisteredFunction): string {
  const found = Object.entries(target.metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (found === undefined) throw new Error(`${target.metadata.name} has no trigger`);
  return found[0];
}
