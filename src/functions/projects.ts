import { app as functions } from '@azure/functions';
import { app } from '../app/app.ts';
import { answering, invocationOf, json } from './invocation.ts';

functions.http('project', {
  route: 'projects/{id}',
  methods: ['GET'],
  authLevel: 'function',
  handler: answering(async (request, context) => {
    const id = request.params['id'] ?? '';
    const project = await app().project(id, invocationOf(context));
    return project === null
      ? json(404, { code: 'NO_SUCH_PROJECT', message: `No project of the primary with the id ${id} is known.` })
      : json(200, project);
  }),
});

functions.http('replicate', {
  route: 'replicate/{id}',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering(async (request, context) => {
    const id = request.params['id'] ?? '';
    const enqueued = await app().replicate(id, invocationOf(context));
    return enqueued === 0
      ? json(404, { code: 'NO_SUCH_PROJECT', message: `No project of the primary with the id ${id} is in scope.` })
      : json(202, { enqueued });
  }),
});

functions.http('confirmBrake', {
  route: 'brake/confirm',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering(async (_request, context) => {
    const released = await app().confirmBrake(invocationOf(context));
    return released
      ? json(202, { code: 'BRAKE_CONFIRMED', message: 'The next sweep accepts the list of source projects.' })
      : json(409, { code: 'NO_BRAKE', message: 'No brake is on: the last list of source projects was accepted.' });
  }),
});
