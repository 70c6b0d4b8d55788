import type { Owner } from '../content/mark.ts';
import { validMark } from '../content/mark.ts';
import { matchIterations } from '../content/iterations.ts';
import type { PublicationStep } from '../content/publications.ts';
import { nextPublicationStep, wantedPublications } from '../content/publications.ts';
import type { Observation, Project } from '../facts/model.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';

/** The next call that brings the current copy's publications in line with the source's, or null. */
export function nextPublication(
  { observed, policy }: PlanInput,
  source: Snapshot,
  current: Generation,
): PublicationStep | null {
  if (policy.predictionResourceId === null || !observed.replica) return null;
  const matches = matchIterations(source.iterations, observed.replica.iterations);
  const wanted = wantedPublications(source.publications, matches);
  return nextPublicationStep(wanted, current.published, current.foundPublished);
}

/**
 * Without routing nobody can tell which copy is in use: it is put right before anything is switched or retired. Null
 * where it names the current copy.
 */
export function routeCurrent(input: PlanInput, source: Snapshot, current: Generation): Plan | null {
  const { route } = input.observed;
  if (route === undefined) return look('route');
  if (route?.secondary.projectId === current.replicaProjectId) return null;
  const publication = nextPublication(input, source, current);
  if (publication?.do === 'publish') return step(publication);
  return step({ do: 'route', source, published: current.published });
}

/** Whether a copy's mark names today's pair and this installation; an older one is ours all the same, and rewritten. */
export function isMarkedByUs(project: Project | undefined, { pair, installation }: Owner): boolean {
  const mark = project === undefined ? null : validMark(project);
  return mark === null || (mark.pair === pair && mark.installation === installation);
}

/** The names that a copy may be serving clients under, by whatever is known. */
export function namesServed({ published, foundPublished }: Generation): Set<string> {
  return new Set([...published, ...foundPublished].map(({ publishName }) => publishName));
}

/** Whether a copy shows every name that an older one serves and the source still publishes. */
export function servesLike(
  replica: Pick<Observation, 'iterations'> | null | undefined,
  older: Generation,
  source: Snapshot,
): boolean {
  if (!replica) return false;
  const shown = new Set(replica.iterations.map(({ publishName }) => publishName));
  const served = namesServed(older);
  return source.publications.every(({ publishName }) => !served.has(publishName) || shown.has(publishName));
}
