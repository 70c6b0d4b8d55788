import { z } from 'zod';
import { secondsSince } from './time.ts';

const time = z.iso.datetime();

/** A bucket that fills with each use and leaks with time: so many at once, and so many in the long run. */
export const bucketSchema = z.object({ level: z.number(), at: time });

/** What notifications have said of one project, stored as `triggers/{id}.json`: however many come, one message does their work. */
export const triggerSchema = z.object({
  schemaVersion: z.literal(1),
  /** When the latest notification of a completed training came; null before the first. */
  receivedAt: time.nullable(),
  /** When a message was sent for it that no worker has taken yet; null where there is none. */
  enqueuedAt: time.nullable(),
  /** The notification whose taking sent that message: it comes again where its process died before it had. */
  enqueuedBy: z.string().nullable(),
  /** A worker has found the project's lease taken: whoever holds it sees to the notification at its end. */
  isLeft: z.boolean(),
  /** Looks at model backups that notifications have brought about. */
  exportLooks: bucketSchema.nullable().default(null),
  /** When a look at all backups is due that stands for those that came too fast; null where none is. */
  exportsLeftUntil: time.nullable().default(null),
});

export type Trigger = z.infer<typeof triggerSchema>;
type Bucket = z.infer<typeof bucketSchema>;

export interface BucketSize {
  readonly capacity: number;
  readonly secondsPerUse: number;
}

export function newTrigger(): Trigger {
  return {
    ...{ schemaVersion: 1, receivedAt: null, enqueuedAt: null, enqueuedBy: null, isLeft: false },
    ...{ exportLooks: null, exportsLeftUntil: null },
  };
}

/** The bucket after one more use; null where it is full. */
export function useOf(bucket: Bucket | null, { capacity, secondsPerUse }: BucketSize, now: Date): Bucket | null {
  const leaked = bucket === null ? 0 : Math.max(0, secondsSince(bucket.at, now)) / secondsPerUse;
  const level = Math.max(0, (bucket?.level ?? 0) - leaked) + 1;
  return level > capacity ? null : { level, at: now.toISOString() };
}
