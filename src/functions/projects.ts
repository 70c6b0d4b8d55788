import type { InvocationContext } from '@azure/functions';
import { app as functions } from '@azure/functions';
import { app, type OpenApp } from '../app/app.ts';
import { history, project, status } from '../app/queries.ts';
import { confirmBrake, requestReplication } from '../app/triggers.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import { oneResource } from '../core/plan/blockers.ts';
import { failurePage } from '../page/failure-page.ts';
import type { Past } from '../page/history-list.ts';
import { projectPage } from '../page/project-page.ts';
import { answeringPage } from './answering-page.ts';
import { answering, invocationOf, json, look, open, signedIn } from './invocation.ts';
import { reading, READING } from './reading.ts';

functions.http('project', {
  route: 'projects/{id}',
  methods: ['GET'],
  authLevel: READING,
  handler: reading(
    answeringPage(async (request, context) => {
      const id = request.params['id'] ?? '';
      const opened = open(context);
      const story = await project(opened, id);
      if (story === null) {
        const body = { code: 'NO_SUCH_PROJECT', message: `No project of the primary with the id ${id} is known.` };
        const hint = 'One that a sweep has only just listed is known as soon as somebody has looked at it.';
        return { status: 404, body, page: () => failurePage({ ...body, hint }) };
      }
      return {
        status: 200,
        body: story,
        page: async (options) => {
          const [{ report }, past] = await Promise.all([status(look(context)), pastOf(opened, id, context)]);
          return projectPage(story, report, past, options);
        },
      };
    }),
  ),
});

/** The history for the page of a project, which stands without it where it can't be read. */
async function pastOf(opened: OpenApp, id: string, context: InvocationContext): Promise<Past> {
  try {
    const found = await history(opened, id, null);
    return { entries: found?.entries ?? [], unreadable: found?.unreadable ?? 0 };
  } catch (error) {
    if (!(error instanceof ReplicationFailure)) throw error;
    app().logFailure(error, invocationOf(context));
    return { failure: error.message };
  }
}

functions.http('replicate', {
  route: 'replicate/{id}',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering(async (request, context) => {
    const id = request.params['id'] ?? '';
    const enqueued = await requestReplication(open(context), id);
    return enqueued === 0
      ? json(404, { code: 'NO_SUCH_PROJECT', message: `No project of the primary with the id ${id} is in scope.` })
      : json(202, { enqueued });
  }),
});

functions.http('confirmBrake', {
  route: 'brake/confirm',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering(async (request, context) => {
    switch (await confirmBrake(open(context), signedIn(request))) {
      case 'confirmed':
        return json(202, { code: 'BRAKE_CONFIRMED', message: 'The next sweep accepts what it finds.' });
      case 'none':
        return json(409, { code: 'NO_BRAKE', message: 'No brake is on: nothing is taken for a fault.' });
      case 'one-resource': {
        const { code, message, hint } = oneResource();
        return json(409, { code, message, hint });
      }
    }
  }),
});
