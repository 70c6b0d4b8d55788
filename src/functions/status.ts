import { app as functions } from '@azure/functions';
import { app } from '../app/app.ts';
import { answering, invocationOf, json } from './invocation.ts';

functions.http('status', {
  route: 'status',
  methods: ['GET'],
  authLevel: 'function',
  handler: answering(async (_request, context) => {
    const { ok, report } = await app().status(invocationOf(context));
    return json(ok ? 200 : 503, report);
  }),
});

functions.http('health', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: answering(async (_request, context) => {
    const code = await app().health(invocationOf(context));
    return json(code === 'OK' ? 200 : 503, { code });
  }),
});

functions.http('routing', {
  route: 'routing',
  methods: ['GET'],
  authLevel: 'function',
  handler: answering(async (_request, context) => {
    const routing = await app().routing(invocationOf(context));
    return routing === null ? json(404, { code: 'NO_ROUTING', message: 'No copy is in use yet.' }) : json(200, routing);
  }),
});
