import { ReplicationFailure } from '../../core/facts/failure.ts';
import type { Generation, ReplicaRecord } from '../../core/facts/record.ts';
import { lookForChanges } from '../changes.ts';
import { deleteReplica } from '../delete-replica.ts';
import type { StepContext, StepResult } from '../context.ts';
import type { StepOf } from '../../core/plan/types.ts';
import type { Observation } from '../../core/facts/model.ts';
import { publishedBySomebody } from '../../core/plan/blockers.ts';
import { withGeneration } from '../../core/facts/generation.ts';

/**
 * Unpublishes and deletes an older copy. Three things are read right before: routing, which must name another copy;
 * the copy itself, which must be as we left it; and its mark. Each call can be repeated after a crash.
 */
export async function retireGeneration(
  record: ReplicaRecord,
  { generation, reason }: StepOf<'retire'>,
  { deps, save, signal }: StepContext,
): Promise<StepResult> {
  const { store, events } = deps;
  const { sourceProjectId } = record;
  const { replicaProjectId, runId } = generation;
  const routed = (await store.routing.read(signal))?.value.projects[sourceProjectId]?.secondary.projectId;
  if (routed === undefined || routed === replicaProjectId || runId === record.current)
    throw stillRouted(generation, routed);
  const { replica, isChanged } = await lookForChanges(generation, 'always', deps, signal);
  if (isChanged || isPublishedElsewise(generation, replica, record)) {
    const changeCheckedAt = deps.clock.now().toISOString();
    return { record: await save(withGeneration(record, runId, { changedBySomebody: true, changeCheckedAt })) };
  }
  if (replica !== null) {
    await deleteReplica(replicaProjectId, { sourceProjectId, stagingName: null }, deps, signal);
  }
  const generations = record.generations.filter((other) => other.runId !== runId);
  const saved = await save({ ...record, generations });
  events.emit({ event: 'generation.retired', projectId: sourceProjectId, runId, replicaProjectId, reason });
  return { record: saved };
}

function isPublishedElsewise(generation: Generation, replica: Observation | null, { source }: ReplicaRecord): boolean {
  return replica !== null && publishedBySomebody(generation, replica, source).length > 0;
}

function stillRouted({ name, replicaProjectId }: Generation, routed: string | undefined): ReplicationFailure {
  const named = routed === undefined ? 'names no copy of this project' : `names ${routed}`;
  return new ReplicationFailure(`The replica ${name} (${replicaProjectId}) is not retired: routing ${named}.`, {
    class: 'transient',
    code: 'ROUTING_NOT_IN_LINE',
    hint: 'Routing is brought in line first; the copy is retired in a later look.',
  });
}
