import { randomBytes } from 'node:crypto';
import type { CoreInvocationContext, InvocationResponse, LogLevel, RegisteredFunction } from './core-api.ts';
import { errorText, type HostLog } from './host-log.ts';
import type { LoadedApp } from './load-app.ts';
import type { InvocationOrder } from './worker-messages.ts';

/** What hooks after an invocation see, and may change. */
interface AfterInvocation {
  readonly hookData: object;
  readonly invocationContext: unknown;
  readonly inputs: unknown[];
  result: unknown;
  error: Error | null;
}

/** Runs a function the way the real worker does, hooks included. Throws what the function throws. */
export async function runInvocation(app: LoadedApp, order: InvocationOrder, log: HostLog): Promise<InvocationResponse> {
  const target = app.functions.find(({ metadata }) => metadata.name === order.functionName);
  if (target === undefined) throw new Error(`the app has no function ${order.functionName}`);
  const { model: programmingModel, hooks } = app;
  const core = coreContext(app, target, order, log);
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

function coreContext(
  app: LoadedApp,
  { metadata }: RegisteredFunction,
  { invocationId, data, metadata: triggerMetadata }: InvocationOrder,
  log: HostLog,
): CoreInvocationContext {
  const trace = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return {
    invocationId,
    metadata,
    request: {
      invocationId,
      inputData: [{ name: triggerName(metadata), data }],
      triggerMetadata,
      traceContext: { traceParent: trace, traceState: '' },
    },
    state: undefined,
    log: (level, category, message) => writeLine(app, log, level, category, message),
  };
}

function writeLine(app: LoadedApp, log: HostLog, level: LogLevel, category: 'user' | 'system', message: string): void {
  const line = { hookData: {}, level, category, message };
  app.hooks.runSync('log', line);
  if (category === 'user') log.app(line.level, line.message);
  else log.host(level === 'warning' || level === 'error' ? level : 'debug', line.message);
}

/** The name of a function's trigger binding, which indexing has made sure of. */
function triggerName({ name, bindings }: RegisteredFunction['metadata']): string {
  const found = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (found === undefined) throw new Error(`${name} has no trigger`);
  return found[0];
}
