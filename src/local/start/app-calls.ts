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
export async function readStatus(appUrl: string, signal: AbortSignal): Promise<Status> {
  return statusSchema.parse(JSON.parse(await ask('GET', `${appUrl}/api/status`, signal)));
}

/** Has the app look at all projects now rather than when its schedule says so. */
export async function requestSweep(appUrl: string, signal: AbortSignal): Promise<void> {
  await ask('POST', `${appUrl}/admin/functions/replicateOnSchedule`, signal);
}

async function ask(method: 'GET' | 'POST', url: string, signal: AbortSignal): Promise<string> {
  const response = await send(method, url, AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_IN_MS)]));
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 1_000) || '(nothing)'}`);
  return text;
}

async function send(method: 'GET' | 'POST', url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { method, signal });
  } catch (error) {
    throw new Error(`${url} does not answer: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
