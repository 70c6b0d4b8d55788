import { z } from 'zod';
import { guidSchema } from './guid.ts';

/** Which installation of this app it is that a storage account belongs to, stored as `installation.json`. Made once. */
export const installationSchema = z.object({
  schemaVersion: z.literal(1),
  id: guidSchema,
  createdAt: z.iso.datetime(),
});

export type Installation = z.infer<typeof installationSchema>;

/** How staging names and marks name it: the first 8 hex digits. */
export function shortId({ id }: Installation): string {
  return id.slice(0, 8);
}
