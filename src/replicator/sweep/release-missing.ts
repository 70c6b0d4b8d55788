import { isReplicaOf } from '../../core/content/mark.ts';
import { isFailedOver } from '../../core/facts/decision.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import { isFailure } from '../../core/facts/failure.ts';
import { withRoute } from '../../core/facts/routing.ts';
import type { SweepState } from '../../core/facts/sweep-state.ts';
import { updateDocument } from '../documents.ts';
import { unlessGone } from '../observe.ts';
import type { Dependencies } from '../context.ts';
import { tellHistory } from '../tell-history.ts';
import type { Lists } from './lists.ts';

/**
 * A source project that is gone keeps its copies until a person deletes them on the target: that is how it is
 * released. Its record is then archived and its route taken out.
 */
export async function releaseMissing(
  missing: SweepState['missing'],
  { records, targetProjects, decisions }: Pick<Lists, 'records' | 'targetProjects' | 'decisions'>,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  const present = new Set(targetProjects.map(({ id }) => id));
  for (const [id, missingSince] of Object.entries(missing)) {
    const record = records.get(id);
    if (record === undefined || record.run !== null || deps.policy.dryRun) continue;
    // Where clients were sent to a copy somebody is still to decide what becomes of the project.
    if (isFailedOver(decisions.get(id) ?? null)) continue;
    if (record.generations.some(({ replicaProjectId }) => present.has(replicaProjectId))) continue;
    // A copy that the record does not know yet is a copy all the same.
    if (targetProjects.some((project) => isReplicaOf(project, id, deps.policy.owner))) continue;
    if (await isReleased(record, deps, signal)) await release(record, missingSince, deps, signal);
  }
}

/** A list may be stale: only the service's own "no such project" counts, and so for the source. */
async function isReleased(
  record: ReplicaRecord,
  { source, target }: Dependencies,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await unlessGone(source.getProject(record.sourceProjectId, signal))) !== null) return false;
  for (const { replicaProjectId } of record.generations) {
    if ((await unlessGone(target.getProject(replicaProjectId, signal))) !== null) return false;
  }
  return true;
}

async function release(
  { sourceProjectId, name }: ReplicaRecord,
  missingSince: string,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  const { store, leases, clock, events } = deps;
  const lease = await leases.acquire(sourceProjectId);
  if (lease === null) return;
  try {
    // Nobody looks at an archived record again: what it has left to tell is told first, or it stays for the next sweep.
    if (!(await toldAll(sourceProjectId, deps, signal))) return;
    const stored = await store.record(sourceProjectId).read(signal);
    if (stored === null) return;
    const now = clock.now();
    await updateDocument(
      store.routing,
      (routing) => (routing?.projects[sourceProjectId] ? withRoute(routing, sourceProjectId, null, now) : null),
      signal,
    );
    await store.archive(stored, now, signal);
    events.emit({ event: 'project.released', projectId: sourceProjectId, name, missingSince });
  } finally {
    await lease.release();
  }
}

async function toldAll(projectId: string, deps: Dependencies, signal: AbortSignal): Promise<boolean> {
  try {
    await tellHistory(deps.store.record(projectId), deps, signal);
    return true;
  } catch (error) {
    if (signal.aborted || !isFailure(error)) throw error;
    const { code, message, hint } = error;
    deps.events.emit({ event: 'storage.unavailable', code, message, hint });
    return false;
  }
}
