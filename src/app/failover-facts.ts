import { isFailure, type ReplicationFailure } from '../core/facts/failure.ts';
import { exclusionOf } from '../core/plan/scope.ts';
import type { Candidate, FailoverPlan, Named, StorageProblem } from '../core/status/failover-plan.ts';
import { candidates, failoverPlan, named } from '../core/status/failover-plan.ts';
import { readDecisions, readRecords } from '../replicator/documents.ts';
import type { Document } from '../replicator/ports/storage.ts';
import { ANSWER_LIMITS, inTime } from './answer-limits.ts';
import type { OpenApp } from './app.ts';
import { servingAt } from './prediction-settings.ts';

/** What failing over goes by: storage alone, and of that whatever can be read. */
export interface Known {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly StorageProblem[];
}

/** Reads all of it. A document that is damaged leaves unknown what it is about; only a storage that is silent is a failure. */
export async function readKnown({ deps, config }: OpenApp): Promise<Known> {
  const { store, clock } = deps;
  const problems: StorageProblem[] = [];
  const [sweep, routing, records, decisions] = await inTime(ANSWER_LIMITS.readingInMs, (signal) =>
    Promise.all([
      readIfGood(store.sweep, 'sweep.json', problems, signal),
      readIfGood(store.routing, 'routing.json', problems, signal),
      readRecords(store, signal),
      readDecisions(store, signal),
    ]),
  );
  const unreadableRecords = messagesOf('records', records.unreadable, problems);
  const unreadableDecisions = messagesOf('decisions', decisions.unreadable, problems);
  const now = clock.now();
  const found = candidates({
    now,
    ...{ sweep, records: records.records, unreadableRecords, decisions: decisions.values, unreadableDecisions },
    routes: routing?.projects ?? {},
    exclusionOf: ({ id, name }) => exclusionOf({ id, name, description: '' }, config.scope),
    serving: servingAt(config, now),
  });
  return { candidates: found, problems };
}

async function readIfGood<T>(
  document: Document<T>,
  about: string,
  problems: StorageProblem[],
  signal: AbortSignal,
): Promise<T | null> {
  try {
    const stored = await document.read(signal);
    if (stored === null)
      problems.push({ about, message: `${about} is not there.`, hint: 'The next looks write it anew.' });
    return stored?.value ?? null;
  } catch (error) {
    if (!isFailure(error, 'bug')) throw error;
    problems.push({ about, message: error.message, hint: error.hint });
    return null;
  }
}

function messagesOf(
  folder: string,
  unreadable: ReadonlyMap<string, ReplicationFailure>,
  problems: StorageProblem[],
): Map<string, string> {
  for (const [id, { message, hint }] of unreadable) problems.push({ about: `${folder}/${id}.json`, message, hint });
  return new Map([...unreadable].map(([id, { message }]) => [id, message]));
}

/** What failing over these projects now, or all, would bring; where a name is not understood, what of it. */
export async function plan(opened: OpenApp, wanted: readonly string[]): Promise<FailoverPlan | Refusal> {
  const known = await readKnown(opened);
  const of = wanted.length === 0 ? { found: known.candidates } : named(known.candidates, wanted);
  return 'code' in of ? of : failoverPlan(of.found, known.problems, opened.deps.clock.now());
}

export type Refusal = Exclude<Named, { found: unknown }>;

/** The projects that a body names: all in scope, and those that `orElse` adds to them, or the ones by name or id. */
export function chosen(
  { candidates: all }: Known,
  body: { readonly projects: readonly string[]; readonly all: boolean },
  orElse: (candidate: Candidate) => boolean = () => false,
): Named {
  if (!body.all) return named(all, body.projects);
  const found = all.filter((candidate) => candidate.inScope || orElse(candidate));
  if (found.length > 0) return { found };
  return { code: 'NO_SUCH_PROJECT', message: 'No project is in scope.', hint: 'GET /api/status lists what is known.' };
}
