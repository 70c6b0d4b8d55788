import { z } from 'zod';
import { guidSchema } from './guid.ts';
import { historyEntrySchema } from './history.ts';
import { migrateRecord } from './record-migration.ts';
import type { modelSchema, publicationSchema } from './snapshot.ts';
import {
  countsSchema,
  replicaPublicationSchema,
  publishedSchema,
  refusedSchema,
  contentsSchema,
  snapshotSchema,
  differenceSchema,
  baselineSchema,
} from './snapshot.ts';

/**
 * What is known of one source project, stored as `records/{sourceProjectId}.json`. Facts only: what to do next is
 * planned anew from them each time. All times are ISO 8601 in UTC.
 */

const time = z.iso.datetime();

/** An import that is going on, from the moment before ImportProject is called until routing names its project. */
const runSchema = z.object({
  runId: z.string(),
  startedAt: time,
  /** The source as it was before the export. The copy is recorded as holding this. */
  before: snapshotSchema,
  /** Written before ImportProject is called; null again where the service refused it for certain. */
  intent: z
    .object({
      stagingName: z.string(),
      requestedAt: time,
      exported: countsSchema,
      estimatedImportInSeconds: z.number().nullable(),
    })
    .nullable(),
  /** The project on the target, once known. */
  replicaProjectId: guidSchema.nullable(),
  /** When the project was recognised by its staging name, because the reply that named it was lost. */
  adoptedAt: time.nullable(),
  /** When the service was first seen to say `Succeeded`. */
  importedAt: time.nullable(),
  markedAt: time.nullable(),
  verified: z
    .object({
      at: time,
      differences: z.array(differenceSchema),
      baseline: baselineSchema,
      /** What came along published: of no use, since nobody can tell where it answers. */
      foundPublished: z.array(replicaPublicationSchema).default([]),
    })
    .nullable(),
  /** When storage URIs that came with the import were taken off the copy; the differences say what could not be. */
  unlinked: z
    .object({ at: time, differences: z.array(differenceSchema) })
    .nullable()
    .default(null),
  /** What we published on it, each after the service said yes. */
  published: z.array(publishedSchema),
  /** What the service refused to publish: absent where nothing. */
  refused: z.array(refusedSchema).optional(),
  /** The names this run gives, stored before any is given. */
  naming: z
    .object({
      name: z.string(),
      /** The copy that was current until now and the name it takes to make room; null where there is none. */
      predecessor: z.object({ replicaProjectId: guidSchema, name: z.string() }).nullable(),
      predecessorRenamedAt: time.nullable(),
      namedAt: time.nullable(),
    })
    .nullable(),
  /** Why this run's project must go; it is deleted before anything else is tried. */
  discard: z
    .object({
      class: z.enum(['partial-import', 'quota', 'wait']),
      code: z.string(),
      message: z.string(),
      lacking: z.array(differenceSchema),
      at: time,
    })
    .nullable(),
});

/** A complete copy. */
const generationSchema = z.object({
  runId: z.string(),
  replicaProjectId: guidSchema,
  /** The name it was last given by us. */
  name: z.string(),
  /** The name it is being given; stored before it is given, so that neither name is taken for somebody's change. */
  intendedName: z.string().nullable(),
  /** The source content that it holds. */
  holds: snapshotSchema,
  exported: countsSchema,
  adopted: z.boolean(),
  importedAt: time,
  /** When both sides' labels were last found to be what they should be; null where the copy never passed. */
  verifiedAt: time.nullable(),
  /** When the last look at it began while it was in use, after which the facts below are what was seen; absent before one. */
  seenAt: time.optional(),
  /** When a drill last found that the copy answers as the source does; absent where none ever has. */
  workedAt: time.optional(),
  differences: z.array(differenceSchema),
  /** The copy itself as it was after our own last write to it. */
  baseline: baselineSchema,
  /** What the service said of the copy's `lastModified` when its labels were last read; another value asks for a look. */
  lastModified: z.string().nullable(),
  /** What we published on it, each after the service said yes, and the last look showed. */
  published: z.array(publishedSchema),
  /** What the service refused to publish: absent where nothing. */
  refused: z.array(refusedSchema).optional(),
  /**
   * What may answer on it and is not proven to, at the prediction resource that is set: found when it was verified or
   * rebuilt, asked for right now, or published to another resource.
   */
  foundPublished: z.array(replicaPublicationSchema).default([]),
  /** Somebody trained, labelled, published or renamed it: it is theirs. */
  changedBySomebody: z.boolean(),
  /** When that was last looked at. */
  changeCheckedAt: time.nullable().default(null),
  /** Since when, and of what, later copies hold so much less that this one outlives them; null where they do not. */
  pinned: z
    .object({ at: time, lost: z.array(differenceSchema) })
    .nullable()
    .default(null),
  /** Publish names that the copy in use serves and this one can't: it was made, and not put into use. */
  lacksModels: z.array(z.string()).default([]),
});

const recordFailureSchema = z.object({
  class: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  needsPerson: z.boolean(),
  attempts: z.number().int().positive(),
  since: time,
  nextAttemptAt: time.nullable(),
  /** The service's own id of the request that failed, which its support asks for; null where it gave none. */
  requestId: z.string().nullable().default(null),
  /** What was being done; absent where an earlier version noted it. */
  step: z.string().optional(),
  /** A failure that time does not heal, while one that passes has come between its attempts. */
  interrupted: z.object({ class: z.string(), attempts: z.number().int().positive(), since: time }).optional(),
});

