import { ReplicationFailure } from '../core/facts/failure.ts';
import type { Decision } from '../core/facts/decision.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { currentGeneration } from '../core/facts/record.ts';
import type { PredictionEndpoints, Route } from '../core/facts/routing.ts';
import { emptyRouting, routeTo, withRoute } from '../core/facts/routing.ts';
import type { ServingCopy } from '../core/facts/serving-copy.ts';
import { routeToServing } from '../core/facts/serving-copy.ts';
import { readEach, updateDocument } from './documents.ts';
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
  const { sourceProjectId } = record;
  const current = currentGeneration(record);
  await updateDocument(
    store.routing,
    async (stored) => {
      // Read after routing: whoever decides writes both, the decision first, so that one of the two reads sees it.
      const decision = (await store.decision(sourceProjectId).read(signal))?.value ?? null;
      const now = clock.now();
      const manifest = stored ?? emptyRouting(now.toISOString());
      const earlier = manifest.projects[sourceProjectId];
      const route = current && routeTo(record, current, policy.predictionEndpoints, decision);
      if (JSON.stringify(route) === JSON.stringify(earlier ?? null)) return null;
      if (route?.secondary.projectId !== earlier?.secondary.projectId) checkNotHeld(record, route, decision);
      return withRoute(manifest, sourceProjectId, route, now);
    },
    signal,
  );
}

/** A copy that somebody decided on, and that is there, gives its place in routing to no other. */
function checkNotHeld(record: ReplicaRecord, route: Route | null, decision: Decision | null): void {
  if (decision?.frozen !== true) return;
  const held = record.generations.find(({ replicaProjectId }) => replicaProjectId === decision.replicaProjectId);
  if (held === undefined || held.replicaProjectId === route?.secondary.projectId) return;
  throw new ReplicationFailure(`Routing goes on naming ${held.name}: somebody has just decided on that copy.`, {
    class: 'wait',
    code: 'COPY_HELD',
    hint: 'Nothing has to be done: the next look goes by that decision.',
  });
}

/** What is known of a project that clients are sent somewhere for. */
export interface Sent {
  /** Null where it is lost or can't be read. */
  readonly record: ReplicaRecord | null;
  readonly serving: ServingCopy | null;
}

/**
 * Has routing send clients of these projects where their decisions say, all in one write. What else an entry says stays as it
 * is; one that is lost, or that names another copy than the one decided on, is written anew. No resource is asked.
 */
export async function sendClients(
  projects: ReadonlyMap<string, Sent>,
  endpoints: PredictionEndpoints,
  { store, clock }: Pick<StepContext['deps'], 'store' | 'clock'>,
  signal?: AbortSignal,
): Promise<void> {
  if (projects.size === 0) return;
  await updateDocument(
    store.routing,
    async (stored) => {
      const { values: decisions } = await readEach([...projects.keys()], (id) => store.decision(id), signal);
      const now = clock.now();
      let manifest = stored ?? emptyRouting(now.toISOString());
      for (const [id, { record, serving }] of projects) {
        const earlier = manifest.projects[id] ?? null;
        const decision = decisions.get(id) ?? null;
        const route = serving && routeToServing(serving, record, earlier, endpoints, decision);
        if (route !== null && JSON.stringify(route) !== JSON.stringify(earlier)) {
          manifest = withRoute(manifest, id, route, now);
        }
      }
      return manifest === stored ? null : manifest;
    },
    signal,
  );
}
