import type { ReplicaRecord } from '../core/record.ts';
import { currentGeneration } from '../core/record.ts';
import { emptyRouting, routeTo, withRoute } from '../core/routing.ts';
import { updateDocument } from './documents.ts';
import type { StepContext } from './run-step.ts';

/** Makes the routing manifest name the record's current copy, or none where it has none. */
export async function setRoute(
  record: ReplicaRecord,
  { workshop, signal }: Pick<StepContext, 'workshop' | 'signal'>,
): Promise<void> {
  const { store, clock, policy } = workshop;
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
