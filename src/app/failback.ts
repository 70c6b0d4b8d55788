import type { Decision, FailbackBody } from '../core/facts/decision.ts';
import { isFailedOver } from '../core/facts/decision.ts';
import { toFailure } from '../core/facts/failure.ts';
import type { Observation } from '../core/facts/model.ts';
import type { Candidate } from '../core/status/failover-plan.ts';
import type { Dependencies } from '../replicator/context.ts';
import { forEachAtMost } from '../replicator/for-each.ts';
import { observe } from '../replicator/observe.ts';
import { findWork, type WorkFound } from '../replicator/work-on-copy.ts';
import { identified, type OpenApp } from './app.ts';
import { chosen, readKnown, type Refusal } from './failover-facts.ts';
import { decideOn, followDecisions, resultOf, undecidable, type Result } from './send-clients.ts';

const PROJECTS_AT_ONCE = 4;
/** Azure ends a request after 230 s. What was not looked at by then is answered with `conflict`, and asked for again. */
const LIMIT_IN_MS = 200_000;
/** The reading of many labels goes on in the next request. */
const READING_LIMIT_IN_MS = 120_000;

/**
 * Sends clients of these projects back to the primary, once it serves what the copy served, and what was done on the copy
 * meanwhile is not lost unless somebody says so. Copying goes on from there.
 */
export async function failBack(opened: OpenApp, body: FailbackBody): Promise<readonly Result[] | Refusal> {
  const of = chosen(await readKnown(opened), body, ({ decision }) => isFailedOver(decision));
  if ('code' in of) return of;
  const deps = await identified(opened);
  const signal = AbortSignal.timeout(LIMIT_IN_MS);
  const until = new Date(deps.clock.now().getTime() + READING_LIMIT_IN_MS);
  const results = new Map<string, Result>();
  await forEachAtMost(of.found, PROJECTS_AT_ONCE, undefined, async (candidate) => {
    results.set(candidate.projectId, await failBackOne(candidate, body, { opened, deps, until, signal }));
  });
  const inOrder = of.found.flatMap(({ projectId }) => results.get(projectId) ?? []);
  return followDecisions(inOrder, of.found, opened);
}

interface Context {
  readonly opened: OpenApp;
  readonly deps: Dependencies;
  readonly until: Date;
  readonly signal: AbortSignal;
}

async function failBackOne(candidate: Candidate, body: FailbackBody, context: Context): Promise<Result> {
  const { decision, name } = candidate;
  if (candidate.undecidable !== null) return undecidable(candidate);
  if (decision === null || !isFailedOver(decision)) {
    return resultOf(candidate, 'already', `Clients of ${name} are on the primary.`, 'Nothing has to be done.');
  }
  const primary = await lookAtPrimary(candidate, decision, context);
  if ('outcome' in primary) return primary;
  const work = await lookAtCopy(candidate, primary.source, body, context);
  return 'outcome' in work ? work : sendBack(candidate, primary.names, work, body, context);
}

/** By the service's own answer: whether clients that predict there would be answered under each name that they use. */
async function lookAtPrimary(
  candidate: Candidate,
  { publishNames = [] }: Decision,
  { deps: { source, clock }, signal }: Context,
): Promise<Result | { readonly source: Observation; readonly names: readonly string[] }> {
  const { projectId, name, route } = candidate;
  const refuse = (message: string, hint: string) => resultOf(candidate, 'primary-does-not-predict', message, hint);
  try {
    const seen = await observe(source, projectId, clock, signal);
    if (seen === null) {
      const hint =
        'Clients stay on the copy. A project that is made anew there has another id, and is another project.';
      return refuse(`The primary has no project ${name} (${projectId}).`, hint);
    }
    const names = seen.iterations.flatMap(({ publishName }) => publishName ?? []);
    const served = new Set([...publishNames, ...(route?.secondary.publishNames ?? [])]);
    const lacking = [...served].filter((publishName) => !names.includes(publishName));
    if (lacking.length === 0) return { source: seen, names };
    const shown = names.length === 0 ? 'nothing' : names.join(', ');
    const message = `The primary does not publish ${lacking.join(', ')} of ${name}, which clients predict with; it publishes ${shown}.`;
    return refuse(
      message,
      'Publish it there on the iteration that is to answer, and ask again. Clients stay on the copy.',
    );
  } catch (error) {
    const { message, hint } = toFailure(error);
    return refuse(
      `The primary did not tell what it publishes of ${name}: ${message}`,
      `Clients stay on the copy. ${hint}`,
    );
  }
}

type Work = Decision['work'] | null;

/** Null where nothing was done on the copy, or where it can be left to the next look to find out. */
async function lookAtCopy(
  candidate: Candidate,
  source: Observation,
  body: FailbackBody,
  { deps, until, signal }: Context,
): Promise<Result | { readonly work: Work; readonly found: WorkFound | null }> {
  const { name, serving, record } = candidate;
  const generation = serving?.generation ?? null;
  // The copy is gone, with whatever was done on it.
  if (record !== null && generation === null) return { work: null, found: null };
  try {
    if (record === null || generation === null) throw new Error('its record cannot be read');
    const found = await findWork(generation, record, source, { deps, until, signal });
    if (found === null) return { work: null, found };
    if (body.work === 'refuse') {
      const message = `Somebody worked on the copy ${generation.name} while clients of ${name} were there. ${found.account}`;
      const hint = `Do that work again on the primary where it is wanted. Then ask again with "work": "keep", which leaves the copy to those who did it and makes another, or "work": "drop", which lets a newer copy take its place.`;
      return resultOf(candidate, 'work-on-copy', message, hint);
    }
    const { replicaProjectId } = generation;
    return { work: { then: body.work, replicaProjectId, ...found.fingerprint }, found };
  } catch (error) {
    // What nobody has seen is not dropped: whatever changes are there park the project when the copy is looked at.
    if (body.work === 'keep') return { work: null, found: null };
    const { message } = toFailure(error);
    const hint = `Ask again once the copy can be looked at, or with "work": "keep", by which nothing that was done on it is lost.`;
    return resultOf(
      candidate,
      'conflict',
      `Whether somebody worked on the copy of ${name} is not known: ${message}`,
      hint,
    );
  }
}

async function sendBack(
  candidate: Candidate,
  names: readonly string[],
  { work, found }: { readonly work: Work; readonly found: WorkFound | null },
  { by, reason }: FailbackBody,
  { opened }: Context,
): Promise<Result> {
  const { projectId, name, serving } = candidate;
  const replicaProjectId = serving?.projectId ?? null;
  const decision = {
    active: 'primary',
    frozen: false,
    replicaProjectId: null,
    by,
    reason,
    ...(work && { work }),
  } as const;
  const evidence = {
    ...{ replicaProjectId, primaryPublishes: names.join(', ') },
    ...{ work: work?.then ?? null, account: found?.account ?? null },
  };
  const refused = await decideOn(candidate, decision, evidence, opened);
  if (refused !== null) return refused;
  opened.deps.events.emit({ event: 'failback', projectId, replicaProjectId, by, reason });
  const kept = `The copy ${serving?.name ?? ''} is left to those who worked on it, and another one is made.`;
  const dropped = `What was done on the copy ${serving?.name ?? ''} goes once a newer copy takes its place.`;
  const then = work == null ? 'Copying goes on.' : work.then === 'keep' ? kept : dropped;
  return resultOf(candidate, 'done', `Clients of ${name} are sent to the primary. ${then}`, 'Nothing has to be done.');
}
