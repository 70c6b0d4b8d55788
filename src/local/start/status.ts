import { z } from 'zod';

const projectSchema = z.object({
  id: z.string(),
  sync: z.string(),
  lagSeconds: z.number().nullable(),
  replica: z
    .object({
      projectId: z.string(),
      name: z.string(),
      verifiedAt: z.string().nullable(),
      publishedAs: z.array(z.string()),
    })
    .nullable(),
  generations: z.number(),
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});

/** What the demonstration reads of the app's status. */
const statusSchema = z.object({ projects: z.array(projectSchema) });

export type Status = z.infer<typeof statusSchema>;

const DEADLINE_IN_MS = 30_000;

/** Asks the app at this address how its projects are; throws where it does not say. */
export async function readStatus(url: string, signal: AbortSignal): Promise<Status> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_IN_MS)]) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 1_000) || '(nothing)'}`);
  return statusSchema.parse(JSON.parse(text));
}
