import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Invocation } from '../app/invocation.ts';

/** What the app needs to know of one invocation: where its log goes and what correlates it. */
export function invocationOf(context: InvocationContext): Invocation {
  return {
    // The trace id of the W3C header is what Application Insights calls the operation id.
    operationId: context.traceContext?.traceParent?.split('-')[1] ?? context.invocationId,
    write: (level, line) => context[level](line),
  };
}

export function json(status: number, body: unknown): HttpResponseInit {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: `${JSON.stringify(body, null, 2)}\n`,
  };
}
