import { Agent } from 'undici';
import type { FailureClass, FailureDetails } from '../core/facts/failure.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import type { Download, ModelDownloads } from '../backups/ports.ts';

export interface DownloadLimits {
  readonly modelInBytes: number;
  /** The longest pause between two pieces of the body. */
  readonly silenceInMs: number;
}

const DEFAULT_LIMITS: DownloadLimits = { modelInBytes: 4 * 1024 * 1024 * 1024, silenceInMs: 60_000 };

function refused(
  message: string,
  code: string,
  failureClass: FailureClass,
  hint: string,
  answer: Partial<Pick<FailureDetails, 'status' | 'requestId'>> = {},
): ReplicationFailure {
  return new ReplicationFailure(message, { class: failureClass, code, hint, ...answer });
}

/** Fetches exported models from the address that GetExports gives, which never appears in a failure. */
export class ModelDownloader implements ModelDownloads {
  readonly #limits: DownloadLimits;
  readonly #agent: Agent;

  constructor(limits: Partial<DownloadLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    const { silenceInMs } = this.#limits;
    this.#agent = new Agent({ headersTimeout: silenceInMs, bodyTimeout: silenceInMs, allowH2: false });
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async open(downloadUri: string, signal: AbortSignal): Promise<Download> {
    const url = checkUri(downloadUri);
    signal.throwIfAborted();
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    let response;
    try {
      // Redirects are not followed: nothing but the address that the service gave is asked.
      response = await this.#agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        signal: either,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw broken(url, error);
    }
    const { statusCode, headers, body } = response;
    const close = async (): Promise<void> => {
      ended.abort();
      // Ending a body that is not read to its end makes it throw; that error is of our own making.
      await body.dump({ limit: 0 }).catch(() => undefined);
    };
    try {
      assertSuccess(url, statusCode, first(headers['x-ms-request-id']));
      this.#assertSize(url, Number(first(headers['content-length']) ?? 0));
    } catch (error) {
      await close();
      throw error;
    }
    return { etag: first(headers.etag), body: this.#read(url, body, signal), close };
  }

  async *#read(url: URL, body: AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let sizeInBytes = 0;
    try {
      for await (const chunk of body) {
        const bytes = chunk as Uint8Array;
        sizeInBytes += bytes.length;
        this.#assertSize(url, sizeInBytes);
        yield bytes;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ReplicationFailure ? error : broken(url, error);
    }
  }

  #assertSize(url: URL, sizeInBytes: number): void {
    const { modelInBytes } = this.#limits;
    if (sizeInBytes <= modelInBytes) return;
    const message = `The model on ${url.host} is larger than ${modelInBytes} bytes.`;
    throw refused(
      message,
      'MODEL_TOO_LARGE',
      'refused',
      'Give the project an export container: copies from there have no limit.',
    );
  }
}

function first(header: string | readonly string[] | undefined): string | null {
  const value = typeof header === 'string' ? header : header?.[0];
  return value === undefined || value === '' ? null : value;
}

function checkUri(downloadUri: string): URL {
  const hint =
    "The service gave an address that can't be used from here, as it does for resources in a virtual network. Give " +
    'the project an export container: backups are then copied from there.';
  const bad = (what: string) => refused(`The model's address ${what}.`, 'MODEL_ADDRESS_UNUSABLE', 'refused', hint);
  if (!URL.canParse(downloadUri)) throw bad('is not an absolute URL');
  const url = new URL(downloadUri);
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) throw bad('is not an https URL');
  if (url.username !== '' || url.password !== '') throw bad('holds a user name or password');
  return url;
}

function assertSuccess(url: URL, status: number, requestId: string | null): void {
  if (status === 200) return;
  const message = `Fetching a model from ${url.host} was answered with ${status}.`;
  const answer = { status, requestId };
  const hint = 'The service is asked for a new address, and the model fetched from there.';
  if (status >= 500 || status === 408) throw refused(message, `HTTP_${status}`, 'transient', hint, answer);
  if (status === 429) throw refused(message, `HTTP_${status}`, 'throttled', hint, answer);
  if (status >= 400) throw refused(message, 'MODEL_ADDRESS_EXPIRED', 'not-found', hint, answer);
  throw refused(
    message,
    'MODEL_ADDRESS_UNUSABLE',
    'refused',
    'Redirects are not followed. Export the model once more.',
    answer,
  );
}

/** Only the error's code is told: its text may quote what was sent. */
function broken(url: URL, error: unknown): ReplicationFailure {
  const code = (error as { code?: unknown }).code;
  const what = typeof code === 'string' ? code : 'an error';
  return refused(
    `Fetching a model from ${url.host} broke off with ${what}.`,
    'NETWORK',
    'transient',
    `Check that the app can reach ${url.host}. It is fetched again.`,
  );
}
