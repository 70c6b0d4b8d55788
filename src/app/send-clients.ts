import type { Decision } from '../core/facts/decision.ts';
import { isFailure, toFailure } from '../core/facts/failure.ts';
import { historyEntry, type HistoryEntry } from '../core/facts/history.ts';
import { workItem } from '../core/facts/work-item.ts';
import type { Candidate } from '../core/status/failover-plan.ts';
import { forEachAtMost } from '../replicator/for-each.ts';
import { sendClients } from '../replicator/route.ts';
import { tellHistory } from '../replicator/tell-history.ts';
import type { OpenApp } from './app.ts';
import { predictionEndpointsOf } from './prediction-settings.ts';

export type Outcome =
  | 'done'
  | 'already'
  | 'not-ready'
  | 'no-copy'
  | 'work-on-copy'
  | 'primary-does-not-predict'
  /** Somebody else decided at the same time, or what must be read or written can't be. */
  | 'conflict';

/** What came of one project, and what to do next. */
export interface Result {
  readonly projectId: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly message: string;
  readonly hint: string;
}

export function resultOf(
  { projectId, name }: Pick<Candidate, 'projectId' | 'name'>,
  outcome: Outcome,
  message: string,
  hint: string,
): Result {
  return { projectId, name, outcome, message, hint };
}

type Made = Pick<Decision, 'active' | 'frozen' | 'replicaProjectId' | 'by' | 'reason'> & Partial<Decision>;

/** A decision that can't be read could mean anything: it is not written over. */
export function undecidable(candidate: Candidate): Result {
  const message = `Nothing was changed: what was decided about ${candidate.name} cannot be read. ${candidate.undecidable}`;
  const hint = `Repair decisions/${candidate.projectId}.json in the container replication-state, or delete it: where clients are then follows from routing.json.`;
  return resultOf(candidate, 'conflict', message, hint);
}

/**
 * Stores a decision over the very one that the candidate was judged by, with what is to be told of it in the same write.
 * Null where that is done.
 */
export async function decideOn(
  candidate: Candidate,
  made: Made,
  evidence: HistoryEntry['evidence'],
  { deps: { store, clock } }: OpenApp,
): Promise<Result | null> {
  const { projectId, name: projectName, decision } = candidate;
  const document = store.decision(projectId);
  const since = clock.now().toISOString();
  const { by, reason, active } = made;
  const event = active === 'secondary' ? 'failover' : 'failback';
  const facts = { id: `${projectId}:${event}:${since}`, at: since, event, by, reason, evidence };
  const entry = historyEntry({ ...facts, projectId, projectName });
  try {
    const stored = await document.read();
    if (stored?.value.since !== decision?.since || stored?.value.active !== decision?.active) throw decidedMeanwhile();
    const base = { schemaVersion: 1 as const, releasedAt: stored?.value.releasedAt ?? null };
    const untold = [...(stored?.value.untold ?? []), entry];
    await document.write({ ...base, ...made, since, untold }, stored?.etag ?? null);
    return null;
  } catch (error) {
    const failure = toFailure(error);
    const isMeanwhile = isFailure(error, 'conflict') || failure.message === MEANWHILE;
    const message = isMeanwhile ? MEANWHILE : `The decision could not be stored: ${failure.message}`;
    return resultOf(candidate, 'conflict', message, isMeanwhile ? 'See the plan, and ask again.' : failure.hint);
  }
}

const MEANWHILE = 'Somebody decided something else about it at the same time. Nothing was changed here.';

const decidedMeanwhile = (): Error => new Error(MEANWHILE);

const AT_ONCE = 8;

/**
 * Routing follows the decisions that are stored, in one write for all; then the work begins that follows from them. A
 * process that dies in between leaves that to the next look at each project. Where routing can't be written, every result
 * says so: the decision stands, and clients are not there yet.
 */
export async function followDecisions(
  results: readonly Result[],
  found: readonly Candidate[],
  { deps, config }: OpenApp,
): Promise<Result[]> {
  const decided = new Set(
    results.filter(({ outcome }) => outcome === 'done' || outcome === 'already').map(({ projectId }) => projectId),
  );
  const about = found.filter(({ projectId }) => decided.has(projectId));
  let routed: Result[] = [...results];
  try {
    await sendClients(new Map(about.map((one) => [one.projectId, one])), predictionEndpointsOf(config), deps);
  } catch (error) {
    const { message, hint } = toFailure(error);
    routed = results.map((result) => (decided.has(result.projectId) ? notRouted(result, message, hint) : result));
  }
  const done = results.filter(({ outcome }) => outcome === 'done');
  await forEachAtMost(done, AT_ONCE, undefined, ({ projectId }) => follow(projectId, deps));
  return routed;
}

function notRouted({ projectId, name }: Result, message: string, hint: string): Result {
  return {
    ...{ projectId, name, outcome: 'conflict' },
    message: `The decision is stored and stands, but routing.json could not be written: clients are not sent there yet. ${message}`,
    hint: `The next look at the project writes it; so does asking again. ${hint}`,
  };
}

/** What is lost of this is made up for by the next sweep. */
async function follow(projectId: string, deps: OpenApp['deps']): Promise<void> {
  try {
    await tellHistory(deps.store.decision(projectId), deps);
    await deps.queue.enqueue(workItem(projectId, 'request'), 0);
  } catch (error) {
    const { code, message, hint } = toFailure(error);
    deps.events.emit({ event: 'storage.unavailable', code, message, hint });
  }
}
