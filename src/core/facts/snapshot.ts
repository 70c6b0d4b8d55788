import { z } from 'zod';

/** What is kept of one look at a project, on either side. All times are ISO 8601 in UTC. */

const time = z.iso.datetime();

export const countsSchema = z.object({
  iterations: z.number().int().nullable(),
  images: z.number().int().nullable(),
  tags: z.number().int().nullable(),
  regions: z.number().int().nullable(),
});

/** A published iteration of the source. */
export const publicationSchema = z.object({
  /** Its name, which namesakes share. */
  iteration: z.string(),
  publishName: z.string(),
  /** On the source; absent in records of earlier versions. */
  iterationId: z.string().optional(),
});

export const replicaPublicationSchema = z.object({ iterationId: z.string(), publishName: z.string() });

type ReplicaPublication = z.infer<typeof replicaPublicationSchema>;

/** Whether two publications on a replica are of one iteration under one name, wherever they answer. */
export function isSame(left: ReplicaPublication, right: ReplicaPublication): boolean {
  return left.iterationId === right.iterationId && left.publishName === right.publishName;
}

/** What we published, after the service said yes. Absent members are those of records of earlier versions. */
export const publishedSchema = replicaPublicationSchema.extend({
  /** Of the source's iteration that it stands for. */
  sourceIterationId: z.string().optional(),
  /** The prediction resource that it was published to. */
  resourceId: z.string().optional(),
  /**
   * What the service showed as that resource when it was first looked at afterwards, null for nothing: it may go on
   * showing another one, as of the project that the copy was imported from. Absent before that look.
   */
  shownResourceId: z.string().nullable().optional(),
});

/** A publication that the service refused: it is tried again, and holds up nothing else until then. */
export const refusedSchema = replicaPublicationSchema.extend({ resourceId: z.string(), at: time });

/** A trained iteration of the source. Its id and its time of training can be compared on the source alone. */
export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  trainedAt: z.string().nullable(),
  domainId: z.string().nullable(),
});

/** The content of a project as people call it. */
export const contentsSchema = z.object({
  name: z.string(),
  images: z.number().int(),
  /** Boxes on all images; null where no look has read the labels. */
  regions: z.number().int().nullable(),
  tagCount: z.number().int(),
  /** By name; null where there are too many to keep. */
  tags: z.array(z.object({ id: z.string(), name: z.string(), images: z.number().int() })).nullable(),
  /** The trained iterations, oldest first. */
  iterations: z.array(z.object({ id: z.string(), name: z.string() })),
});

export type Contents = z.infer<typeof contentsSchema>;

/** What the record keeps of one look at the source, to compare later looks with. */
export const snapshotSchema = z.object({
  /** When the look began: content is never newer than what this says. */
  observedAt: time,
  lastModified: z.string().nullable(),
  revision: z.string(),
  /** Of every label; null where the images were not paged in this look. */
  digest: z.string().nullable(),
  /** A digest with image ids: comparable on the source only, where it also tells images of one size apart. */
  labels: z.string().nullable().default(null),
  name: z.string(),
  description: z.string(),
  publications: z.array(publicationSchema),
  /** Names of the trained iterations, oldest first. */
  iterations: z.array(z.string()),
  /** What tells them apart, in the same order; absent in records of earlier versions. */
  models: z.array(modelSchema).optional(),
  /** The same in words; absent in records of earlier versions. */
  contents: contentsSchema.optional(),
});

/** Something that is not the same on the copy and in the export, but no reason to discard the copy. */
export const differenceSchema = z.object({ what: z.string(), expected: z.string(), found: z.string() });

export const baselineSchema = z.object({
  revision: z.string(),
  digest: z.string(),
  /** The same by image id, on the target. */
  labels: z.string().nullable().default(null),
  /** The same in words; absent in records of earlier versions. */
  contents: contentsSchema.optional(),
});
