import type { ReplicaRecord } from '../core/facts/record.ts';
import { currentGeneration } from '../core/facts/record.ts';
import { emptyRouting, routeTo, withRoute } from '../core/facts/routing.ts';
import { updateDocument } from './documents.ts';
import type { StepContext } from './context.ts';

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
