import { z } from 'zod';

const guid = z.guid();

/** Whether a text is a GUID: only then may it become part of a URL or a blob name. */
export function isGuid(text: string): boolean {
  return guid.safeParse(text).success;
}
