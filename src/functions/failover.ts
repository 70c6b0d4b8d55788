import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { app as functions } from '@azure/functions';
import type { OpenApp } from '../app/app.ts';
import { failBack } from '../app/failback.ts';
import { plan, type Refusal } from '../app/failover-facts.ts';
import { failOver } from '../app/failover.ts';
import type { Result } from '../app/send-clients.ts';
import { failbackBodySchema, failoverBodySchema } from '../core/facts/decision.ts';
import { decisionOf } from './decisions.ts';
import { answering, json, open } from './invocation.ts';
import { reading, READING } from './reading.ts';

functions.http('failoverPlan', {
  route: 'failover/plan',
  methods: ['GET'],
  authLevel: READING,
  handler: reading(
    answering(async (request, context) => {
      const answer = await plan(open(context), request.query.getAll('project'));
      return 'code' in answer ? refusal(answer) : json(200, answer);
    }),
  ),
});

functions.http('failover', {
  route: 'failover',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering((request, context) =>
    sending(request, open(context), failoverBodySchema, failOver, '"evenIfNotReady": false'),
  ),
});

functions.http('failback', {
  route: 'failback',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering((request, context) =>
    sending(request, open(context), failbackBodySchema, failBack, '"work": "refuse" | "keep" | "drop"'),
  ),
});

/** What reads the body of a request. */
interface BodySchema<Body> {
  safeParse(value: unknown): { readonly data?: Body | undefined };
}

async function sending<Body>(
  request: HttpRequest,
  opened: OpenApp,
  schema: BodySchema<Body>,
  send: (opened: OpenApp, body: Body) => Promise<readonly Result[] | Refusal>,
  option: string,
): Promise<HttpResponseInit> {
  const { data: body } = schema.safeParse(await decisionOf(request));
  if (body === undefined) {
    const message = `The body must be JSON: { "projects": ["name or id"], "reason": "why", "by": "who decides", ${option} }, with "all": true in the place of projects for every one; by and reason are text that is not empty.`;
    return json(400, { code: 'BAD_REQUEST', message });
  }
  if (opened.config.dryRun) {
    const message = 'DRY_RUN is on: routing stays as it is.';
    return json(409, { code: 'DRY_RUN', message, hint: 'Take the setting off, and ask again.' });
  }
  const results = await send(opened, body);
  if ('code' in results) return refusal(results);
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  return json(outcomes.size > 1 ? 207 : 200, { results });
}

function refusal({ code, message, hint }: Refusal): HttpResponseInit {
  return json(code === 'NO_SUCH_PROJECT' ? 404 : 409, { code, message, hint });
}
