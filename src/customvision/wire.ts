import { z } from 'zod';
import { asId, guidSchema } from '../core/facts/guid.ts';
import type { Iteration, Project, ProjectExport, Tag } from '../core/facts/model.ts';
import type { Domain, ModelExport } from '../core/facts/model-export.ts';

/**
 * The service's JSON, read into the model. Members that are not known are dropped, values that are not known are kept,
 * and what is absent or null becomes the model's null or default. What nothing depends on counts as absent where it
 * can't be read; only what can't be worked with is refused. Nothing is required that the specification does not require,
 * save ids and what a call is made for.
 */

/** As a schema does, with a default for what is absent or null. */
function orElse<T>(schema: z.ZodType<T>, fallback: T) {
  return schema.nullish().transform((value): T => value ?? fallback);
}

/** The same for what nothing depends on: a value of another kind counts as absent. */
function atBest<T>(schema: z.ZodType<T>, fallback: T) {
  return z.preprocess((value) => (schema.safeParse(value).success ? value : null), orElse(schema, fallback));
}

/** The model's null for what is absent, null, or (the service writes both) an empty text. */
const optionalText = orElse<string | null>(z.string(), null).transform((value) => (value === '' ? null : value));
const hint = optionalText.catch(null);
/** An id, in lower case as all ids are here; what should be one and isn't is kept, as other values that are not known. */
const optionalId = hint.transform((value) => (value === null ? null : asId(value)));

const text = orElse(z.string(), '');
const flag = atBest(z.boolean(), false);
const count = orElse(z.number(), 0);
const optionalCount = atBest<number | null>(z.number().int().nonnegative(), null);
const texts = atBest<readonly unknown[]>(z.array(z.unknown()), []).transform((values) =>
  values.filter((value) => typeof value === 'string'),
);

/** A setting that is neither on nor off is not set. */
const flags = z.record(z.string(), z.boolean().nullable().catch(null)).transform((values) => {
  const set = Object.entries(values).filter((entry): entry is [string, boolean] => entry[1] !== null);
  return Object.fromEntries(set);
});

function objectOrNone(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

const settingsSchema = z
  .preprocess(
    objectOrNone,
    z.object({
      domainId: optionalId,
      classificationType: hint,
      targetExportPlatforms: texts,
      useNegativeSet: atBest<boolean | null>(z.boolean(), null),
      detectionParameters: hint,
      imageProcessingSettings: z.preprocess(
        objectOrNone,
        z.object({ augmentationMethods: z.preprocess(objectOrNone, flags) }),
      ),
      exportModelContainerUri: hint,
      notificationQueueUri: hint,
    }),
  )
  .transform(({ imageProcessingSettings: { augmentationMethods }, ...settings }) => ({
    ...settings,
    augmentationMethods,
  }));

export const projectSchema: z.ZodType<Project> = z.object({
  id: guidSchema,
  name: z.string(),
  description: text,
  settings: settingsSchema,
  created: hint,
  lastModified: hint,
  status: orElse(z.string(), 'Succeeded'),
  drModeEnabled: orElse(z.boolean(), false),
});

/**
 * A project of a list, or one that an effect answers with. One that can't be read is there all the same: by its id,
 * with what is odd about it. Where even the id can't be read that is empty.
 */
export const anyProjectSchema: z.ZodType<Project> = z.unknown().transform((item): Project => {
  const read = projectSchema.safeParse(item);
  if (read.success) return read.data;
  const { id: anyId, name, description } = objectOrNone(item);
  const id = guidSchema.safeParse(anyId).data ?? '';
  return {
    id,
    name: typeof name === 'string' ? name : id,
    description: typeof description === 'string' ? description : '',
    settings: settingsSchema.parse({}),
    created: null,
    lastModified: null,
    status: 'Unknown',
    drModeEnabled: false,
    problem: inWords(read.error),
  };
});

/** What is wrong with a thing, on one line and without its values. */
function inWords(error: z.core.$ZodError): string {
  return error.issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; ');
}

/** A list whose things are read one by one: what can't be read is told by its id, else by its place. */
export function listOf<T>(schema: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(z.unknown()).transform((items, context) =>
    items.flatMap((item, index) => {
      const read = schema.safeParse(item);
      if (read.success) return [read.data];
      const id = guidSchema.safeParse(objectOrNone(item)['id']).data ?? `number ${index + 1} of the list`;
      context.addIssue({ code: 'custom', message: `${id}: ${inWords(read.error)}` });
      return [];
    }),
  );
}

/** An import token is good for about a day: no import takes longer. */
const LONGEST_IMPORT_IN_MS = 86_400_000;

export const projectExportSchema = z
  .object({
    token: z.string().min(1),
    iterationCount: optionalCount,
    imageCount: optionalCount,
    tagCount: optionalCount,
    regionCount: optionalCount,
    estimatedImportTimeInMS: atBest<number | null>(z.number().nonnegative(), null),
  })
  .transform((answer): ProjectExport => ({
    token: answer.token,
    counts: {
      iterations: answer.iterationCount,
      images: answer.imageCount,
      tags: answer.tagCount,
      regions: answer.regionCount,
    },
    estimatedImportInSeconds:
      answer.estimatedImportTimeInMS === null
        ? null
        : Math.min(answer.estimatedImportTimeInMS, LONGEST_IMPORT_IN_MS) / 1000,
  }));

export const iterationSchema: z.ZodType<Iteration> = z.object({
  id: guidSchema,
  name: z.string(),
  status: text,
  created: hint,
  trainedAt: hint,
  domainId: optionalId,
  trainingType: hint,
  publishName: optionalText,
  originalPublishResourceId: optionalText,
  exportable: flag,
  exportableTo: texts,
});

export const tagSchema: z.ZodType<Tag> = z.object({
  id: guidSchema,
  name: z.string(),
  description: text,
  type: orElse(z.string(), 'Regular'),
  imageCount: count,
});

/** A label names its tag by the tag's id; the name stands beside it or does not. */
export interface WireLabel {
  readonly tagId: string | null;
  readonly tagName: string | null;
}

const labelSchema = z.object({ tagId: optionalId, tagName: optionalText });
const namesATag = [
  ({ tagId, tagName }: WireLabel): boolean => tagId !== null || tagName !== null,
  { error: 'neither tagId nor tagName' },
] as const;
const regionSchema = labelSchema.extend({ left: z.number(), top: z.number(), width: z.number(), height: z.number() });

export const imageSchema = z.object({
  id: guidSchema,
  width: count,
  height: count,
  tags: orElse<readonly WireLabel[]>(z.array(labelSchema.refine(...namesATag)), []),
  regions: orElse<readonly z.infer<typeof regionSchema>[]>(z.array(regionSchema.refine(...namesATag)), []),
});

export const domainSchema: z.ZodType<Domain> = z.object({
  id: guidSchema,
  name: text,
  type: text,
  exportable: flag,
  enabled: atBest(z.boolean(), true),
});

export const modelExportSchema: z.ZodType<ModelExport> = z.object({
  platform: z.string(),
  flavor: optionalText,
  status: text,
  downloadUri: optionalText,
  newerVersionAvailable: flag,
});

/** GetImageCount answers with a bare number. */
export const imageCountSchema = z.number().int().nonnegative();

/** PublishIteration answers with a bare true. */
export const publishedSchema = z.literal(true);
