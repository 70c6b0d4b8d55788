import type { Owner } from '../content/mark.ts';
import { validMark } from '../content/mark.ts';
import type { Observation, Project } from '../facts/model.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import { lastingPublications, nextPublication } from './publish.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';

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
  return step({ do: 'route', source, published: lastingPublications(input, source, current, publication) });
}

/** Whether a copy's mark names today's pair and this installation; an older one is ours all the same, and rewritten. */
export function isMarkedByUs(project: Project | undefined, { pair, installation }: Owner): boolean {
  const mark = project === undefined ? null : validMark(project);
  return mark === null || (mark.pair === pair && mark.installation === installation);
}

/** The names that a copy may be serving clients under, by whatever is known, and the source still publishes. */
export function namesInUse({ published, foundPublished }: Generation, { publications }: Snapshot): string[] {
  const served = new Set([...published, ...foundPublished].map(({ publishName }) => publishName));
  return publications.map(({ publishName }) => publishName).filter((name) => served.has(name));
}

/** Those of them that another copy does not show as published. */
export function namesLacking(
  { iterations }: Pick<Observation, 'iterations'>,
  older: Generation,
  source: Snapshot,
): string[] {
  const shown = new Set(iterations.map(({ publishName }) => publishName));
  return namesInUse(older, source).filter((name) => !shown.has(name));
}
