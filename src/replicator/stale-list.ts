import { ReplicationFailure } from '../core/facts/failure.ts';

/** The failure for a list of projects that contradicts GetProject: the list is older. */
export function staleList(replicaProjectId: string): ReplicationFailure {
  return new ReplicationFailure(`GetProjects did not show the replica ${replicaProjectId} as it is.`, {
    class: 'transient',
    code: 'STALE_LIST',
    hint: 'The list of projects lags behind; it is read again shortly.',
  });
}
