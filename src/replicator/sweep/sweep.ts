import { installationsBeside } from '../../core/content/mark.ts';
import { oneResource, otherCopies } from '../../core/plan/blockers.ts';
import { needsPerson, ReplicationFailure, toFailure } from '../../core/facts/failure.ts';
import type { Project } from '../../core/facts/model.ts';
import type { Scope } from '../../core/plan/scope.ts';
import type { SweepState } from '../../core/facts/sweep-state.ts';
import { dueAfter } from '../../core/status/next-sweep.ts';
import { NO_PROJECT } from '../../core/facts/work-item.ts';
import { updateSweepState } from '../documents.ts';
import { acceptList, gather, NoList } from './lists.ts';
import { lookAfterCopies } from './look-after.ts';
import { makeRoom } from './make-room.ts';
import { releaseMissing } from './release-missing.ts';
import type { Lists } from './lists.ts';
import { lookAtProjects, lookAtOthers } from './look.ts';
import { discardOrphans } from './orphans.ts';
import { SweepRound } from './round.ts';
import { watchSources } from './watch-sources.ts';
import type { Dependencies } from '../context.ts';

type Brake = NonNullable<SweepState['brake']>;

/** How an invocation's part in a sweep ended. */
export type Swept =
  | 'completed'
  /** A message goes on with the projects that are left. */
  | 'to-be-continued'
  /** Somebody else is at it. */
  | 'busy'
  /** What the message was to go on with is over, or another message does. */
  | 'stale';

/**
 * Looks at every project of the primary and enqueues work for those that need some. It changes neither resource,
 * except that it deletes staging projects that nobody wants any more. What one invocation has no time for another goes on
 * with: `token` is what its message carries, and null at the schedule's time.
 */
export async function sweep(
  deps: Dependencies,
  scope: Scope,
  signal: AbortSignal,
  token: string | null = null,
): Promise<Swept> {
  try {
    return await sweepUnderLease(deps, scope, token, signal);
  } catch (error) {
    const cause = error instanceof NoList ? error.failure : error;
    await noteEnd(toFailure(cause), error instanceof NoList, deps);
    throw cause;
  }
}

/** One sweep at a time, however many hosts there are. */
async function sweepUnderLease(
  deps: Dependencies,
  scope: Scope,
  token: string | null,
  signal: AbortSignal,
): Promise<Swept> {
  const lease = await deps.leases.acquire(NO_PROJECT);
  if (lease === null) return 'busy';
  try {
    return await sweepPart(deps, scope, token, AbortSignal.any([signal, lease.signal]));
  } finally {
    await lease.release();
  }
}

async function sweepPart(
  deps: Dependencies,
  scope: Scope,
  token: string | null,
  signal: AbortSignal,
): Promise<'completed' | 'to-be-continued' | 'stale'> {
  const { clock, events } = deps;
  const round = await SweepRound.begin(token, deps);
  if (round === null) return 'stale';
  const lists = await gather(deps, signal);
  if (lists.sourceFailure !== null) {
    await lookAfterAll(lists, deps, signal);
    throw new NoList(lists.sourceFailure);
  }
  const { inScope, state } = await acceptList(lists, deps, scope);
  if (lists.targetFailure !== null) {
    await watchSources(inScope, lists, round, deps, signal);
    throw new NoList(lists.targetFailure);
  }
  const isHalted = state.brake !== null && state.brake.kind !== 'short-list';
  const readable = inScope.filter(({ id }) => !lists.unreadable.has(id));
  if (!isHalted) await lookAtProjects(readable, lists, round, deps, signal);
  if (round.isCutShort) {
    const [first] = round.failures;
    await round.leaveRest(first === undefined ? null : inWords(first));
    return 'to-be-continued';
  }
  const done = isHalted ? NOTHING_DONE : await conclude(readable, state, lists, round, deps, signal);
  await complete(deps, lists, state, done, round.earlierProblem);
  events.emit({
    event: 'sweep.completed',
    projects: lists.sourceProjects.length,
    inScope: inScope.length,
    enqueued: done.enqueued,
    failed: done.failed + lists.unreadable.size,
    durationInSeconds: (clock.now().getTime() - Date.parse(round.startedAt)) / 1_000,
  });
  return 'completed';
}

/** What goes wrong in it is told, and takes the place of nothing: the sweep ends by what the source failed with. */
async function lookAfterAll(lists: Lists, deps: Dependencies, signal: AbortSignal): Promise<void> {
  try {
    await lookAfterCopies(lists, deps, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, hint } = toFailure(error);
    deps.events.emit({ event: 'sweep.task.failed', task: 'look-after', code, message, hint });
  }
}

