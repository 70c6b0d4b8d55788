import { isRecordedReplica, isReplicaOf, runIdOfStagingName } from '../content/mark.ts';
import { unreadableCopy } from './blockers.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';
import type { Generation } from '../facts/record.ts';

/** A person has put an older copy back into use: it is made the current one, and stays it. */
export function restoredCopy({ record, decision }: PlanInput): Plan | null {
  const wanted = decision?.replicaProjectId ?? null;
  const generation = record.generations.find(({ replicaProjectId }) => replicaProjectId === wanted);
  if (generation === undefined || generation.runId === record.current || generation.verifiedAt === null) return null;
  return step({ do: 'promote', generation, because: 'restored' });
}

/**
 * Copies that are no longer on the target, or no longer ours, leave the record.
 *
 * @param heldId the copy that clients were sent to: whatever became of its mark, they are on it
 */
export function forgetLostCopies({ record, policy, observed }: PlanInput, heldId: string | null = null): Plan | null {
  if (observed.targetProjects === undefined) return look('target-projects');
  for (const generation of record.generations) {
    const project = observed.targetProjects.find(({ id }) => id === generation.replicaProjectId);
    if (project === undefined) return step({ do: 'forget', generation, because: 'gone' });
    if (project.problem !== undefined) return { kind: 'blocked', blocker: unreadableCopy(project, project.problem) };
    if (generation.replicaProjectId !== heldId && !isRecordedReplica(project, record, policy.owner)) {
      return step({ do: 'forget', generation, because: 'unmarked' });
    }
  }
  return null;
}

/** Copies that carry our mark and are in no record come back into it, and the best of them into use. */
export function recoverCopies(input: PlanInput, sourceName: string | null): Plan | null {
  const { record, policy, observed } = input;
  if (observed.targetProjects === undefined) return look('target-projects');
  const known = new Set(record.generations.map(({ replicaProjectId }) => replicaProjectId));
  const unknown = observed.targetProjects.find(
    (project) =>
      project.problem === undefined &&
      !known.has(project.id) &&
      runIdOfStagingName(project.name, policy.owner) === null &&
      isReplicaOf(project, record.sourceProjectId, policy.owner),
  );
  if (unknown !== undefined) return step({ do: 'rebuild', project: unknown });
  const verified = record.generations.filter(({ verifiedAt }) => verifiedAt !== null);
  if (record.current !== null || verified.length === 0) return null;
  if (observed.route === undefined) return look('route');
  const generation = bestOf(verified, observed.route?.secondary.projectId, sourceName);
  return step({ do: 'promote', generation, because: 'found' });
}

/** Of those that nobody changed: the copy that routing names, else the one that is named as the source, else the newest. */
function bestOf(copies: readonly Generation[], routedId: string | undefined, sourceName: string | null): Generation {
  const untouched = copies.filter(({ changedBySomebody }) => !changedBySomebody);
  const candidates = untouched.length > 0 ? untouched : copies;
  const routed = candidates.find(({ replicaProjectId }) => replicaProjectId === routedId);
  const named = candidates.find(({ name }) => name === sourceName);
  return routed ?? named ?? (candidates.at(-1) as Generation);
}
