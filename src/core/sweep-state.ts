import { z } from 'zod';

const time = z.iso.datetime();

/** What the sweeps leave behind for the next one and for status, stored as `sweep.json`. */
export const sweepStateSchema = z.object({
  schemaVersion: z.literal(1),
  /** When the app first ran against this storage: before one interval has passed no sweep is overdue. */
  firstSeenAt: time,
  lastStartedAt: time.nullable(),
  lastCompletedAt: time.nullable(),
  /** What kept the last sweep from completing, in words. */
  problem: z.string().nullable(),
  /** The source's projects as the last sweep accepted them. */
  projects: z.array(
    z.object({
      id: z.guid(),
      name: z.string(),
      /** Why it is not replicated; null where it is. */
      excluded: z.string().nullable(),
    }),
  ),
  /** How many projects the target held. */
  targetProjects: z.number().int().nullable(),
  /** INCLUDE_PROJECTS and EXCLUDE_PROJECTS entries that match no project. */
  unmatchedPatterns: z.array(z.string()),
  /** Staging projects that no record wants: id -> when one was first seen. */
  strays: z.record(z.guid(), time),
  notificationLastReceivedAt: time.nullable(),
});

export type SweepState = z.infer<typeof sweepStateSchema>;

export function newSweepState(now: string): SweepState {
  return {
    schemaVersion: 1,
    firstSeenAt: now,
    lastStartedAt: null,
    lastCompletedAt: null,
    problem: null,
    projects: [],
    targetProjects: null,
    unmatchedPatterns: [],
    strays: {},
    notificationLastReceivedAt: null,
  };
}
