import type { Project } from '../facts/model.ts';
import type { Generation, Run } from '../facts/record.ts';

type Naming = Pick<NonNullable<Run['naming']>, 'name' | 'predecessor'>;

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Whether a project goes by a name; capitals tell no two apart. */
export function hasName(project: Pick<Project, 'name'>, name: string): boolean {
  return sameName(project.name, name);
}

/** The longest name is not documented. A staging name has this length, so it is safe; so is the source's own length. */
const SAFE_NAME_LENGTH = 64;

function suffixed(sourceName: string, suffix: string): string {
  const room = Math.max(SAFE_NAME_LENGTH, sourceName.length) - suffix.length - 1;
  if (sourceName.length <= room) return `${sourceName} ${suffix}`;
  // Cut between characters: half a surrogate pair is no text.
  const start = sourceName.slice(0, room - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${start}… ${suffix}`;
}

/**
 * The name of a copy that makes room for a newer one.
 * @internal
 */
export function predecessorName(sourceName: string, runId: string): string {
  return suffixed(sourceName, `[replica ${runId}]`);
}

/** The name of a copy whose source's name somebody else holds. */
export function nameWithId(sourceName: string, replicaProjectId: string): string {
  return suffixed(sourceName, `[replica ${replicaProjectId.slice(0, 8)}]`);
}

/** The name of a copy that is made and kept, but not put into use. */
export function waitingName(sourceName: string, runId: string): string {
  return suffixed(sourceName, `[waiting ${runId}]`);
}

/** The name of a copy that lacks what an earlier one lacked too: usable at need, and nothing relies on it. */
export function unverifiedName(sourceName: string, runId: string): string {
  return suffixed(sourceName, `[unverified ${runId}]`);
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
  replicaProjectId: string,
  ours: readonly Generation[],
  targetProjects: readonly Project[],
): Naming {
  const holders = targetProjects.filter(({ id, name }) => id !== replicaProjectId && sameName(name, sourceName));
  const generations = holders.map(({ id }) => ours.find((candidate) => candidate.replicaProjectId === id));
  const [holder] = holders;
  const [generation] = generations;
  if (holder === undefined) return { name: sourceName, predecessor: null };
  if (generation === undefined || generations.includes(undefined))
    return { name: nameWithId(sourceName, replicaProjectId), predecessor: null };
  return {
    name: sourceName,
    predecessor: { replicaProjectId: holder.id, name: predecessorName(sourceName, generation.runId) },
  };
}

/**
 * The name that the copy in use should have. One of the source's that an older copy of ours still holds comes free
 * with the next copy; one that we hold is given up only to a namesake, since two projects of one very name can't be
 * told apart.
 */
export function nameToHave(
  sourceName: string,
  current: Generation,
  ours: readonly Generation[],
  targetProjects: readonly Project[],
): string {
  const { name, predecessor } = decideNames(sourceName, current.replicaProjectId, ours, targetProjects);
  const hasNamesake = targetProjects.some(
    ({ id, name: other }) => id !== current.replicaProjectId && other === sourceName,
  );
  const holdsIt = current.name === sourceName && !hasNamesake;
  return predecessor !== null || holdsIt ? current.name : name;
}
