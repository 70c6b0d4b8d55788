import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { app, type BadSettings, type OpenApp } from '../app/app.ts';
import type { Invocation } from '../app/invocation.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';

/** The app for one invocation; throws where its settings are bad. */
export function open(context: InvocationContext): OpenApp {
  return app().open(invocationOf(context));
}

/** The app for what has an answer even where its settings are bad. */
export function look(context: InvocationContext): OpenApp | BadSettings {
  return app().look(invocationOf(context));
}

/** What the app needs to know of one invocation: where its log goes and what correlates it. */
export function invocationOf(context: InvocationContext): Invocation {
  return {
    // The trace id of the W3C header is what Application Insights calls the operation id.
    operationId: context.traceContext?.traceParent?.split('-')[1] ?? context.invocationId,
    write: (level, line) => context[level](line),
  };
}

/** Whom the platform names as signed in; null where nobody is. */
export function signedIn(request: HttpRequest): string | null {
  return request.headers.get('x-ms-client-principal-name');
}

export function json(status: number, body: unknown): HttpResponseInit {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: `${JSON.stringify(body, null, 2)}\n`,
  };
}

/** A failure that says what to do is an answer; anything else is the host's to report. */
export function answering(handler: HttpHandler): HttpHandler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      if (!(error instanceof ReplicationFailure)) throw error;
      app().logFailure(error, invocationOf(context));
      const { code, message, hint } = error;
      return json(503, { code, message, hint });
    }
  };
}
