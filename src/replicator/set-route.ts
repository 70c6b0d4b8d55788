import type { Generation, ReplicaRecord } from '../core/record.ts';
import { emptyRouting, routeTo, withRoute } from '../core/routing.ts';
import { updateDocument } from './documents.ts';
import type { Workshop } from './workshop.ts';

/** Makes the routing manifest name this copy, or none where the generation is null. */
export async function setRoute(
  record: ReplicaRecord,
  generation: Generation | null,
  { store, clock, predictionEndpoints }: Workshop,
  signal: AbortSignal,
): Promise<void> {
  await updateDocument(
    store.routing,
    (stored) => {
      const now = clock.now();
      const manifest = stored ?? emptyRouting(now.toISOString());
      const earlier = manifest.projects[record.sourceProjectId];
      const route = generation && routeTo(record, generation, predictionEndpoints, earlier);
      const isSame = JSON.stringify(route) === JSON.stringify(earlier ?? null);
      return isSame ? null : withRoute(manifest, record.sourceProjectId, route, now);
    },
    signal,
  );
}
