import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { app as functions } from '@azure/functions';
import { history, type History } from '../app/queries.ts';
import { historyAsCsv } from '../core/history/csv.ts';
import { parseSince } from '../core/facts/history.ts';
import { answering, json, open } from './invocation.ts';
import { reading, READING } from './reading.ts';

functions.http('projectHistory', {
  route: 'projects/{id}/history',
  methods: ['GET'],
  authLevel: READING,
  handler: reading(
    answering((request, context) => {
      const id = request.params['id'] ?? '';
      return telling(request, (since) => history(open(context), id, since));
    }),
  ),
});

functions.http('history', {
  route: 'history',
  methods: ['GET'],
  authLevel: READING,
  handler: reading(answering((request, context) => telling(request, (since) => history(open(context), null, since)))),
});

async function telling(
  request: HttpRequest,
  read: (since: Date | null) => Promise<History | null>,
): Promise<HttpResponseInit> {
  const text = request.query.get('since');
  const since = text === null ? null : parseSince(text);
  if (text !== null && since === null) {
    const message =
      'since is no date or time: expected one of ISO 8601, e.g. ?since=2026-11-01 or ?since=2026-11-01T20:00:00Z.';
    return json(400, { code: 'BAD_REQUEST', message });
  }
  const found = await read(since);
  if (found === null) {
    return json(404, { code: 'NO_SUCH_PROJECT', message: 'Nothing was ever done about a project of this id.' });
  }
  if (!(request.headers.get('accept') ?? '').includes('text/csv')) return json(200, found);
  const headers = { 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' };
  return { status: 200, headers, body: historyAsCsv(found.entries) };
}
