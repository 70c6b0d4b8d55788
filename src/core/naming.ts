import type { Project } from './model.ts';
import type { Generation, Run } from './record.ts';

type Naming = Pick<NonNullable<Run['naming']>, 'name' | 'aside'>;

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** The name of a copy that makes room for a newer one. */
export function asideName(sourceName: string, runId: string): string {
  return `${sourceName} [replica ${runId}]`;
}

/** The name of a copy that lacks what an earlier one lacked too: usable at need, and nothing relies on it. */
export function unverifiedName(sourceName: string, runId: string): string {
  return `${sourceName} [unverified ${runId}]`;
}

export function isUnverifiedName(name: string): boolean {
  return /\[unverified [0-9a-z-]+\]$/.test(name);
}

/**
 * Which name a copy gets, and which of our older copies steps aside for it. A name that somebody else's project holds
 * is left to it: the copy then carries a part of its own id, and the naming is tried again in a later sweep.
 */
export function decideNames(
  sourceName: string,
  projectId: string,
  ours: readonly Generation[],
  targetProjects: readonly Project[],
): Naming {
  const holders = targetProjects.filter(({ id, name }) => id !== projectId && sameName(name, sourceName));
  const generations = holders.map(({ id }) => ours.find((candidate) => candidate.projectId === id));
  const [holder] = holders;
  const [generation] = generations;
  if (holder === undefined) return { name: sourceName, aside: null };
  if (generation === undefined || generations.includes(undefined))
    return { name: `${sourceName} [replica ${projectId.slice(0, 8)}]`, aside: null };
  return { name: sourceName, aside: { projectId: holder.id, name: asideName(sourceName, generation.runId) } };
}
