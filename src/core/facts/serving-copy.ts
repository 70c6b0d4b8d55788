import type { Decision } from './decision.ts';
import type { Generation, ReplicaRecord } from './record.ts';
import { currentGeneration } from './record.ts';
import type { PredictionEndpoints, Route } from './routing.ts';
import { routeTo } from './routing.ts';

/** The copy that clients are on, or would be sent to. It was verified: no other is ever served. */
export interface ServingCopy {
  /** On the secondary. */
  readonly projectId: string;
  /** Null where only routing tells of the copy. */
  readonly name: string | null;
  readonly revision: string;
  readonly importedAt: string | null;
  readonly verifiedAt: string;
  readonly publishNames: readonly string[];
  /** What the record has of it; null where the record can't be read, or does not have it yet. */
  readonly generation: Generation | null;
}

/**
 * The copy that somebody has decided on, else the one that routing names, else the one in use; null where there is no
 * verified copy. Where the record is lost or damaged (null) routing alone tells: it never names any but a verified copy.
 */
export function servingCopy(
  record: ReplicaRecord | null,
  route: Route | null,
  decision: Pick<Decision, 'frozen' | 'replicaProjectId'> | null,
): ServingCopy | null {
  const verified = (record?.generations ?? []).filter(({ verifiedAt }) => verifiedAt !== null);
  const withId = (id: string | null | undefined): Generation | undefined =>
    verified.find(({ replicaProjectId }) => replicaProjectId === id);
  const held = decision?.frozen === true ? withId(decision.replicaProjectId) : undefined;
  if (held !== undefined) return ofGeneration(held, record, route);
  const routedId = route?.secondary.projectId;
  // Routing is written before the record: a process that died in between has left the copy in its run.
  const isBeingPutIntoUse = routedId !== undefined && record?.run?.replicaProjectId === routedId;
  if (route !== null && (record === null || isBeingPutIntoUse)) return ofRoute(route);
  const current = record === null ? null : currentGeneration(record);
  const generation = withId(routedId) ?? withId(current?.replicaProjectId);
  return generation === undefined ? null : ofGeneration(generation, record, route);
}

function ofRoute({ secondary }: Route): ServingCopy {
  const { projectId, revision, verifiedAt, publishNames } = secondary;
  return { projectId, name: null, revision, importedAt: null, verifiedAt, publishNames, generation: null };
}

function ofGeneration(generation: Generation, record: ReplicaRecord | null, route: Route | null): ServingCopy {
  const { replicaProjectId: projectId, name, holds, importedAt, published } = generation;
  const isRouted = route?.secondary.projectId === projectId;
  const wanted = new Set((record?.source ?? holds).publications.map(({ publishName }) => publishName));
  const names = published.map(({ publishName }) => publishName).filter((publishName) => wanted.has(publishName));
  return {
    ...{ projectId, name, revision: holds.revision, importedAt, verifiedAt: generation.verifiedAt ?? '' },
    publishNames: isRouted ? route.secondary.publishNames : names.sort(),
    generation,
  };
}

/** The route that leads to this copy by the decision; null where nothing is known to make one of. */
export function routeToServing(
  { projectId, generation }: ServingCopy,
  record: ReplicaRecord | null,
  earlier: Route | null,
  endpoints: PredictionEndpoints,
  decision: Decision | null,
): Route | null {
  if (earlier?.secondary.projectId === projectId) return { ...earlier, active: decision?.active ?? 'primary' };
  return record === null || generation === null ? null : routeTo(record, generation, endpoints, decision);
}