interface Done {
  readonly enqueued: number;
  readonly failed: number;
  readonly slotsWanted: number;
  /** Null where nobody looked. */
  readonly orphans: SweepState['orphans'] | null;
  readonly failures: readonly ReplicationFailure[];
}

/** Where the target is not one to make copies on, nothing is done at all. */
const NOTHING_DONE: Done = { enqueued: 0, failed: 0, slotsWanted: 0, orphans: null, failures: [] };

/** What follows once every project was looked at. */
async function conclude(
  readable: readonly Project[],
  state: SweepState,
  lists: Lists,
  round: SweepRound,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<Done> {
  const wantCopies = round.stillWantCopies(lists.records);
  const others = await lookAtOthers(readable, { ...lists, state }, deps);
  await makeRoom(wantCopies, lists, deps);
  await releaseMissing(state.missing, lists, deps, signal);
  const { orphans, problems } = await discardOrphans(lists.targetProjects, [...lists.records.values()], deps, signal);
  return {
    enqueued: round.enqueued + others,
    failed: round.failed,
    slotsWanted: wantCopies.length,
    orphans,
    failures: [...round.failures, ...problems],
  };
}

/** The failure that ended a sweep is logged before it is stored: if storage fails too, the first one is not lost. */
async function noteEnd(
  failure: ReplicationFailure,
  isOfResource: boolean,
  { store, clock, events, schedule }: Dependencies,
): Promise<void> {
  const { code, message, hint } = failure;
  events.emit({ event: 'sweep.failed', code, message, hint });
  const ended = { code, message, hint, needsPerson: needsPerson(failure.class) };
  try {
    await updateSweepState(store, clock, (state) => ({
      ...state,
      // That a resource does not answer is told of the resource; of the sweeps nothing is overdue.
      ...(isOfResource && { nextDue: dueAfter(clock.now(), schedule) }),
      problem: inWords(failure),
      failure: ended,
    }));
  } catch (error) {
    const later = toFailure(error);
    events.emit({ event: 'storage.unavailable', code: later.code, message: later.message, hint: later.hint });
  }
}

async function complete(
  { store, clock, policy, schedule }: Dependencies,
  { targetProjects, unreadable, withoutId }: Lists,
  sweptState: SweepState,
  { slotsWanted, orphans, failures }: Done,
  earlierProblem: string | null,
): Promise<void> {
  const found = [...unreadable.values(), ...failuresWithoutId(withoutId), ...failures];
  const problem = problemOf(found, sweptState) ?? earlierProblem;
  const completedAt = clock.now();
  const held = targetProjects.length;
  const otherInstallations = installationsBeside(targetProjects, policy.owner);
  await updateSweepState(store, clock, (state) => ({
    ...state,
    lastCompletedAt: completedAt.toISOString(),
    nextDue: dueAfter(completedAt, schedule),
    ...{ round: null, failure: null, problem, slotsWanted, otherInstallations },
    orphans: orphans ?? state.orphans,
    targetProjects: held,
    mostTargetProjects: Math.max(held, state.mostTargetProjects ?? 0),
  }));
}

function failuresWithoutId(problems: readonly string[]): ReplicationFailure[] {
  if (problems.length === 0) return [];
  const message = `The primary's list has ${problems.length} projects whose id cannot be read: ${problems.join('; ')}.`;
  const hint = 'They are not copied; all others are, and none is taken for missing. Report this with the log line.';
  return [new ReplicationFailure(message, { class: 'transient', code: 'UNREADABLE_ANSWER', hint })];
}

function problemOf(failures: readonly ReplicationFailure[], { brake }: SweepState): string | null {
  if (brake !== null) return BRAKES[brake.kind](brake);
  const [first, ...others] = failures;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${inWords(first)}${more}`;
}

const BRAKES: Record<Brake['kind'], (brake: Brake) => string> = {
  'short-list': ({ missing, accepted }) =>
    `The primary's list lacks ${missing} of ${accepted} projects, which is taken for a fault: check the primary's endpoint, key and role. If the projects were deleted on purpose, confirm it with POST /api/brake/confirm.`,
  'one-resource': () => inWords(oneResource()),
  'other-copies': () => inWords(otherCopies()),
};

function inWords({ message, hint }: Pick<ReplicationFailure, 'message' | 'hint'>): string {
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${hint}`;
}
