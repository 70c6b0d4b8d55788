import { z } from 'zod';
import { historyEntrySchema } from './history.ts';

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
  /** The older copy that was put back into use; null where none was. */
  replicaProjectId: z.guid().nullable().default(null),
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

export type Decision = z.infer<typeof decisionSchema>;
