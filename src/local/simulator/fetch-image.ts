import { ServiceError } from './service-error.ts';

const FETCH_DEADLINE_IN_MS = 10_000;

/** Only what runs on this machine is fetched; anything else is a source that can't be read, null. */
export async function fetchImage(url: string, closing: AbortSignal): Promise<Buffer | null> {
  if (!URL.canParse(url) || !['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname)) return null;
  const signal = AbortSignal.any([closing, AbortSignal.timeout(FETCH_DEADLINE_IN_MS)]);
  try {
    const response = await fetch(url, { signal });
    const bytes = Buffer.from(await response.arrayBuffer());
    return response.ok ? bytes : null;
  } catch (error) {
    if (closing.aborted) throw new ServiceError(500, 'ErrorUnknown', String(error));
    return null;
  }
}
