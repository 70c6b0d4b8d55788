import { z } from 'zod';

const localSettingsSchema = z.object({
  IsEncrypted: z.literal(false).optional(),
  Values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

/**
 * The `Values` of a local.settings.json. Throws where that is not what the Functions tools write, or is encrypted.
 *
 * @param json the file's content, parsed
 */
export function localSettings(path: string, json: unknown): Record<string, string> {
  const parsed = localSettingsSchema.safeParse(json);
  if (!parsed.success) {
    throw new Error(
      `${path} does not look like a settings file: ${z.prettifyError(parsed.error)}\n` +
        'Expected { "IsEncrypted": false, "Values": { "NAME": "value", … } }.',
    );
  }
  return Object.fromEntries(Object.entries(parsed.data.Values).map(([name, value]) => [name, String(value)]));
}
