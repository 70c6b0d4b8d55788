import { contentsOf } from '../core/content/contents.ts';
import { revisionOf } from '../core/content/revision.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import type { Blocker, Observed } from '../core/plan/types.ts';

/** The record with the copy as a look has found it, where somebody changed it: what they did is told from that. */
export function withCopyFound(
  record: ReplicaRecord,
  { code }: Blocker,
  { replica, replicaContent }: Observed,
): ReplicaRecord {
  if (code !== 'REPLICA_CHANGED' || !replica) return record;
  const contents = contentsOf(replica, replicaContent?.regions ?? null);
  const { observedAt: at, project } = replica;
  const found = { at, replicaProjectId: project.id, revision: revisionOf(replica), contents };
  return { ...record, copyFound: { ...found, digest: replicaContent?.digest ?? null } };
}
