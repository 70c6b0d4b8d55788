import { z } from 'zod';
import { historyEntrySchema } from './history.ts';

/**
 * What somebody did on a copy while clients predicted on it, as it stood when they were sent back: whatever is done to the
 * copy after that is told like any other change.
 */
const workSchema = z.object({
  /** `keep`: the copy is theirs from now on. `drop`: a newer copy may take its place. */
  then: z.enum(['keep', 'drop']),
  replicaProjectId: z.guid(),
  name: z.string(),
  revision: z.string(),
  /** Of all labels, by image id; null where nothing hinted at a change of them. */
  labels: z.string().nullable(),
});

/**
 * What a person has decided about one source project, stored as `decisions/{sourceProjectId}.json`. It is kept apart
 * from the record, which can be deleted and made anew from the two resources alone.
 */
export const decisionSchema = z.object({
  schemaVersion: z.literal(1),
  /** The side that clients are to be sent to. */
  active: z.enum(['primary', 'secondary']),
  /** Whether the copy in use is left as it is, whatever the source does. */
  frozen: z.boolean(),
  /** The copy that stays in use: the one that was put back, or that clients were sent to; null where none is named. */
  replicaProjectId: z.guid().nullable().default(null),
  /** The names that this copy served when clients were sent to it; absent where none ever were. */
  publishNames: z.array(z.string()).optional(),
  /** What becomes of what was done on the copy while clients were there; absent where nothing was found on it. */
  work: workSchema.optional(),
  /** When copies that were pinned were last released: those pinned before it may go. */
  releasedAt: z.iso.datetime().nullable().default(null),
  since: z.iso.datetime(),
  by: z.string(),
  reason: z.string(),
  /** What was decided and may not stand in the history yet. */
  untold: z.array(historyEntrySchema).optional(),
});

/** Who decides, and why: what a person sends, and what is kept for whoever comes next. */
export const decisionBodySchema = z.object({
  by: z.string().trim().min(1).max(200),
  reason: z.string().trim().min(1).max(1_000),
});

export type DecisionBody = z.infer<typeof decisionBodySchema>;

const projectsSchema = decisionBodySchema.extend({
  /** Names or ids, on the primary. */
  projects: z.array(z.string().trim().min(1)).max(1_000).default([]),
  /** Every project in scope. */
  all: z.boolean().default(false),
});

const namesProjects = ({ projects, all }: { projects: readonly string[]; all: boolean }): boolean =>
  all !== projects.length > 0;

/** What `POST /api/failover` takes: either projects or all of them. */
export const failoverBodySchema = projectsSchema
  .extend({ evenIfNotReady: z.boolean().default(false) })
  .refine(namesProjects);

/** What `POST /api/failback` takes. */
export const failbackBodySchema = projectsSchema
  .extend({ work: z.enum(['refuse', 'keep', 'drop']).default('refuse') })
  .refine(namesProjects);

export type FailoverBody = z.infer<typeof failoverBodySchema>;
export type FailbackBody = z.infer<typeof failbackBodySchema>;

export type Decision = z.infer<typeof decisionSchema>;

/** Where clients are to be sent: what nobody has decided about is on the primary. */
export function activeOf(decision: Pick<Decision, 'active'> | null): Decision['active'] {
  return decision?.active ?? 'primary';
}

/** Whether clients were sent to the copy: it is left as it is until somebody sends them back. */
export function isFailedOver(decision: Pick<Decision, 'active'> | null): boolean {
  return activeOf(decision) === 'secondary';
}
