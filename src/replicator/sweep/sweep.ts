import { judgeList } from '../../core/plan/brake.ts';
import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { needsPerson, toFailure } from '../../core/facts/failure.ts';
import type { Project } from '../../core/facts/model.ts';
import type { Scope } from '../../core/plan/scope.ts';
import type { SweepState } from '../../core/facts/sweep-state.ts';
import { newSweepState, targetProjectLimitOf } from '../../core/facts/sweep-state.ts';
import { readRecords, updateSweepState } from '../documents.ts';
import { makeRoom } from './make-room.ts';
import { releaseMissing } from './release-missing.ts';
import type { Lists } from './look.ts';
import { lookAtProjects, lookAtOthers } from './look.ts';
import { discardOrphans } from './orphans.ts';
import type { Dependencies } from '../context.ts';

/**
 * Looks at every project of the primary and enqueues work for those that need some. It changes neither resource,
 * except that it deletes staging projects that nobody wants any more.
 */
export async function sweep(deps: Dependencies, scope: Scope, signal: AbortSignal): Promise<void> {
  const { clock, store, events } = deps;
  const startedAt = clock.now();
  try {
    await updateSweepState(store, clock, (state) => ({ ...state, lastStartedAt: startedAt.toISOString() }));
    const lists = await gather(deps, signal);
    const { inScope, state } = await acceptList(lists, deps, scope);
    const readable = inScope.filter(({ id }) => !lists.unreadable.has(id));
    const looked = await lookAtProjects(readable, lists, deps, signal);
    const others = await lookAtOthers(readable, lists, deps);
    await makeRoom(looked.wantCopies, lists, deps);
    await releaseMissing(state.missing, lists.records, lists.targetProjects, deps, signal);
    const { orphans, problems } = await discardOrphans(lists.targetProjects, [...lists.records.values()], deps, signal);
    const problem = problemOf([...lists.unreadable.values(), ...looked.failures, ...problems], state);
    const targetProjects = lists.targetProjects.length;
    await complete(deps, { problem, orphans, targetProjects, slotsWanted: looked.wantCopies.length });
    events.emit({
      event: 'sweep.completed',
      projects: lists.sourceProjects.length,
      inScope: inScope.length,
      enqueued: looked.enqueued + others,
      failed: looked.failures.length + lists.unreadable.size,
      durationInSeconds: (clock.now().getTime() - startedAt.getTime()) / 1_000,
    });
  } catch (error) {
    await noteEnd(toFailure(error), deps);
    throw error;
  }
}

/** What ended a sweep is told before it is stored: storage may be what fails, and must not hide the first failure. */
async function noteEnd(failure: ReplicationFailure, { store, clock, events }: Dependencies): Promise<void> {
  const { code, message, hint } = failure;
  events.emit({ event: 'sweep.failed', code, message, hint });
  const ended = { code, message, hint, needsPerson: needsPerson(failure.class) };
  try {
    await updateSweepState(store, clock, (state) => ({ ...state, problem: inWords(failure), failure: ended }));
  } catch (error) {
    const later = toFailure(error);
    events.emit({ event: 'storage.unavailable', code: later.code, message: later.message, hint: later.hint });
  }
}

/**
 * The target is listed before the records are read: a staging project in the list then has its intent in a record.
 */
async function gather({ source, target, store, clock, policy }: Dependencies, signal: AbortSignal): Promise<Lists> {
  const targetProjects = await target.getProjects(signal);
  const listedAt = clock.now().toISOString();
  const sourceProjects = await source.getProjects(signal);
  const { records, unreadable } = await readRecords(store, signal);
  const state = (await store.sweep.read(signal))?.value ?? newSweepState(clock.now().toISOString());
  const routes = (await store.routing.read(signal))?.value.projects ?? {};
  const targetProjectLimit = targetProjectLimitOf(state, policy.targetProjectLimit, clock.now());
  return { sourceProjects, targetProjects, listedAt, records, unreadable, state, routes, targetProjectLimit };
}

/**
 * Stores the list where it may be believed. Where it may not, nothing is marked, and only projects that an earlier
 * list had are looked at: those of another account are none of ours.
 */
async function acceptList(
  { sourceProjects, records, state }: Lists,
  { policy, clock, store, events }: Dependencies,
  scope: Scope,
): Promise<{ inScope: readonly Project[]; state: SweepState }> {
  const now = clock.now();
  const ids = sourceProjects.map(({ id }) => id);
  const { brake, missing } = judgeList(state, [...records.keys()], ids, now);
  const inScope = sourceProjects.filter((project) => policy.exclusionOf(project) === null);
  if (brake !== null) {
    if (state.brake === null) {
      const hint =
        'Nothing is marked as missing and nothing is deleted. If the list is right, POST /api/brake/confirm.';
      events.emit({ event: 'brake.tripped', accepted: brake.accepted, missing: brake.missing, hint });
    }
    const changed = await updateSweepState(store, clock, (stored) => ({ ...stored, brake }));
    const known = new Set(state.projects.length > 0 ? state.projects.map(({ id }) => id) : records.keys());
    return { inScope: inScope.filter(({ id }) => known.has(id)), state: changed };
  }
  if (state.brake !== null) events.emit({ event: 'brake.released', confirmed: state.brake.confirmedAt !== null });
  const since = new Map(state.projects.map((project) => [project.id, project.since]));
  const projects = sourceProjects.map((project) => {
    const { id, name } = project;
    return { id, name, since: since.get(id) ?? now.toISOString(), excluded: policy.exclusionOf(project) };
  });
  const unmatchedPatterns = scope.unmatched(sourceProjects);
  const accepted = { brake, missing, projects, unmatchedPatterns };
  return { inScope, state: await updateSweepState(store, clock, (stored) => ({ ...stored, ...accepted })) };
}

async function complete(
  { store, clock }: Dependencies,
  found: Pick<SweepState, 'problem' | 'orphans' | 'targetProjects' | 'slotsWanted'>,
): Promise<void> {
  const lastCompletedAt = clock.now().toISOString();
  await updateSweepState(store, clock, (state) => ({ ...state, lastCompletedAt, failure: null, ...found }));
}

function problemOf(failures: readonly ReplicationFailure[], { brake }: SweepState): string | null {
  if (brake !== null) {
    return `The primary's list lacks ${brake.missing} of ${brake.accepted} projects, which is taken for a fault: check the primary's endpoint, key and role. If the projects were deleted on purpose, confirm it with POST /api/brake/confirm.`;
  }
  const [first, ...others] = failures;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${inWords(first)}${more}`;
}

function inWords({ message, hint }: ReplicationFailure): string {
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${hint}`;
}
