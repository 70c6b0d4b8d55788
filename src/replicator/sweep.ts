import type { ReplicationFailure } from '../core/failure.ts';
import { toFailure } from '../core/failure.ts';
import type { Project } from '../core/model.ts';
import type { Plan } from '../core/plan.ts';
import { planProject } from '../core/plan.ts';
import type { ReplicaRecord } from '../core/record.ts';
import { newRecord } from '../core/record.ts';
import type { Scope } from '../core/scope.ts';
import type { SweepState } from '../core/sweep-state.ts';
import { concurrently } from './concurrently.ts';
import { updateSweepState } from './documents.ts';
import { observeProject } from './observe.ts';
import { settledRecord } from './settle.ts';
import { handleStrays } from './strays.ts';
import type { Workshop } from './workshop.ts';

/** Projects looked at side by side; the pace per resource is the client's. */
const PROJECTS_AT_ONCE = 4;

interface SweepInput {
  readonly sourceProjects: readonly Project[];
  readonly targetProjects: readonly Project[];
  readonly records: ReadonlyMap<string, ReplicaRecord>;
}

/**
 * Looks at every project of the primary and enqueues work for those that need some. It changes neither resource,
 * except that it deletes staging projects that nobody wants any more.
 */
export async function sweep(workshop: Workshop, scope: Scope, signal: AbortSignal): Promise<void> {
  const { clock, store, events } = workshop;
  const startedAt = clock.now();
  await updateSweepState(store, clock, (state) => ({ ...state, lastStartedAt: startedAt.toISOString() }));
  try {
    const input = await gather(workshop, signal);
    const inScope = input.sourceProjects.filter((project) => workshop.policy.exclusionOf(project) === null);
    const found = await lookAtAll(inScope, input, workshop, signal);
    const { strays, problems } = await handleStrays(
      input.targetProjects,
      [...input.records.values()],
      workshop,
      signal,
    );
    await complete(workshop, strays, input, scope, problemOf([...found.failures, ...problems]));
    events.emit({
      event: 'sweep.completed',
      projects: input.sourceProjects.length,
      inScope: inScope.length,
      enqueued: found.enqueued,
      failed: found.failures.length,
      durationInSeconds: (clock.now().getTime() - startedAt.getTime()) / 1_000,
    });
  } catch (error) {
    const failure = toFailure(error);
    const problem = `${failure.message} ${failure.hint}`;
    await updateSweepState(store, clock, (state) => ({ ...state, problem }));
    const { code, message, hint } = failure;
    events.emit({ event: 'sweep.failed', code, message, hint });
    throw failure;
  }
}

/**
 * The target is listed before the records are read: a staging project in the list then has its intent in a record.
 */
async function gather({ source, target, store }: Workshop, signal: AbortSignal): Promise<SweepInput> {
  const targetProjects = await target.getProjects(signal);
  const sourceProjects = await source.getProjects(signal);
  const records = new Map<string, ReplicaRecord>();
  for (const id of await store.list(signal)) {
    const stored = await store.record(id).read(signal);
    if (stored !== null) records.set(id, stored.value);
  }
  return { sourceProjects, targetProjects, records };
}

async function lookAtAll(
  inScope: readonly Project[],
  input: SweepInput,
  workshop: Workshop,
  signal: AbortSignal,
): Promise<{ enqueued: number; failures: readonly ReplicationFailure[] }> {
  let enqueued = 0;
  const failures: ReplicationFailure[] = [];
  const lastInSync = (project: Project): string => input.records.get(project.id)?.inSyncAt ?? '';
  // The largest lag first, so that a sweep that is cut short has served those that waited longest.
  const ordered = [...inScope].sort((left, right) => (lastInSync(left) < lastInSync(right) ? -1 : 1));
  await concurrently(ordered, PROJECTS_AT_ONCE, async (project) => {
    const record = input.records.get(project.id) ?? newRecord(project.id, project.name);
    if (waits(record, workshop.clock.now())) return;
    let needsWork = true;
    try {
      needsWork = !(await isSettled(project, record, input.targetProjects, workshop, signal));
    } catch (error) {
      // One project's failure holds up no other: its worker meets the same failure and records it on the project.
      failures.push(toFailure(error));
    }
    if (!needsWork) return;
    await workshop.queue.enqueue({ schemaVersion: 1, projectId: project.id, reason: 'sweep', wakeId: null }, 0);
    enqueued += 1;
  });
  return { enqueued, failures };
}

function problemOf(failures: readonly ReplicationFailure[]): string | null {
  const [first, ...others] = failures;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${first.message} ${first.hint}${more}`;
}

/** A wake that is still to come needs no help; one that is overdue may have lost its message. */
function waits(record: ReplicaRecord, now: Date): boolean {
  return record.wake !== null && Date.parse(record.wake.dueAt) > now.getTime();
}

/** Whether there is nothing to do for a project; what was seen is then stored, if nobody else is at work on it. */
async function isSettled(
  project: Project,
  record: ReplicaRecord,
  targetProjects: readonly Project[],
  workshop: Workshop,
  signal: AbortSignal,
): Promise<boolean> {
  const { source, clock, policy } = workshop;
  if (record.run !== null || record.failure !== null || record.triggeredAt !== null) return false;
  const now = clock.now();
  const observation = await observeProject(source, project, now.toISOString(), signal);
  const plan = planProject({ record, seen: { source: observation, targetProjects }, policy, now, justCopied: false });
  if (plan.kind !== 'settled' || plan.as !== 'in-sync') return false;
  return saveSettled(record, plan, workshop);
}

/** Under the project's own lease, and only where the record is still the one that was planned from. */
async function saveSettled(
  record: ReplicaRecord,
  plan: Plan & { kind: 'settled' },
  { store, leases }: Workshop,
): Promise<boolean> {
  const lease = await leases.acquire(record.sourceProjectId);
  if (lease === null) return false;
  try {
    const document = store.record(record.sourceProjectId);
    const stored = await document.read(lease.signal);
    if (JSON.stringify(stored?.value) !== JSON.stringify(record)) return false;
    await document.write(settledRecord(record, plan), stored?.etag ?? null, lease.signal);
    return true;
  } finally {
    await lease.release();
  }
}

async function complete(
  { store, clock, policy }: Workshop,
  strays: SweepState['strays'],
  { sourceProjects, targetProjects }: SweepInput,
  scope: Scope,
  problem: string | null,
): Promise<void> {
  const lastCompletedAt = clock.now().toISOString();
  const projects = sourceProjects.map((project) => {
    const { id, name } = project;
    return { id, name, excluded: policy.exclusionOf(project) };
  });
  await updateSweepState(store, clock, (state) => ({
    ...state,
    lastCompletedAt,
    problem,
    projects,
    strays,
    targetProjects: targetProjects.length,
    unmatchedPatterns: scope.unmatched(sourceProjects),
  }));
}
