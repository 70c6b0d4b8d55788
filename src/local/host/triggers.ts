import type { RegisteredFunction } from './core-api.ts';
import { findConnection, type Connection } from './connections.ts';
import { errorMessage } from './host-log.ts';
import { parseRoute, type Route } from './route.ts';
import { parseSchedule, type Schedule } from './schedule.ts';
import { resolveSettings, type Settings } from './settings.ts';

/** A function and the trigger that was made of its registration. */
export type IndexedFunction = { readonly function: RegisteredFunction } & (
  | {
      readonly kind: 'timer';
      readonly schedule: Schedule;
      readonly runOnStartup: boolean;
      readonly useMonitor: boolean;
    }
  | { readonly kind: 'queue'; readonly queueName: string; readonly connection: Connection }
  | { readonly kind: 'http'; readonly route: Route; readonly methods: readonly string[] }
);

/** Why a function cannot run. As in Azure it stays out, and the others work. */
export interface IndexingProblem {
  readonly functionName: string;
  readonly message: string;
}

/** Makes the triggers of what an app registered, with every %NAME% resolved. */
export function indexFunctions(
  functions: readonly RegisteredFunction[],
  settings: Settings,
): { indexed: IndexedFunction[]; problems: IndexingProblem[] } {
  const indexed: IndexedFunction[] = [];
  const problems: IndexingProblem[] = [];
  for (const registered of functions) {
    const functionName = registered.metadata.name;
    try {
      if (indexed.some((other) => sameName(other.function.metadata.name, functionName))) {
        throw new Error('another function has the same name');
      }
      indexed.push(indexFunction(registered, settings));
    } catch (error) {
      problems.push({ functionName, message: errorMessage(error) });
    }
  }
  return { indexed, problems };
}

function indexFunction(registered: RegisteredFunction, settings: Settings): IndexedFunction {
  const bindings = Object.values(registered.metadata.bindings);
  const [trigger, ...others] = [...bindings].sort((one, other) => Number(isTrigger(other)) - Number(isTrigger(one)));
  if (trigger === undefined || !isTrigger(trigger)) throw new Error('it has no trigger');
  const unsupported = others.find((binding) => binding.type !== 'http');
  if (unsupported !== undefined) throw new Error(`this host has no binding of type '${unsupported.type}'`);
  if (registered.metadata.retryOptions !== undefined) throw new Error('this host knows no retry policy');
  const text = (option: string) => {
    const value = trigger[option];
    return typeof value === 'string' && value !== '' ? resolveSettings(value, settings) : null;
  };
  switch (trigger.type.toLowerCase()) {
    case 'timertrigger': {
      const schedule = parseSchedule(text('schedule') ?? '');
      const { runOnStartup, useMonitor } = trigger;
      return {
        kind: 'timer',
        function: registered,
        schedule,
        runOnStartup: runOnStartup === true,
        useMonitor: useMonitor !== false,
      };
    }
    case 'queuetrigger':
      return { kind: 'queue', function: registered, ...queueTrigger(text, settings) };
    case 'httptrigger': {
      const methods = Array.isArray(trigger['methods'])
        ? trigger['methods'].map((method) => String(method).toUpperCase())
        : [];
      return {
        kind: 'http',
        function: registered,
        route: parseRoute(text('route') ?? registered.metadata.name),
        methods,
      };
    }
    default:
      throw new Error(`this host has no trigger of type '${trigger.type}'`);
  }
}

function queueTrigger(text: (option: string) => string | null, settings: Settings) {
  const queueName = text('queueName');
  if (queueName === null) throw new Error('its queue trigger names no queue');
  if (!/^[a-z0-9](-?[a-z0-9])+$/.test(queueName) || queueName.length < 3 || queueName.length > 63) {
    throw new Error(
      `'${queueName}' is not a queue name: expected 3 to 63 lower-case letters, digits and single hyphens`,
    );
  }
  const name = text('connection') ?? 'AzureWebJobsStorage';
  const connection = findConnection(name, settings);
  if (connection === null) {
    throw new Error(
      `its connection '${name}' is not set: set ${name} to a connection string, or ${name}__queueServiceUri`,
    );
  }
  return { queueName, connection };
}

function isTrigger(binding: { readonly type: string }): boolean {
  return /trigger$/i.test(binding.type);
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
