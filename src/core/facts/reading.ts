import { z } from 'zod';
import { guidSchema } from './guid.ts';

const time = z.iso.datetime();

const contentSchema = z.object({
  digest: z.string(),
  labels: z.string(),
  images: z.number().int(),
  regions: z.number().int(),
  readSince: time.optional(),
});

/** The project that is read, as the service described it: where it says otherwise, what was read is of another content. */
const ofSchema = z.object({
  projectId: guidSchema,
  lastModified: z.string().nullable(),
  imageCount: z.number().int(),
});

const pagesSchema = z.object({
  of: ofSchema,
  since: time,
  /** Images skipped by the next page of this pass. */
  skip: z.number().int(),
  /** Images that this pass has brought, those that were known included. */
  brought: z.number().int(),
  passes: z.number().int(),
  /** Base64: 16 bytes of id, and 32 of fingerprint, for each image. */
  images: z.object({ ids: z.string(), fingerprints: z.string(), regions: z.number().int() }),
});

/** How far the reading of a project's labels has come, stored as `reading/{sourceProjectId}-{side}.json`. */
export const readingSchema = z.object({
  schemaVersion: z.literal(1),
  /** The pages that are being read; null between two readings. */
  pages: pagesSchema.nullable(),
  /** What the reading before this one showed, which another has to agree with. */
  previous: contentSchema.nullable(),
  /** Readings that had to be begun again, because the project changed under them or because two did not agree. */
  repeats: z.number().int(),
  /** What a reading has shown, until whoever asked for it has made use of it. */
  done: z.object({ of: ofSchema, content: contentSchema, agreed: z.boolean() }).nullable(),
});

export type StoredReading = z.infer<typeof readingSchema>;

export function newStoredReading(): StoredReading {
  return { schemaVersion: 1, pages: null, previous: null, repeats: 0, done: null };
}

/** What a reading is of, by a look at the project. */
export type ReadingOf = z.infer<typeof ofSchema>;
