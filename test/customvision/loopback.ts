import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CustomVisionClient, type CustomVisionClientOptions } from '../../src/customvision/client.ts';
import type { Timing } from '../../src/customvision/timing.ts';
import { API_VERSIONS } from '../support/api-versions.ts';

export const KEY = '0123456789abcdef-secret-key';
export const PROJECT = 'bc3f7dad-5544-468c-8573-3ef04d55463e';
export const ITERATION = 'fe1e83c4-6f50-4899-9544-6bb08cf0e15a';

/** A request that arrived. */
export interface Hit {
  readonly method: string;
  /** As it was on the wire. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The client's end of the connection. */
  readonly port: number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/**
 * `drop` closes the connection without an answer, `cut` in the middle of one, `hang` never answers, `babble` repeats
 * the request in words that are not HTTP; a function answers by what was asked.
 */
export type Reply = Answer | 'drop' | 'cut' | 'hang' | 'babble' | ((hit: Hit) => Answer);

/** A real HTTP server on the loopback interface that counts its hits. It gives the replies in turn, the last for ever. */
export interface Loopback {
  readonly url: string;
  readonly hits: Hit[];
  /** Resolves when the next request has arrived. */
  readonly nextHit: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function json(value: unknown, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

export const PROJECT_BODY = { id: PROJECT, name: 'Fruit', description: '', settings: {} };

function give(reply: Reply, hit: Hit, response: ServerResponse): void {
  if (reply === 'hang') return;
  if (reply === 'drop') {
    response.socket?.destroy();
    return;
  }
  if (reply === 'babble') {
    response.socket?.end(`${hit.target} ${JSON.stringify(hit.headers)}\r\n\r\n`);
    return;
  }
  if (reply === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id":', () => response.socket?.destroy());
    return;
  }
  const { status, headers, body } = typeof reply === 'function' ? reply(hit) : reply;
  response.writeHead(status, headers).end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const opened: (() => Promise<void>)[] = [];

/** Ends every client and server that a test made, whether it passed or not: `afterEach(closeAll)`. */
export async function closeAll(): Promise<void> {
  // The servers were begun first and cut their connections, which ends what clients still wait for.
  for (const close of opened.splice(0)) await close();
}

export async function startLoopback(...replies: Reply[]): Promise<Loopback> {
  const hits: Hit[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const hit = {
        method: request.method ?? '',
        target: request.url ?? '',
        headers: request.headers,
        body,
        port: request.socket.remotePort,
      };
      const reply = replies[Math.min(hits.length, replies.length - 1)]!;
      hits.push(hit);
      for (const arrived of waiting.splice(0)) arrived();
      give(reply, hit, response);
    });
  });
  const url = await listen(server);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  opened.push(close);
  return { url, hits, nextHit: () => new Promise((resolve) => waiting.push(resolve)), close };
}

/** A clock that only sleeping moves on, and the sleeps that were asked of it, in milliseconds. */
export function steeredTiming(): Timing & { readonly waits: number[]; advance: (milliseconds: number) => void } {
  let now = Date.UTC(2026, 0, 1);
  const waits: number[] = [];
  return {
    waits,
    advance: (milliseconds) => void (now += milliseconds),
    now: () => new Date(now),
    random: () => 0,
    sleep: (milliseconds, signal) => {
      signal.throwIfAborted();
      waits.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
}

/** A client without pacing, so that every wait that is recorded is one before a repetition. */
export function clientOf(endpoint: string, options: Partial<CustomVisionClientOptions> = {}): CustomVisionClient {
  const client = new CustomVisionClient({
    ...API_VERSIONS,
    endpoint,
    authorization: { kind: 'key', key: KEY },
    callsPerSecond: Number.POSITIVE_INFINITY,
    timing: steeredTiming(),
    ...options,
  });
  opened.push(() => client.close());
  return client;
}

/** A signal that never aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error('It was expected to reject, and did not.')),
    (error: unknown) => error,
  );
}
