import type { Decision } from '../../core/facts/decision.ts';
import { isFailure, ReplicationFailure } from '../../core/facts/failure.ts';
import type { Project } from '../../core/facts/model.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import type { RoutingManifest } from '../../core/facts/routing.ts';
import type { SweepState } from '../../core/facts/sweep-state.ts';
import { newSweepState, targetProjectLimitOf } from '../../core/facts/sweep-state.ts';
import { oneResource, otherCopies } from '../../core/plan/blockers.ts';
import { brakeForTarget, faultOfTarget, judgeList } from '../../core/plan/brake.ts';
import type { Scope } from '../../core/plan/scope.ts';
import type { Dependencies } from '../context.ts';
import { readDecisions, readRecords, updateSweepState } from '../documents.ts';

/** What a sweep has read before it looks at single projects. */
export interface Lists {
  readonly sourceProjects: readonly Project[];
  /** Why the source gave no list; null where it gave one. */
  readonly sourceFailure: ReplicationFailure | null;
  /** What is odd about those of the source's projects that the list gives no readable id. */
  readonly withoutId: readonly string[];
  readonly targetProjects: readonly Project[];
  /** Why the target gave no list; null where it gave one. Without one nothing may be said of what is there. */
  readonly targetFailure: ReplicationFailure | null;
  /** When the source was asked for its list: what the list says may be as old as this. */
  readonly listedAt: string;
  /** By source project id. */
  readonly records: ReadonlyMap<string, ReplicaRecord>;
  /** By source project id: why a record can't be read. Its project is left alone. */
  readonly unreadable: ReadonlyMap<string, ReplicationFailure>;
  /** What people have decided, by source project id. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly state: SweepState;
  readonly routes: RoutingManifest['projects'];
  readonly targetProjectLimit: number;
}

/**
 * The target is listed before the records are read: a staging project in the list then has its intent in a record.
 */
export async function gather(
  { source, target, store, clock, policy }: Dependencies,
  signal: AbortSignal,
): Promise<Lists> {
  const held = await list(target, signal);
  const listedAt = clock.now().toISOString();
  const listed = await list(source, signal);
  if (isFailure(held) && isFailure(listed)) throw new NoList(ofBoth(listed, held));
  const { records, unreadable } = await readRecords(store, signal);
  const state = (await store.sweep.read(signal))?.value ?? newSweepState(clock.now().toISOString());
  const routes = (await store.routing.read(signal))?.value.projects ?? {};
  const sourceFailure = isFailure(listed) ? listed : null;
  const targetFailure = isFailure(held) ? held : null;
  const targetProjects = isFailure(held) ? [] : held;
  const { sourceProjects, withoutId } = told(isFailure(listed) ? [] : listed, records);
  const decisions = await readDecisions(store, signal);
  const targetProjectLimit = targetProjectLimitOf(state, policy.targetProjectLimit, clock.now());
  return {
    ...{
      sourceProjects,
      sourceFailure,
      targetFailure,
      withoutId,
      targetProjects,
      listedAt,
      records,
      decisions: decisions.values,
      state,
      routes,
    },
    // What somebody decided about a project must be known before anything is done to it.
    unreadable: new Map([...unreadable, ...decisions.unreadable]),
    targetProjectLimit,
  };
}

/** What a resource lists; where it gives no list, why. */
async function list(
  resource: Pick<Dependencies['source'], 'getProjects'>,
  signal: AbortSignal,
): Promise<Project[] | ReplicationFailure> {
  try {
    return await resource.getProjects(signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!isFailure(error)) throw error;
    return error;
  }
}

/** Neither gives a list: each is told by its own state, and here by one failure, the source's, which names both. */
function ofBoth(source: ReplicationFailure, target: ReplicationFailure): ReplicationFailure {
  const message = `Neither resource gives a list of its projects. ${source.message}. ${target.message}`;
  return new ReplicationFailure(message, { class: source.class, code: source.code, hint: source.hint });
}

/** One of the resources gave no list: the sweep has run, and has looked at all that it could. */
export class NoList extends Error {
  readonly failure: ReplicationFailure;

