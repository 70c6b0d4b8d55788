import type { FailoverBody } from '../core/facts/decision.ts';
import { isFailedOver } from '../core/facts/decision.ts';
import type { ServingCopy } from '../core/facts/serving-copy.ts';
import type { Candidate } from '../core/status/failover-plan.ts';
import { forEachAtMost } from '../replicator/for-each.ts';
import type { OpenApp } from './app.ts';
import { chosen, readKnown, type Refusal } from './failover-facts.ts';
import { decideOn, followDecisions, resultOf, undecidable, type Result } from './send-clients.ts';

const PROJECTS_AT_ONCE = 16;

/**
 * Sends clients to the copies of these projects. Neither resource is asked: what counts is what is stored of the copies, and
 * it has to work while the primary is dead. The decision is stored first, and routing follows it.
 */
export async function failOver(opened: OpenApp, body: FailoverBody): Promise<readonly Result[] | Refusal> {
  const of = chosen(await readKnown(opened), body);
  if ('code' in of) return of;
  const results = new Map<string, Result>();
  await forEachAtMost(of.found, PROJECTS_AT_ONCE, undefined, async (candidate) => {
    results.set(candidate.projectId, await failOverOne(candidate, body, opened));
  });
  const inOrder = of.found.flatMap(({ projectId }) => results.get(projectId) ?? []);
  return followDecisions(inOrder, of.found, opened);
}

async function failOverOne(candidate: Candidate, body: FailoverBody, opened: OpenApp): Promise<Result> {
  const { decision, serving, readiness, projectId, name } = candidate;
  if (candidate.undecidable !== null) return undecidable(candidate);
  if (isFailedOver(decision)) {
    const message = `${name} was failed over at ${decision?.since} by ${decision?.by}: ${decision?.reason}`;
    return resultOf(candidate, 'already', message, 'Nothing has to be done. POST /api/failback ends it.');
  }
  if (serving === null) {
    const message = `${name} has no verified copy to send clients to. ${sentence(readiness.reasons)}`;
    return resultOf(
      candidate,
      'no-copy',
      message.trim(),
      'It can only be predicted on the primary; see its row of status.',
    );
  }
  if (readiness.state !== 'ready' && !body.evenIfNotReady) {
    const why = readiness.state === 'nothing-served' ? 'it publishes nothing, so that no client is to be sent' : null;
    const message = `${name} is not ready: ${why ?? readiness.reasons.join('; ')}.`;
    return resultOf(candidate, 'not-ready', message, `"evenIfNotReady": true sends clients to its copy all the same.`);
  }
  const { by, reason } = body;
  const { projectId: replicaProjectId, publishNames } = serving;
  const served = { replicaProjectId, publishNames: [...publishNames] };
  const made = { active: 'secondary' as const, frozen: true, ...served, by, reason };
  const refused = await decideOn(candidate, made, evidenceOf(serving, candidate), opened);
  if (refused !== null) return refused;
  opened.deps.events.emit({ event: 'failover', projectId, replicaProjectId, by, reason });
  const names = publishNames.length === 0 ? 'which serves no name' : `which serves ${publishNames.join(', ')}`;
  const message = `Clients of ${name} are sent to its copy ${serving.name ?? replicaProjectId}, ${names}.`;
  return resultOf(candidate, 'done', message, 'The copy stays as it is until POST /api/failback.');
}

function evidenceOf({ projectId, revision, verifiedAt, publishNames }: ServingCopy, { readiness }: Candidate) {
  return {
    ...{ replicaProjectId: projectId, revision, verifiedAt, publishNames: publishNames.join(', ') },
    ...{ readiness: readiness.state, reasons: readiness.reasons.join('; ') },
  };
}

function sentence(reasons: readonly string[]): string {
  return reasons.length === 0 ? '' : `${reasons.join('; ')}.`;
}
