import { z } from 'zod';

/** A GUID in lower case, however it was spelled: where one is read, so that ids are compared as they are. */
export const guidSchema = z.guid().toLowerCase();

/** Whether a text is a GUID, in whatever case: only then may it become part of a URL or a blob name. */
export function isGuid(text: string): boolean {
  return guidSchema.safeParse(text).success;
}

/** A text in lower case where it is a GUID; whatever else it is, as it is. */
export function asId(text: string): string {
  return guidSchema.safeParse(text).data ?? text;
}
