import type { Owner } from '../content/mark.ts';
import { isReplicaOf, isStagingName, validMark } from '../content/mark.ts';
import type { Project } from '../facts/model.ts';
import type { ReplicaRecord } from '../facts/record.ts';
import type { SweepState } from '../facts/sweep-state.ts';

/** A list shorter than this share of the last accepted one, by more than one project, is taken for a fault. */
const SHARE_THAT_MAY_GO = 0.2;

export interface ListVerdict {
  /** Null where the list is accepted. */
  readonly brake: SweepState['brake'];
  /** The projects that an accepted list no longer has, and since when; as before where the list is not accepted. */
  readonly missing: SweepState['missing'];
}

/**
 * Whether a list of the source's projects may be believed. One that is empty, or much shorter than the last accepted
 * one, is more likely a fault (another account, a missing right, a broken answer) than a wave of deletions: it marks
 * nothing until a good list comes or a person confirms it.
 */
export function judgeList(
  state: SweepState,
  recordedIds: readonly string[],
  listedIds: readonly string[],
  now: Date,
): ListVerdict {
  const listed = new Set(listedIds);
  // Where the last list was lost, the projects that have a record stand in for it.
  const accepted = state.projects.length > 0 ? state.projects.map(({ id }) => id) : recordedIds;
  const gone = accepted.filter((id) => !listed.has(id)).length;
  const isEmpty = accepted.length > 0 && listedIds.length === 0;
  const isShort = gone > 1 && gone > accepted.length * SHARE_THAT_MAY_GO;
  // A person confirmed that this many are missing, and not any number that comes later.
  const isConfirmed =
    state.brake?.kind === 'short-list' && state.brake.confirmedAt !== null && gone <= state.brake.missing;
  if ((isEmpty || isShort) && !isConfirmed) {
    const since = state.brake?.since ?? now.toISOString();
    const brake = { kind: 'short-list', since, accepted: accepted.length, missing: gone, confirmedAt: null } as const;
    return { brake, missing: state.missing };
  }
  const absent = [...new Set([...accepted, ...recordedIds])].filter((id) => !listed.has(id));
  const missing = Object.fromEntries(absent.map((id) => [id, state.missing[id] ?? now.toISOString()]));
  return { brake: null, missing };
}

type TargetFault = 'one-resource' | 'other-copies';

/**
 * What is wrong with the target as a whole; null where nothing is. One project in both lists shows that both endpoints
 * are of one resource, however they are spelled. A target that has none of the copies in the records, and holds copies,
 * none of them ours, is most likely somebody else's.
 */
export function faultOfTarget(
  sourceProjects: readonly Pick<Project, 'id'>[],
  targetProjects: readonly Pick<Project, 'id' | 'name' | 'description'>[],
  records: readonly ReplicaRecord[],
  owner: Owner,
): TargetFault | null {
  const sourceIds = new Set(sourceProjects.map(({ id }) => id));
  if (targetProjects.some(({ id }) => sourceIds.has(id))) return 'one-resource';
  const targetIds = new Set(targetProjects.map(({ id }) => id));
  const recorded = records.flatMap(({ generations }) => generations.map(({ replicaProjectId }) => replicaProjectId));
  if (recorded.length === 0 || recorded.some((id) => targetIds.has(id))) return null;
  const marked = targetProjects.filter((project) => validMark(project) !== null || isStagingName(project.name));
  const isOurs = (project: (typeof marked)[number]): boolean => {
    const mark = validMark(project);
    return mark !== null && sourceIds.has(mark.sourceProjectId) && isReplicaOf(project, mark.sourceProjectId, owner);
  };
  return marked.length > 0 && !marked.some(isOurs) ? 'other-copies' : null;
}

/** The brake for such a fault; null where there is none, or where a person has said that it is meant so. */
export function brakeForTarget(fault: TargetFault | null, state: SweepState, now: Date): SweepState['brake'] {
  if (fault === null) return null;
  const earlier = state.brake?.kind === fault ? state.brake : null;
  // Nobody can confirm that a resource is its own secondary.
  if (fault === 'other-copies' && earlier?.confirmedAt != null) return null;
  return { kind: fault, since: earlier?.since ?? now.toISOString(), accepted: 0, missing: 0, confirmedAt: null };
}
