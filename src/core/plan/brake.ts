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
  // With the last list lost, what is recorded stands for it.
  const accepted = state.projects.length > 0 ? state.projects.map(({ id }) => id) : recordedIds;
  const gone = accepted.filter((id) => !listed.has(id)).length;
  const isEmpty = accepted.length > 0 && listedIds.length === 0;
  const isShort = gone > 1 && gone > accepted.length * SHARE_THAT_MAY_GO;
  // What a person confirmed is that so many are gone, not whatever comes later.
  const isConfirmed = state.brake?.confirmedAt != null && gone <= state.brake.missing;
  if ((isEmpty || isShort) && !isConfirmed) {
    const since = state.brake?.since ?? now.toISOString();
    return { brake: { since, accepted: accepted.length, missing: gone, confirmedAt: null }, missing: state.missing };
  }
  const absent = [...new Set([...accepted, ...recordedIds])].filter((id) => !listed.has(id));
  const missing = Object.fromEntries(absent.map((id) => [id, state.missing[id] ?? now.toISOString()]));
  return { brake: null, missing };
}
