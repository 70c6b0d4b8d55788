import { ReplicationFailure } from '../core/facts/failure.ts';

/** GetProjects and GetProject do not agree about a replica. */
export function staleList(projectId: string): ReplicationFailure {
  return new ReplicationFailure(`GetProjects did not show the replica ${projectId} as it is.`, {
    class: 'transient',
    code: 'STALE_LIST',
    hint: 'The list of projects lags behind; it is read again shortly.',
  });
}
