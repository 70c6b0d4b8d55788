import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { app } from '../app/app.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import { PAGE_HEADERS } from '../page/document.ts';
import { failurePage } from '../page/failure-page.ts';
import { pageQueryOf } from '../page/selection.ts';
import type { PageOptions } from '../page/status-page.ts';
import { wantsPage } from '../page/wants-page.ts';
import { answering, invocationOf, json } from './invocation.ts';

/** An answer that can be given either way. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The same as a page, the whole document; only made where it is asked for. */
  readonly page: (options: PageOptions) => string | Promise<string>;
}

/** Answers with a page where a browser asks, with JSON everywhere else; failures too. */
export function answeringPage(
  handler: (request: HttpRequest, context: InvocationContext) => Promise<Answer>,
): HttpHandler {
  return answering(async (request, context) => {
    if (!wantsPage(request.headers.get('accept'))) {
      const { status, body } = await handler(request, context);
      return json(status, body);
    }
    try {
      const { status, page } = await handler(request, context);
      // A page that was opened with a key in its URL has no links: a link would have to repeat the key.
      return document(status, await page({ isLinked: !request.query.has('code'), query: pageQueryOf(request.query) }));
    } catch (error) {
      if (!(error instanceof ReplicationFailure)) throw error;
      app().logFailure(error, invocationOf(context));
      return document(503, failurePage(error));
    }
  });
}

function document(status: number, body: string): HttpResponseInit {
  return { status, headers: PAGE_HEADERS, body };
}
