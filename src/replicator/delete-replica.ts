import { ReplicationFailure } from '../core/facts/failure.ts';
import { isReplicaOf } from '../core/content/mark.ts';
import { unlessGone } from './observe.ts';
import type { Dependencies } from './context.ts';

/**
 * Unpublishes and deletes a project that is ours by its mark or its staging name, and no other; one that is gone is a
 * success. That a record knows it is not enough: a mark that names another installation is theirs. The service deletes
 * nothing that is published, and an import may bring publications along.
 */
export async function deleteReplica(
  replicaProjectId: string,
  owner: { readonly sourceProjectId: string | null; readonly stagingName: string | null },
  { target, policy }: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  const project = await unlessGone(target.getProject(replicaProjectId, signal));
  if (project === null) return;
  const byName = owner.stagingName !== null && project.name === owner.stagingName;
  const byMark = owner.sourceProjectId !== null && isReplicaOf(project, owner.sourceProjectId, policy.owner);
  if (!byName && !byMark) {
    throw new ReplicationFailure(
      `The project ${project.name} (${project.id}) on the secondary is not ours to delete.`,
      {
        class: 'diverged',
        code: 'NOT_OURS',
        hint: 'It carries neither this replica’s staging name nor its mark. Delete it by hand if it is not needed.',
      },
    );
  }
  const iterations = (await unlessGone(target.getIterations(replicaProjectId, signal))) ?? [];
  for (const { id, publishName } of iterations) {
    if (publishName !== null) await unlessGone(target.unpublishIteration(replicaProjectId, id, signal));
  }
  await target.deleteProject(replicaProjectId, signal);
}
