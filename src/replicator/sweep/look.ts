import { workItem } from '../../core/facts/work-item.ts';
import { isOfOutage } from '../../core/facts/backoff.ts';
import { toFailure } from '../../core/facts/failure.ts';
import { sourcesOfCopies } from '../../core/content/mark.ts';
import type { Project } from '../../core/facts/model.ts';
import type { Plan, Observed } from '../../core/plan/types.ts';
import { planProject } from '../../core/plan/plan.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import { currentGeneration, newRecord } from '../../core/facts/record.ts';
import { isAboutSlots } from '../../core/facts/failure.ts';
import { waits } from '../../core/facts/wake.ts';
import type { SweepState } from '../../core/facts/sweep-state.ts';
import { forEachAtMost } from '../for-each.ts';
import { observeProject, unlessGone } from '../observe.ts';
import { RecordOnHand } from '../record-on-hand.ts';
import { settledRecord, withSeen } from '../settle.ts';
import type { Dependencies } from '../context.ts';
import type { Lists } from './lists.ts';
import type { SweepRound } from './round.ts';

/** Projects looked at side by side; the pace per resource is the client's. */
const PROJECTS_AT_ONCE = 4;

/** Looks at each project that the round has not, and enqueues work for those that need some, the largest lag first. */
export async function lookAtProjects(
  inScope: readonly Project[],
  lists: Lists,
  round: SweepRound,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  const lastInSync = ({ id }: Project): string => lists.records.get(id)?.inSyncAt ?? '';
  const left = inScope.filter(({ id }) => !round.isLookedAt(id));
  const ordered = left.sort((one, other) => (lastInSync(one) < lastInSync(other) ? -1 : 1));
  await forEachAtMost(ordered, PROJECTS_AT_ONCE, signal, async (project, stopped) => {
    if (!round.takeTurn(PROJECTS_AT_ONCE)) return;
    if (await needsWork(project, lists, round, deps, stopped)) {
      await deps.queue.enqueue(workItem(project.id, 'sweep'), 0);
      round.noteEnqueued();
    }
    await round.noteLooked(project.id);
  });
}

/** Looks at one project; whether a worker has to. */
async function needsWork(
  project: Project,
  lists: Lists,
  round: SweepRound,
  deps: Dependencies,
  stopped: AbortSignal,
): Promise<boolean> {
  const record = lists.records.get(project.id) ?? newRecord(project.id, project.name);
  // No slot is given up for a project that can't be copied.
  if (project.problem === undefined && wantsSlot(record)) round.wantsCopy(project.id);
  if (waits(record, deps.clock.now()) && !isOutageOver(record)) return false;
  try {
    const { plan, observed } = await planFromSweep(project, record, lists, deps, stopped);
    if (plan?.kind === 'settled' && plan.as === 'in-sync' && (await saveSettled(record, plan, observed, deps)))
      return false;
    if (isAboutToCopy(plan)) round.wantsCopy(project.id);
  } catch (error) {
    // One project's failure holds up no other: its worker meets the same failure and records it on the project.
    stopped.throwIfAborted();
    round.noteFailure(toFailure(error));
  }
  stopped.throwIfAborted();
  return true;
}

/** Both resources have just given their lists: what failed for want of one of them need not wait for its next attempt. */
function isOutageOver({ run, failure }: ReplicaRecord): boolean {
  return run === null && failure !== null && isOfOutage(failure);
}

/**
 * Projects that the source's list brings nothing up for, and that something may be left to do for: those that are gone
 * or not wanted any more, whose copies are looked after all the same; a copy in the making whose message may be lost; a
 * recorded copy that is gone; and copies by their marks that no record knows. Answers with how many were enqueued.
 */
