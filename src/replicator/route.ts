import { ReplicationFailure } from '../core/facts/failure.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { currentGeneration } from '../core/facts/record.ts';
import type { Route } from '../core/facts/routing.ts';
import { emptyRouting, routeTo, withRoute } from '../core/facts/routing.ts';
import { updateDocument } from './documents.ts';
import type { StepContext } from './context.ts';
import type { RecordStore } from './ports/storage.ts';

/** The project's entry in the routing manifest as it is stored now, or null. */
export async function readRoute(
  store: RecordStore,
  sourceProjectId: string,
  signal: AbortSignal,
): Promise<Route | null> {
  return (await store.routing.read(signal))?.value.projects[sourceProjectId] ?? null;
}

/** The failure where routing does not allow what was about to be done. */
export function routingNotInLine(message: string, then: string): ReplicationFailure {
  return new ReplicationFailure(message, {
    class: 'transient',
    code: 'ROUTING_NOT_IN_LINE',
    hint: `Routing is brought in line first; ${then}.`,
  });
}

/** Makes the routing manifest name the record's current copy, or none where it has none. */
export async function setRoute(
  record: ReplicaRecord,
  { deps, signal }: Pick<StepContext, 'deps' | 'signal'>,
): Promise<void> {
  const { store, clock, policy } = deps;
  const current = currentGeneration(record);
  await updateDocument(
    store.routing,
    (stored) => {
      const now = clock.now();
      const manifest = stored ?? emptyRouting(now.toISOString());
      const earlier = manifest.projects[record.sourceProjectId];
      const route = current && routeTo(record, current, policy.predictionEndpoints, earlier);
      const isSame = JSON.stringify(route) === JSON.stringify(earlier ?? null);
      return isSame ? null : withRoute(manifest, record.sourceProjectId, route, now);
    },
    signal,
  );
}
