import { z } from 'zod';

/** Why a project is looked at. `wake` is our own delayed message; the others are triggers. */
export const WORK_REASONS = ['sweep', 'training-completed', 'wake', 'request', 'make-room'] as const;

export const workItemSchema = z.object({
  schemaVersion: z.literal(1),
  /** The source project's id. */
  projectId: z.guid(),
  reason: z.enum(WORK_REASONS),
  /** For `wake`: the wake in the record that this message is. */
  wakeId: z.string().nullable().default(null),
});

/** One message on the queue `replication-work`: look at this project, for this reason. It carries no facts. */
export type WorkItem = z.infer<typeof workItemSchema>;