export async function lookAtOthers(
  looked: readonly Project[],
  lists: Lists,
  { queue, clock, policy }: Dependencies,
): Promise<number> {
  const observed = new Set(looked.map(({ id }) => id));
  const records = [...lists.records.values()];
  const waiting = new Set(records.filter((record) => waits(record, clock.now())));
  const running = records.filter((record) => record.run !== null && !waiting.has(record));
  const present = new Set(lists.targetProjects.map(({ id }) => id));
  const astray = records.filter((record) => hasLostCopy(record, present, lists.state));
  const excluded = lists.sourceProjects.filter((project) => policy.exclusionOf(project) !== null);
  const unlooked = new Set([...Object.keys(lists.state.missing), ...excluded.map(({ id }) => id)]);
  const resting = records.filter(
    (record) => unlooked.has(record.sourceProjectId) && !waiting.has(record) && hasCopy(record, present),
  );
  const known = new Set(
    records.flatMap(({ generations }) => generations.map(({ replicaProjectId }) => replicaProjectId)),
  );
  const unknown = sourcesOfCopies(
    lists.targetProjects.filter(({ id }) => !known.has(id)),
    policy.owner,
  );
  const wanted = new Set([
    ...[...running, ...astray, ...resting].map(({ sourceProjectId }) => sourceProjectId),
    ...unknown,
  ]);
  const others = [...wanted].filter((id) => !observed.has(id) && !lists.unreadable.has(id));
  for (const projectId of others) {
    await queue.enqueue(workItem(projectId, 'sweep'), 0);
  }
  return others.length;
}

function hasCopy({ generations }: ReplicaRecord, present: ReadonlySet<string>): boolean {
  return generations.some(({ replicaProjectId }) => present.has(replicaProjectId));
}

/** A project that is gone on both sides is released, and needs no look. */
function hasLostCopy(record: ReplicaRecord, present: ReadonlySet<string>, { missing }: SweepState): boolean {
  if (Object.hasOwn(missing, record.sourceProjectId) && !hasCopy(record, present)) return false;
  return !record.generations.every(({ replicaProjectId }) => present.has(replicaProjectId));
}

/**
 * A project that has no copy, or that waits for room, needs a slot that is not there yet. One whose import was refused
 * for a reason that is not known to be the number of projects needs no room: it would be made in vain, again and again.
 */
function wantsSlot({ run, failure, current }: ReplicaRecord): boolean {
  if (run?.replicaProjectId != null) return false;
  if (failure?.class === 'quota') return isAboutSlots(failure.code);
  return current === null;
}

function isAboutToCopy(plan: Plan | null): boolean {
  if (plan === null) return false;
  return (plan.kind === 'look' && plan.toCopy === true) || (plan.kind === 'step' && plan.step.do === 'import');
}

/**
 * What is to be done about a project at rest, as far as that can be told without reading its images; null where a
 * worker has to look anyway.
 */
async function planFromSweep(
  project: Project,
  record: ReplicaRecord,
  lists: Lists,
  { source, target, clock, policy }: Dependencies,
  signal: AbortSignal,
): Promise<{ readonly plan: Plan | null; readonly observed: Observed }> {
  const nobody = { plan: null, observed: {} };
  if (record.run !== null || record.failure !== null || record.triggeredAt !== null) return nobody;
  if (project.problem !== undefined) return nobody;
  const now = clock.now();
  const { targetProjects, targetProjectLimit, routes, decisions } = lists;
  const decision = decisions.get(project.id) ?? null;
  // The list that the project stands in is the oldest part of the look.
  const observation = await observeProject(source, project, lists.listedAt, signal);
  const observed: Observed = {
    source: observation,
    targetProjects,
    targetProjectLimit,
    labelEdits: lists.state.labelEdits,
    route: routes[project.id] ?? null,
  };
  const plan = (more: Observed) =>
    planProject({ record, observed: more, policy, decision, now, justCopied: false, makeRoom: false });
  const first = plan(observed);
  if (first.kind !== 'look' || first.at !== 'replica') return { plan: first, observed };
  const copy = targetProjects.find(({ id }) => id === currentGeneration(record)?.replicaProjectId);
  if (copy === undefined) return nobody;
  const seen = { ...observed, replica: await unlessGone(observeProject(target, copy, now.toISOString(), signal)) };
  return { plan: plan(seen), observed: seen };
}

/** Under the project's own lease, and only where the record is still the one that was planned from. */
async function saveSettled(
  record: ReplicaRecord,
  plan: Plan & { kind: 'settled' },
  observed: Observed,
  deps: Dependencies,
): Promise<boolean> {
  const lease = await deps.leases.acquire(record.sourceProjectId);
  if (lease === null) return false;
  try {
    const onHand = await RecordOnHand.read(record.sourceProjectId, deps, lease.signal);
    if (JSON.stringify(onHand.value) !== JSON.stringify(record)) return false;
    await onHand.save(withSeen(settledRecord(record, plan), observed));
    return true;
  } finally {
    await lease.release();
  }
}