/** What is known of the source's two storage URIs, where this app sets them. */
const integrationSchema = z.object({
  /** The URIs that these facts are about. Where the settings name others by now, the facts no longer count. */
  exportModelContainerUri: z.string(),
  notificationQueueUri: z.string(),
  /** When it was last tried to set them; stored before anything is sent. */
  attemptedAt: time,
  /**
   * `unproven`: sent, and not shown by the service. `elsewhere`: a URI points at other storage and is left alone.
   * `failed`: refused, or not tried for the reason given.
   */
  state: z.enum(['integrated', 'unproven', 'elsewhere', 'failed']),
  provenAt: time.nullable(),
  /** The service shows the URIs, or a message that it sent when it was given them has come. */
  provenBy: z.enum(['echo', 'connection-test']).nullable(),
  /** Why they are not set, and who has to act; null where they are. */
  reason: z.string().nullable(),
  /** What else was not the same after the URIs were written. */
  differences: z.array(differenceSchema),
});

/** When to look again. The message on the work queue carries the id; one that carries another is stale. */
const wakeSchema = z.object({
  id: z.string(),
  dueAt: time,
  /** The message that the worker was at that stored this wake (see `nameOfItem`); absent where that is not known. */
  storedBy: z.string().optional(),
});

const currentRecordSchema = z.object({
  schemaVersion: z.literal(3),
  sourceProjectId: guidSchema,
  /** The source's name when it was last seen. */
  name: z.string(),
  /** The last look at the source; null before the first one ended. */
  source: snapshotSchema.nullable(),
  /** When the last look began that found the current copy to hold what the source holds. */
  inSyncAt: time.nullable(),
  /**
   * When the last look began that found nothing to copy. Unlike the one above it may have read no labels, which lag counts
   * from; it has seen every model. Absent where none has since the copy came into use.
   */
  nothingNewAt: time.optional(),
  /** When the last reading of the source's labels began that found the current copy to hold them. */
  labelsSeenAt: time.nullable().default(null),
  /** Oldest first. */
  generations: z.array(generationSchema),
  /** The run id of the generation that routing names. */
  current: z.string().nullable(),
  run: runSchema.nullable(),
  wake: wakeSchema.nullable(),
  /** When a trigger came that was left to a later wake: the source is looked at again once the run is over. */
  triggeredAt: time.nullable(),
  /** The last look that a notification brought about, and how many in a row found nothing new; null after one that did. */
  triggerLooks: z.object({ at: time, inVain: z.number().int().positive() }).nullable().default(null),
  failure: recordFailureSchema.nullable(),
  /** Null where this app has never looked at the storage URIs. */
  integration: integrationSchema.nullable().default(null),
  /** The copy in use as it was found when somebody had changed it; what it says counts while that is the failure. */
  copyFound: z
    .object({
      at: time,
      replicaProjectId: guidSchema,
      revision: z.string(),
      /** Null where its labels were not read. */
      digest: z.string().nullable(),
      contents: contentsSchema,
    })
    .optional(),
  /** Imports in a row that ended without a complete copy. */
  failedImports: z.number().int(),
  /** What the last discarded copy lacked. If the next one lacks the same it is kept, unverified. */
  lastLacking: z.array(differenceSchema),
  /** What was done since the project last came to rest, and how often: what is needed again and again is undone by
   * something. Absent where nothing was. */
  effects: z.array(z.object({ effect: z.string(), times: z.number().int() })).optional(),
  /** What happened and may not stand in the history yet: stored with the facts, so that no crash parts the two. */
  untold: z.array(historyEntrySchema).default([]),
});

/** Reads records of every version that was ever written. */
export const recordSchema = z.preprocess(migrateRecord, currentRecordSchema);

export type Snapshot = z.infer<typeof snapshotSchema>;
export type Model = z.infer<typeof modelSchema>;
export type Publication = z.infer<typeof publicationSchema>;
export type Published = z.infer<typeof publishedSchema>;
export type Refused = z.infer<typeof refusedSchema>;
export type Difference = z.infer<typeof differenceSchema>;
export type Run = z.infer<typeof runSchema>;
export type Generation = z.infer<typeof generationSchema>;
export type RecordFailure = z.infer<typeof recordFailureSchema>;
export type Integration = z.infer<typeof integrationSchema>;
export type ReplicaRecord = z.infer<typeof recordSchema>;

export function newRecord(sourceProjectId: string, name: string): ReplicaRecord {
  return {
    schemaVersion: 3,
    sourceProjectId,
    name,
    source: null,
    inSyncAt: null,
    labelsSeenAt: null,
    generations: [],
    current: null,
    run: null,
    wake: null,
    triggeredAt: null,
    triggerLooks: null,
    failure: null,
    integration: null,
    failedImports: 0,
    lastLacking: [],
    untold: [],
  };
}

/** When the last look began that found the copy in use to hold whatever it saw of the source; null where none did. */
export function lastFoundInSync({ inSyncAt, nothingNewAt }: ReplicaRecord): string | null {
  if (nothingNewAt === undefined) return inSyncAt;
  return inSyncAt !== null && inSyncAt > nothingNewAt ? inSyncAt : nothingNewAt;
}

/** The generation that routing names, or null where the project has no usable copy yet. */
export function currentGeneration(record: ReplicaRecord): Generation | null {
  return record.generations.find((generation) => generation.runId === record.current) ?? null;
}
