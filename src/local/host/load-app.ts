import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { CoreApi, ProgrammingModel, RegisteredFunction } from './core-api.ts';
import { Hooks } from './hooks.ts';
import { errorMessage, type HostLog } from './host-log.ts';

/** An app as it registered itself. */
export interface LoadedApp {
  readonly functions: readonly RegisteredFunction[];
  readonly model: ProgrammingModel;
  readonly hooks: Hooks;
}

type Load = (request: string, ...rest: unknown[]) => unknown;

/**
 * Loads an app's entry file the way the Functions worker does: `@azure/functions` in it finds the core module in
 * place and hands over its functions, hooks and programming model. Throws where the file is missing, fails to load,
 * or registers nothing.
 */
export async function loadApp(appPath: string, log: HostLog): Promise<LoadedApp> {
  const path = resolve(appPath);
  if (!existsSync(path)) throw new Error(`There is no app at ${path}. Build it first: npm run build.`);
  const functions: RegisteredFunction[] = [];
  const hooks = new Hooks();
  let model: ProgrammingModel | null = null;
  const core: CoreApi = {
    version: '3.13.0',
    hostVersion: '4.1043.0',
    registerFunction(metadata, callback) {
      functions.push({ metadata, callback });
      return {
        dispose: () => void functions.splice(0, functions.length, ...functions.filter((f) => f.callback !== callback)),
      };
    },
    registerHook: (name, callback) => hooks.register(name, callback),
    setProgrammingModel: (handedOver) => void (model = handedOver),
    log: (level, category, message) => {
      if (category === 'user') log.app(level, message);
      else log.host('debug', message);
    },
  };
  try {
    requireWith(core, path);
  } catch (error) {
    throw new Error(`The app at ${path} failed to load: ${errorMessage(error)}`, { cause: error });
  }
  // What was set inside the callback is not seen by the type checker.
  const handedOver = model as ProgrammingModel | null;
  if (handedOver === null || functions.length === 0) {
    throw new Error(
      `The app at ${path} registers no function: its entry file has to call app.timer, app.http, … of @azure/functions.`,
    );
  }
  await handedOver.getCapabilities({});
  await hooks.run('appStart', { hookData: {} });
  return { functions, model: handedOver, hooks };
}

/** Requires a file afresh, with the core module in place while it loads. */
function requireWith(core: CoreApi, path: string): void {
  const require = createRequire(path);
  Reflect.deleteProperty(require.cache, path);
  const loader = Module as unknown as { _load: Load };
  const original = loader._load;
  loader._load = (request, ...rest) =>
    request === '@azure/functions-core' ? core : original.call(Module, request, ...rest);
  try {
    require(path);
  } finally {
    loader._load = original;
  }
}
