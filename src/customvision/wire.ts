import { z } from 'zod';
import { asId, guidSchema } from '../core/facts/guid.ts';
import type { Image, Iteration, Project, ProjectExport, Tag } from '../core/facts/model.ts';
import type { Domain, ModelExport } from '../core/facts/model-export.ts';

/**
 * The service's JSON, read into the model. Members that are not known are dropped, values that are not known are kept,
 * and what is absent or null becomes the model's null or default; only what cannot be worked with is refused.
 */

/** The model's null for what is absent, null, or (the service writes both) an empty text. */
const optionalText = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));

/** As a schema does, with a default for what is absent or null. */
function orElse<T>(schema: z.ZodType<T>, fallback: T) {
  return schema.nullish().transform((value): T => value ?? fallback);
}

const text = orElse(z.string(), '');
/** An id, in lower case as all ids are here; what should be one and isn't is kept, as other values that are not known. */
const optionalId = optionalText.transform((value) => (value === null ? null : asId(value)));
const flag = orElse(z.boolean(), false);
const texts = orElse<readonly string[]>(z.array(z.string()), []);
const optionalCount = orElse<number | null>(z.number().int(), null);
const count = orElse(z.number().int(), 0);

const settingsSchema = z.object({
  domainId: optionalId,
  classificationType: optionalText,
  targetExportPlatforms: texts,
  useNegativeSet: orElse<boolean | null>(z.boolean(), null),
  detectionParameters: optionalText,
  imageProcessingSettings: orElse<{ augmentationMethods?: Record<string, boolean> | null | undefined }>(
    z.object({ augmentationMethods: z.record(z.string(), z.boolean()).nullish() }),
    {},
  ),
  exportModelContainerUri: optionalText,
  notificationQueueUri: optionalText,
});

export const projectSchema = z
  .object({
    id: guidSchema,
    name: z.string(),
    description: text,
    settings: z.preprocess((value) => value ?? {}, settingsSchema),
    created: optionalText,
    lastModified: optionalText,
    status: orElse(z.string(), 'Succeeded'),
    drModeEnabled: flag,
  })
  .transform(({ settings: { imageProcessingSettings, ...settings }, ...project }): Project => {
    const augmentationMethods = imageProcessingSettings.augmentationMethods ?? {};
    return { ...project, settings: { ...settings, augmentationMethods } };
  });

export const projectExportSchema = z
  .object({
    token: z.string().min(1),
    iterationCount: optionalCount,
    imageCount: optionalCount,
    tagCount: optionalCount,
    regionCount: optionalCount,
    estimatedImportTimeInMS: optionalCount,
  })
  .transform((answer): ProjectExport => ({
    token: answer.token,
    counts: {
      iterations: answer.iterationCount,
      images: answer.imageCount,
      tags: answer.tagCount,
      regions: answer.regionCount,
    },
    estimatedImportInSeconds: answer.estimatedImportTimeInMS === null ? null : answer.estimatedImportTimeInMS / 1000,
  }));

export const iterationSchema: z.ZodType<Iteration> = z.object({
  id: guidSchema,
  name: z.string(),
  status: text,
  created: optionalText,
  trainedAt: optionalText,
  domainId: optionalId,
  trainingType: optionalText,
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

const tagNameSchema = z.object({ tagName: z.string() });
const regionSchema = z.object({
  tagName: z.string(),
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
});

export const imageSchema: z.ZodType<Image> = z.object({
  id: guidSchema,
  width: count,
  height: count,
  tags: orElse<readonly z.infer<typeof tagNameSchema>[]>(z.array(tagNameSchema), []),
  regions: orElse<readonly z.infer<typeof regionSchema>[]>(z.array(regionSchema), []),
});

export const domainSchema: z.ZodType<Domain> = z.object({
  id: guidSchema,
  name: z.string(),
  type: text,
  exportable: flag,
  enabled: orElse(z.boolean(), true),
});

export const modelExportSchema: z.ZodType<ModelExport> = z.object({
  platform: z.string(),
  flavor: optionalText,
  status: z.string(),
  downloadUri: optionalText,
  newerVersionAvailable: flag,
});

/** GetImageCount answers with a bare number. */
export const imageCountSchema = z.number().int().nonnegative();

/** PublishIteration answers with a bare true. */
export const publishedSchema = z.literal(true);
