import { z } from 'zod';
import type { Decision } from './decision.ts';
import { activeOf } from './decision.ts';
import { guidSchema } from './guid.ts';
import type { Generation, ReplicaRecord } from './record.ts';

const time = z.iso.datetime();

const secondarySchema = z.object({
  predictionEndpoint: z.string().nullable(),
  projectId: guidSchema,
  publishNames: z.array(z.string()),
  revision: z.string(),
  verifiedAt: time,
});

const routeSchema = z.object({
  name: z.string(),
  active: z.enum(['primary', 'secondary']),
  primary: z.object({
    predictionEndpoint: z.string().nullable(),
    projectId: guidSchema,
    publishNames: z.array(z.string()),
  }),
  secondary: secondarySchema,
});

/** What clients follow to find a project on either side, stored as `routing.json`. */
export const routingSchema = z.object({
  schemaVersion: z.literal(1),
  updatedAt: time,
  /** By source project id. */
  projects: z.record(guidSchema, routeSchema),
});

export type Route = z.infer<typeof routeSchema>;
export type RoutingManifest = z.infer<typeof routingSchema>;

export function emptyRouting(now: string): RoutingManifest {
  return { schemaVersion: 1, updatedAt: now, projects: {} };
}

export interface PredictionEndpoints {
  readonly primary: string | null;
  readonly secondary: string | null;
}

/** The route to a project whose copy is proven. Which side is active follows from the decision, and from nothing else. */
export function routeTo(
  record: ReplicaRecord,
  generation: Generation,
  endpoints: PredictionEndpoints,
  decision: Pick<Decision, 'active'> | null,
): Route {
  const source = record.source ?? generation.holds;
  const wanted = new Set(source.publications.map(({ publishName }) => publishName));
  const { verifiedAt } = generation;
  if (verifiedAt === null) throw new Error('Routing may only name a copy that was verified.');
  return {
    name: source.name,
    active: activeOf(decision),
    primary: {
      predictionEndpoint: endpoints.primary,
      projectId: record.sourceProjectId,
      publishNames: source.publications.map(({ publishName }) => publishName),
    },
    secondary: {
      predictionEndpoint: endpoints.secondary,
      projectId: generation.replicaProjectId,
      // A name must be ours and still be the source's: one that is about to be unpublished leaves routing first.
      publishNames: generation.published
        .map(({ publishName }) => publishName)
        .filter((name) => wanted.has(name))
        .sort(),
      revision: generation.holds.revision,
      verifiedAt,
    },
  };
}

/** The manifest with one project's route set, or taken out where there is none. */
export function withRoute(
  manifest: RoutingManifest,
  sourceProjectId: string,
  route: Route | null,
  now: Date,
): RoutingManifest {
  const others = Object.entries(manifest.projects).filter(([id]) => id !== sourceProjectId);
  const projects = Object.fromEntries(route === null ? others : [...others, [sourceProjectId, route]]);
  return { schemaVersion: 1, updatedAt: now.toISOString(), projects };
}

/** The manifest with one project's clients sent where the decision says; null where they are, or no route is there. */
export function withActive(
  manifest: RoutingManifest,
  sourceProjectId: string,
  decision: Pick<Decision, 'active'> | null,
  now: Date,
): RoutingManifest | null {
  const route = manifest.projects[sourceProjectId];
  const active = activeOf(decision);
  if (route === undefined || route.active === active) return null;
  return withRoute(manifest, sourceProjectId, { ...route, active }, now);
}
