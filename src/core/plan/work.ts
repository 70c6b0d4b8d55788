import { isRecordedReplica } from '../content/mark.ts';
import { revisionOf } from '../content/revision.ts';
import type { Decision } from '../facts/decision.ts';
import type { Generation, ReplicaRecord } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { changesBySomebody } from './blockers.ts';
import { labelsToRead } from './look-after.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';

type Work = NonNullable<Decision['work']>;

/**
 * What was done on the copy while clients were on it is left to whoever did it, or may go, as was decided when they were
 * sent back. Null where there is nothing (more) to do about it.
 */
export function planWork(input: PlanInput): Plan | null {
  const { record, decision } = input;
  const work = decision?.work;
  if (work === undefined) return null;
  const generation = record.generations.find(({ replicaProjectId }) => replicaProjectId === work.replicaProjectId);
  if (generation === undefined) return null;
  return work.then === 'keep' ? leave(input, generation) : drop(input, generation, work);
}

/** The mark is taken off: it is what gives this app a right to touch the project. */
function leave({ observed, record, policy }: PlanInput, generation: Generation): Plan | null {
  const project = observed.targetProjects?.find(({ id }) => id === generation.replicaProjectId);
  const isOurs = project?.problem === undefined && project !== undefined;
  return isOurs && isRecordedReplica(project, record, policy.owner) ? step({ do: 'leave', generation }) : null;
}

/** Only what was there when it was decided: a copy that was changed since parks its project, as ever. */
function drop(input: PlanInput, generation: Generation, work: Work): Plan | null {
  const { replica, replicaContent } = input.observed;
  if (!isInUse(input.record, generation)) return null;
  if (replica === undefined) return look('replica');
  if (replica === null || replica.project.name !== work.name || revisionOf(replica) !== work.revision) return null;
  const isToBeRead = replicaContent === undefined && labelsToRead(input, generation).reads;
  const changes = changesBySomebody(generation, replica, replicaContent ?? null);
  if (isToBeRead || (replicaContent === undefined && changes.length > 0)) return look('replica-content');
  if (!replicaContent || changes.length === 0) return null;
  if (work.labels !== null && replicaContent.labels !== work.labels) return null;
  return step({ do: 'drop-work', generation, replica, content: replicaContent });
}

function isInUse(record: ReplicaRecord, { runId }: Generation): boolean {
  return currentGeneration(record)?.runId === runId;
}