  constructor(failure: ReplicationFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A project whose name can't be read goes by its last known one: whether it is wanted does not depend on the reading. */
function told(listed: readonly Project[], records: Lists['records']): Pick<Lists, 'sourceProjects' | 'withoutId'> {
  const withoutId = listed.filter(({ id }) => id === '');
  const sourceProjects = listed
    .filter(({ id }) => id !== '')
    .map((project) => {
      const known = records.get(project.id)?.name ?? '';
      const isNamed = project.problem === undefined || project.name !== project.id;
      return isNamed || known === '' ? project : { ...project, name: known };
    });
  return { sourceProjects, withoutId: withoutId.map(({ problem = '' }) => problem) };
}

/**
 * Stores the list where it may be believed. Where it may not, nothing is marked, and only projects that an earlier
 * list had are looked at: those of another account are none of ours.
 */
export async function acceptList(
  { sourceProjects, withoutId, targetProjects, targetFailure, records, state, listedAt }: Lists,
  { policy, clock, store, events }: Dependencies,
  scope: Scope,
): Promise<{ inScope: readonly Project[]; state: SweepState }> {
  const now = clock.now();
  // What was wrong with the target stays so until it is seen again, and no pair of resources is in order by one of them.
  const isHalted = state.brake !== null && state.brake.kind !== 'short-list';
  if (targetFailure !== null && isHalted) return { inScope: [], state };
  const acceptedPair = targetFailure === null ? policy.owner.pair : state.acceptedPair;
  const fault = faultOfTarget(sourceProjects, targetProjects, [...records.values()], policy.owner);
  const halt = brakeForTarget(fault, state, now);
  if (halt !== null) {
    if (state.brake?.kind !== halt.kind) events.emit({ event: 'brake.tripped', ...tripped(halt) });
    return { inScope: [], state: await updateSweepState(store, clock, (stored) => ({ ...stored, brake: halt })) };
  }
  // Which projects have no readable id nobody knows: none is taken for missing that was there until now.
  const unnamed = withoutId.length === 0 ? [] : [...state.projects.map(({ id }) => id), ...records.keys()];
  const stillThere = unnamed.filter((id) => !Object.hasOwn(state.missing, id));
  const ids = [...new Set([...sourceProjects.map(({ id }) => id), ...stillThere])];
  const { brake, missing } = judgeList(state, [...records.keys()], ids, now);
  const inScope = sourceProjects.filter((project) => policy.exclusionOf(project) === null);
  if (brake !== null) {
    if (state.brake === null) events.emit({ event: 'brake.tripped', ...tripped(brake) });
    const changed = await updateSweepState(store, clock, (stored) => {
      return { ...stored, brake, acceptedPair };
    });
    const known = new Set(state.projects.length > 0 ? state.projects.map(({ id }) => id) : records.keys());
    return { inScope: inScope.filter(({ id }) => known.has(id)), state: changed };
  }
  if (state.brake !== null) events.emit({ event: 'brake.released', confirmed: state.brake.confirmedAt !== null });
  const since = new Map(state.projects.map((project) => [project.id, project.since]));
  const present = new Set(sourceProjects.map(({ id }) => id));
  const projects = [
    ...sourceProjects.map((project) => {
      const { id, name } = project;
      return { id, name, since: since.get(id) ?? now.toISOString(), excluded: policy.exclusionOf(project) };
    }),
    ...state.projects.filter(({ id }) => withoutId.length > 0 && !present.has(id)),
  ];
  const unmatchedPatterns = scope.unmatched(sourceProjects);
  const accepted = { brake, missing, projects, unmatchedPatterns, acceptedPair, listedAt };
  return { inScope, state: await updateSweepState(store, clock, (stored) => ({ ...stored, ...accepted })) };
}

const HINTS: Record<NonNullable<SweepState['brake']>['kind'], string> = {
  'short-list': 'Nothing is marked as missing and nothing is deleted. If the list is right, POST /api/brake/confirm.',
  'one-resource': oneResource().hint,
  'other-copies': otherCopies().hint,
};

function tripped({ kind, accepted, missing }: NonNullable<SweepState['brake']>) {
  return { kind, accepted, missing, hint: HINTS[kind] };
}
