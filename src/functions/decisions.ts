import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { app as functions } from '@azure/functions';
import { releaseProject, restoreReplica, type Decided } from '../app/decisions.ts';
import { decisionBodySchema, type DecisionBody } from '../core/facts/decision.ts';
import { answering, json, open, signedIn } from './invocation.ts';

functions.http('restoreReplica', {
  route: 'replicas/{id}/restore',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering((request, context) => deciding(request, (id, body) => restoreReplica(open(context), id, body))),
});

functions.http('releaseProject', {
  route: 'projects/{id}/release',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering((request, context) => deciding(request, (id, body) => releaseProject(open(context), id, body))),
});

const REFUSALS = {
  unknown: [404, 'NO_SUCH_PROJECT', 'No project or copy of this id is in a record.'],
  unverified: [409, 'NOT_VERIFIED', 'This copy never passed its verification: it lacks content.'],
  changed: [409, 'CHANGED', 'Somebody changed this copy: undo that, or leave it to them.'],
  'failed-over': [
    409,
    'FAILED_OVER',
    'Clients are on the copy of this project: POST /api/failback sends them back, and ends that it is frozen.',
  ],
  'nothing-to-release': [409, 'NOTHING_TO_RELEASE', 'The project is not frozen, and none of its copies is pinned.'],
} as const;

async function deciding(
  request: HttpRequest,
  decide: (id: string, body: DecisionBody) => Promise<Decided>,
): Promise<HttpResponseInit> {
  const body = decisionBodySchema.safeParse(await decisionOf(request));
  if (!body.success) {
    const message = 'The body must be JSON: { "by": "who decides", "reason": "why" }, both as text that is not empty.';
    return json(400, { code: 'BAD_REQUEST', message });
  }
  const decided = await decide(request.params['id'] ?? '', body.data);
  if (decided.outcome === 'done') return json(202, { projectId: decided.projectId });
  const [status, code, message] = REFUSALS[decided.outcome];
  return json(status, { code, message });
}

/** What a body says of a decision. A person who signed in is named by the platform, not by the body; null where it is no JSON. */
export async function decisionOf(request: HttpRequest): Promise<unknown> {
  try {
    const body = (await request.json()) as object;
    const principal = signedIn(request);
    return principal === null ? body : { ...body, by: principal };
  } catch {
    return null;
  }
}
