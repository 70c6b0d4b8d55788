import { isFailure, ReplicationFailure } from '../../core/facts/failure.ts';
import type { PublicationStep, ReplicaPublication } from '../../core/content/publications.ts';
import { afterPublicationStep, withoutPublication } from '../../core/content/publications.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import { currentGeneration } from '../../core/facts/record.ts';
import type { Dependencies, StepContext, StepResult } from '../context.ts';

/**
 * Publishes an iteration of the copy that is being made, else of the current one, or ends its publication. It counts
 * as published only once the service has said yes here: what an import brings along proves nothing.
 */
export async function changePublication(
  record: ReplicaRecord,
  step: PublicationStep,
  { deps, save, signal }: StepContext,
): Promise<StepResult> {
  const { target, policy, events } = deps;
  const current = currentGeneration(record);
  const replica = record.run?.replicaProjectId != null ? record.run : current;
  const replicaProjectId = replica?.replicaProjectId ?? null;
  if (replica === null || replicaProjectId === null || policy.predictionResourceId === null) {
    throw new ReplicationFailure(`The project ${record.sourceProjectId} has no replica to publish.`, {
      class: 'bug',
      code: 'NOTHING_TO_PUBLISH',
      hint: 'A publication was planned without a replica or a prediction resource; please report this.',
    });
  }
  const { iterationId, publishName } = step.publication;
  if (step.do === 'publish') {
    await publish(replicaProjectId, step.publication, policy.predictionResourceId, deps, signal);
  } else {
    await target.unpublishIteration(replicaProjectId, iterationId, signal);
  }
  const event = step.do === 'publish' ? 'replica.published' : 'replica.unpublished';
  events.emit({ event, projectId: record.sourceProjectId, replicaProjectId, iterationId, publishName });
  return { record: await save(withPublished(record, afterPublicationStep(replica.published, step), step)) };
}

/** An iteration that is published already must bear this name: under another one it is unpublished first. */
async function publish(
  replicaProjectId: string,
  { iterationId, publishName }: ReplicaPublication,
  predictionResourceId: string,
  { target }: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  const call = () =>
    target.publishIteration(replicaProjectId, iterationId, publishName, predictionResourceId, true, signal);
  try {
    await call();
  } catch (error) {
    if (!isFailure(error) || error.code !== 'BadRequestIterationIsPublished') throw error;
    const iterations = await target.getIterations(replicaProjectId, signal);
    const publishedAs = iterations.find(({ id }) => id === iterationId)?.publishName ?? null;
    if (publishedAs === publishName) return;
    await target.unpublishIteration(replicaProjectId, iterationId, signal);
    await call();
  }
}

function withPublished(record: ReplicaRecord, published: ReplicaPublication[], step: PublicationStep): ReplicaRecord {
  if (record.run?.replicaProjectId != null) return { ...record, run: { ...record.run, published } };
  const generations = record.generations.map((generation) =>
    generation.runId === record.current
      ? { ...generation, published, foundPublished: withoutPublication(generation.foundPublished, step.publication) }
      : generation,
  );
  return { ...record, generations };
}
