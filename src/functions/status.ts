import { app as functions } from '@azure/functions';
import { health, routing, status } from '../app/queries.ts';
import { statusPage } from '../page/status-page.ts';
import { answeringPage } from './answering-page.ts';
import { answering, json, look, open } from './invocation.ts';
import { reading, READING } from './reading.ts';

functions.http('status', {
  route: 'status',
  methods: ['GET'],
  authLevel: READING,
  handler: reading(
    answeringPage(async (_request, context) => {
      const { ok, report } = await status(look(context));
      return { status: ok ? 200 : 503, body: report, page: (options) => statusPage(report, options) };
    }),
  ),
});

functions.http('health', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: answering(async (_request, context) => {
    const code = await health(look(context));
    return json(code === 'OK' ? 200 : 503, { code });
  }),
});

functions.http('routing', {
  route: 'routing',
  methods: ['GET'],
  authLevel: 'function',
  handler: answering(async (_request, context) => {
    const manifest = await routing(open(context));
    return manifest === null
      ? json(404, { code: 'NO_ROUTING', message: 'No copy is in use yet.' })
      : json(200, manifest);
  }),
});
