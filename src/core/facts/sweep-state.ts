import { z } from 'zod';
import { guidSchema } from './guid.ts';
import { historyEntrySchema } from './history.ts';
import { secondsBetween } from './time.ts';
import { bucketSchema } from './trigger.ts';

const time = z.iso.datetime();

/** Whether an edit of labels alone moves the project's `lastModified`: not documented, so it is found out. */
const labelEditsSchema = z.enum(['unknown', 'moves', 'lies']);

export type LabelEdits = z.infer<typeof labelEditsSchema>;
/** One look at all projects while it is under way: it may take several invocations. */
const roundSchema = z.object({
  id: z.string(),
  /** The message that goes on with it carries this; one that carries another is stale. */
  next: z.string(),
  startedAt: time,
  /** When somebody last got on with it. */
  touchedAt: time,
  /** Source project ids that were looked at. */
  looked: z.array(guidSchema),
  /** Of these, the ones that were found to want a free slot on the target. */
  wantCopies: z.array(guidSchema),
  enqueued: z.number().int(),
  failed: z.number().int(),
  /** The first failure, in words. */
  problem: z.string().nullable(),
});

export type Round = z.infer<typeof roundSchema>;

export function newRound(id: string, now: string): Round {
  return {
    ...{ id, next: id, startedAt: now, touchedAt: now, looked: [], wantCopies: [] },
    ...{ enqueued: 0, failed: 0, problem: null },
  };
}

/** What the sweeps leave behind for the next one and for status, stored as `sweep.json`. */
export const sweepStateSchema = z.object({
  schemaVersion: z.literal(1),
  /** When the app first ran against this storage: before one interval has passed no sweep is overdue. */
  firstSeenAt: time,
  lastStartedAt: time.nullable(),
  lastCompletedAt: time.nullable(),
  /** When the sweep after the last completed one is due, and by which schedule; null where no sweep has said it yet. */
  nextDue: z.object({ at: time, schedule: z.string() }).nullable().default(null),
  /** The sweep that is under way; null between two. */
  round: roundSchema.nullable().default(null),
  /** What kept the last sweep from completing, in words. */
  problem: z.string().nullable(),
  /** The failure that ended the last sweep; null where it completed, with or without a problem. */
  failure: z
    .object({ code: z.string(), message: z.string(), hint: z.string(), needsPerson: z.boolean() })
    .nullable()
    .default(null),
  /** The source's projects as the last sweep accepted them. */
  projects: z.array(
    z.object({
      id: guidSchema,
      name: z.string(),
      /** When a sweep first listed it. */
      since: time,
      /** Why it is not replicated; null where it is. */
      excluded: z.string().nullable(),
    }),
  ),
  /** How many projects the target held. */
  targetProjects: z.number().int().nullable(),
  /** The most projects that a sweep has seen on the target: it may hold as many. */
  mostTargetProjects: z.number().int().nullable().default(null),
  /** How many copies the last sweep found to be wanting a free slot; null before one looked. */
  slotsWanted: z.number().int().nullable().default(null),
  /** INCLUDE_PROJECTS and EXCLUDE_PROJECTS entries that match no project. */
  unmatchedPatterns: z.array(z.string()),
  /** Staging projects that no record wants: id -> when one was first seen. */
  orphans: z.record(guidSchema, time),
  notificationLastReceivedAt: time.nullable(),
  /** When the primary was last asked for a list that was believed: what is in none of both is not there, as of then. */
  listedAt: time.nullable().default(null),
  /** Notifications about projects that no list names: calls made for them, and the one listing that they wait for. */
  unknown: z
    .object({ looks: bucketSchema.nullable(), listing: z.object({ id: z.string(), dueAt: time }).nullable() })
    .default({ looks: null, listing: null }),
  /** Source projects that a good list no longer had: id -> since when. Their copies stay. */
  missing: z.record(guidSchema, time).default({}),
  /** The settings as the last sweep found them, by name, without the secrets; absent before one looked. */
  settings: z.record(z.string(), z.string()).optional(),
  /** Set while the list of source projects is so short that it is taken for a fault. */
  brake: z
    .object({
      /** `short-list`: of the source. `one-resource`: both sides are one. `other-copies`: the target holds only others'. */
      kind: z.enum(['short-list', 'one-resource', 'other-copies']).default('short-list'),
      since: time,
      accepted: z.number().int(),
      missing: z.number().int(),
      confirmedAt: time.nullable(),
      /** The person who signed in to confirm it; absent where nobody can tell. */
      confirmedBy: z.string().optional(),
    })
    .nullable()
    .default(null),
  /** Other installations that make copies on the target, and how many projects of theirs there are. */
  otherInstallations: z.record(z.string(), z.number().int()).default({}),
  /** The pair of resources that a sweep last found in order; null before one did. */
  acceptedPair: z.string().nullable().default(null),
  /** What full looks have found of the primary; `lies` stands for ever. */
  labelEdits: labelEditsSchema.default('unknown'),
  /** Set where the service refused a project: how many there were, and until when that counts as the limit. */
  quotaRefusal: z.object({ projects: z.number().int(), until: time }).nullable().default(null),
  /** What happened and may not stand in the history yet. */
  untold: z.array(historyEntrySchema).default([]),
});

export type SweepState = z.infer<typeof sweepStateSchema>;

export function newSweepState(now: string): SweepState {
  return {
    schemaVersion: 1,
    firstSeenAt: now,
    lastStartedAt: null,
    lastCompletedAt: null,
    nextDue: null,
    round: null,
    problem: null,
    failure: null,
    projects: [],
    targetProjects: null,
    mostTargetProjects: null,
    slotsWanted: null,
    unmatchedPatterns: [],
    orphans: {},
    notificationLastReceivedAt: null,
    listedAt: null,
    unknown: { looks: null, listing: null },
    missing: {},
    brake: null,
    otherInstallations: {},
    acceptedPair: null,
    labelEdits: 'unknown',
    quotaRefusal: null,
    untold: [],
  };
}

const LONGEST_REFUSAL_IN_SECONDS = 2 * 86_400;

/** How many projects the target may hold: as configured, or as few as the service lately refused to go beyond. */
export function targetProjectLimitOf(state: SweepState | null, configured: number, now: Date): number {
  const refusal = state?.quotaRefusal ?? null;
  if (refusal === null) return configured;
  const leftInSeconds = -secondsBetween(refusal.until, now);
  // It holds for a day; one that holds for longer was stored by a clock that was wrong.
  if (leftInSeconds <= 0 || leftInSeconds > LONGEST_REFUSAL_IN_SECONDS) return configured;
  return Math.min(configured, refusal.projects);
}

/** Whether the last accepted list has a project as one to replicate. */
export function isInScope(project: SweepState['projects'][number]): boolean {
  return project.excluded === null;
}
