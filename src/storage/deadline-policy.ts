import { Readable } from 'node:stream';
import type { HttpOperationResponse, RequestPolicy, RequestPolicyFactory, WebResource } from '@azure/storage-blob';
import { DeadlineExceeded, within, withoutSilence } from '../deadline.ts';

/** What one call of storage may take, in milliseconds. */
export interface StorageLimits {
  /** For one try: from sending to the end of an answer, or to the beginning of a blob's content. */
  readonly tryInMs: number;
  /** The same for all tries together, with the waits between them and the token. */
  readonly totalInMs: number;
  /** The longest pause between two pieces of a blob's content; the content as a whole may take as long as it does. */
  readonly silenceInMs: number;
  readonly mostTries: number;
}

/**
 * Ends every call in time. The SDK has no such limit: what it calls a timeout of a try is only told to the service, which
 * does not help where the service is what hangs.
 */
export function deadlinePolicy(limits: StorageLimits): RequestPolicyFactory {
  return { create: (next) => new DeadlinePolicy(next, limits) };
}

class DeadlinePolicy implements RequestPolicy {
  readonly #next: RequestPolicy;
  readonly #limits: StorageLimits;

  constructor(next: RequestPolicy, limits: StorageLimits) {
    this.#next = next;
    this.#limits = limits;
  }

  async sendRequest(request: WebResource): Promise<HttpOperationResponse> {
    const { tryInMs, totalInMs, silenceInMs } = this.#limits;
    const caller = request.abortSignal;
    const late = () => new DeadlineExceeded(`no answer within ${totalInMs / 1_000} s`);
    // The HTTP client ends a try by this; it knows nothing of the tries before.
    request.timeout = tryInMs;
    const response = await within(totalInMs, caller instanceof AbortSignal ? caller : undefined, late, (signal) => {
      request.abortSignal = signal;
      return this.#try(request, signal);
    });
    const { readableStreamBody: body } = response;
    if (body !== undefined) response.readableStreamBody = watched(body, silenceInMs);
    return response;
  }

  /** The SDK's own repetition, which is inside of this, repeats no try that ran out of time. */
  async #try(request: WebResource, signal: AbortSignal): Promise<HttpOperationResponse> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#next.sendRequest(request);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Error && error.name === 'AbortError')) throw error;
        if (tries === this.#limits.mostTries) {
          throw new DeadlineExceeded(`no answer within ${this.#limits.tryInMs / 1_000} s, in each of ${tries} tries`);
        }
      }
    }
  }
}

/** A stream that fails where its source says nothing for so long; the source is then destroyed, and its connection with it. */
function watched(source: NodeJS.ReadableStream, silenceInMs: number): NodeJS.ReadableStream {
  const late = () => new DeadlineExceeded(`no more of the answer within ${silenceInMs / 1_000} s`);
  const pieces = withoutSilence(source as AsyncIterable<Buffer>, silenceInMs, late);
  const stream = Readable.from(pieces, { objectMode: false });
  stream.once('close', () => {
    if (source instanceof Readable) source.destroy();
  });
  return stream;
}
