import { z } from 'zod';

/** Reads a GUID in any case and gives it in lower case, so that ids can be compared as texts from then on. */
export const guidSchema = z.guid().toLowerCase();

/** Whether a text is a GUID, in whatever case: only then may it become part of a URL or a blob name. */
export function isGuid(text: string): boolean {
  return guidSchema.safeParse(text).success;
}

/** The text in lower case where it is a GUID, unchanged where it is not. */
export function asId(text: string): string {
  return guidSchema.safeParse(text).data ?? text;
}
