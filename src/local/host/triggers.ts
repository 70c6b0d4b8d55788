import type { FunctionMetadata } from './core-api.ts';
import { findConnection, type Connection } from './connections.ts';
import { errorMessage } from './host-log.ts';
import { parseRoute, type Route } from './route.ts';
import { parseSchedule, timeZoneOf, type Schedule } from './schedule.ts';
import { isFunctionDisabled, resolveSettings, type Settings } from './settings.ts';

/** A function and the trigger that was made of its registration. */
export type IndexedFunction = { readonly metadata: FunctionMetadata } & (
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

/** An app's functions, by what becomes of them. */
export interface Index {
  readonly indexed: readonly IndexedFunction[];
  readonly problems: readonly IndexingProblem[];
  /** Names of functions that a setting switches off; they can still be run by hand. */
  readonly disabled: readonly string[];
}

/** Makes the triggers of what an app registered, with every %NAME% resolved. */
export function indexFunctions(functions: readonly FunctionMetadata[], settings: Settings): Index {
  const indexed: IndexedFunction[] = [];
  const problems: IndexingProblem[] = [];
  const disabled: string[] = [];
  for (const metadata of functions) {
    const functionName = metadata.name;
    const isOff = isFunctionDisabled(functionName, settings);
    if (isOff) disabled.push(functionName);
    try {
      if (indexed.some((other) => sameName(other.metadata.name, functionName))) {
        throw new Error('another function has the same name');
      }
      indexed.push(indexFunction(metadata, settings));
    } catch (error) {
      if (!isOff) problems.push({ functionName, message: errorMessage(error) });
    }
  }
  return { indexed, problems, disabled };
}

function indexFunction(metadata: FunctionMetadata, settings: Settings): IndexedFunction {
  const bindings = Object.values(metadata.bindings);
  const [trigger, ...others] = [...bindings].sort((one, other) => Number(isTrigger(other)) - Number(isTrigger(one)));
  if (trigger === undefined || !isTrigger(trigger)) throw new Error('it has no trigger');
  const unsupported = others.find((binding) => binding.type !== 'http');
  if (unsupported !== undefined) throw new Error(`this host has no binding of type '${unsupported.type}'`);
  if (metadata.retryOptions !== undefined) throw new Error('this host knows no retry policy');
  const text = (option: string) => {
    const value = trigger[option];
    return typeof value === 'string' && value !== '' ? resolveSettings(value, settings) : null;
  };
  switch (trigger.type.toLowerCase()) {
    case 'timertrigger': {
      const schedule = parseSchedule(text('schedule') ?? '', timeZoneOf(settings));
      const { runOnStartup, useMonitor } = trigger;
      return {
        kind: 'timer',
        metadata,
        schedule,
        runOnStartup: runOnStartup === true,
        useMonitor: useMonitor !== false && !schedule.isWithinTheMinute,
      };
    }
    case 'queuetrigger':
      return { kind: 'queue', metadata, ...queueTrigger(text, settings) };
    case 'httptrigger': {
      const methods = Array.isArray(trigger['methods'])
        ? trigger['methods'].map((method) => String(method).toUpperCase())
        : [];
      return {
        kind: 'http',
        metadata,
        route: parseRoute(text('route') ?? metadata.name),
        methods,
      };
    }
    default:
      throw new Error(`this host has no trigger of type '${trigger.type}'`);
  }
}

function queueTrigger(text: (option: string) => string | null, settings: Settings) {
  // The real host makes lower case of it, and then takes every letter and digit there is.
  const queueName = text('queueName')?.toLowerCase() ?? null;
  if (queueName === null) throw new Error('its queue trigger names no queue');
  const { length } = queueName;
  if (!/^[\p{L}\p{Nd}](-?[\p{L}\p{Nd}])*$/u.test(queueName) || length < 3 || length > 63) {
    throw new Error(`'${queueName}' is not a queue name: expected 3 to 63 letters, digits and single hyphens`);
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
