import type { FunctionMetadata, InvocationResponse, LogLevel, TypedData } from './core-api.ts';

/** What the host and the thread that runs the app say to each other. All of it can be cloned. */

export interface WorkerData {
  readonly appPath: string;
  /** How far ahead of the system's time the app's clock is; null where it cannot be steered. */
  readonly clockAheadInSeconds: number | null;
}

export interface InvocationOrder {
  readonly invocationId: string;
  readonly functionName: string;
  readonly data: TypedData;
  readonly metadata: Readonly<Record<string, TypedData>>;
}

export type ToWorker =
  | ({ readonly kind: 'invoke' } & InvocationOrder)
  | { readonly kind: 'advance-clock'; readonly seconds: number; readonly nth: number }
  | { readonly kind: 'terminate' };

/** How an invocation ended; an error is its text, stack included. */
export type Outcome =
  | { readonly succeeded: true; readonly response: InvocationResponse }
  | { readonly succeeded: false; readonly error: string };

export type HostLogLevel = 'debug' | 'information' | 'warning' | 'error';

export type FromWorker =
  | { readonly kind: 'loaded'; readonly functions: readonly FunctionMetadata[] }
  | { readonly kind: 'not-loaded'; readonly message: string }
  | { readonly kind: 'ended'; readonly invocationId: string; readonly outcome: Outcome }
  /** The clock was moved that time, and what fell due by it has run. */
  | { readonly kind: 'clock-advanced'; readonly nth: number }
  | { readonly kind: 'app-log'; readonly level: LogLevel; readonly message: string }
  | { readonly kind: 'host-log'; readonly level: HostLogLevel; readonly message: string };
