import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import type { AdminAnswer, AdminRequest } from './admin.ts';
import type { TypedData } from './core-api.ts';
import { errorText, type HostLog } from './host-log.ts';
import { LONGEST_BODY_IN_BYTES, readBody, sendJson, sendResult, toTypedData } from './http-messages.ts';
import { compareRoutes, matchRoute, type Route } from './route.ts';
import type { Outcome } from './worker-messages.ts';

/** A function with an HTTP trigger; no method means every method. */
interface HttpFunction {
  readonly route: Route;
  readonly methods: readonly string[];
  invoke(input: TypedData): Promise<Outcome>;
}

export interface HttpServerOptions {
  readonly port: number;
  readonly routePrefix: string;
  readonly functions: readonly HttpFunction[];
  readonly admin: (request: AdminRequest) => Promise<AdminAnswer | null>;
  /** Whether the bare address tells that a function app is here. */
  readonly homepage: boolean;
  readonly log: HostLog;
}

export interface HttpListener {
  readonly url: string;
  /** Takes no more requests; resolves once those under way are answered, or were cut off by `close`. */
  stop(): Promise<void>;
  /** Ends every connection. */
  close(): void;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What the real host's server takes of a request's first line, method and version included. */
const LONGEST_REQUEST_LINE_IN_BYTES = 8192;
/** Node's own limit answers for the first line and the headers alike; it is put where the answer above comes first. */
const LONGEST_HEAD_IN_BYTES = 1024 * 1024;

const HOMEPAGE = '<!doctype html><title>Functions</title><p>Your function app is up and running.</p>\n';

/** Serves an app's routes and the host's own on the loopback interface, function keys off. */
export function serveHttp(options: HttpServerOptions): Promise<HttpListener> {
  const functions = [...options.functions].sort((one, other) => compareRoutes(one.route, other.route));
  return serve(options, (request, response) => handle({ ...options, functions }, request, response));
}

/** Answers 503 to everything, as the real host does where it can't start an app. */
export function serveUnavailable(options: { readonly port: number; readonly log: HostLog }): Promise<HttpListener> {
  return serve(options, async (request, response) => {
    await readBody(request);
    response.writeHead(503).end();
  });
}

async function serve({ port, log }: { port: number; log: HostLog }, handler: Handler): Promise<HttpListener> {
  const underWay = new Set<ServerResponse>();
  const server = createServer({ maxHeaderSize: LONGEST_HEAD_IN_BYTES }, (request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    handler(request, response).catch((error: unknown) => {
      log.host('error', `${request.method ?? ''} ${request.url ?? ''} failed: ${errorText(error)}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const bound = await listen(server, port);
  return {
    url: `http://127.0.0.1:${bound}`,
    stop() {
      // Kept alive, their connections would be waited for.
      for (const response of underWay) response.shouldKeepAlive = false;
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
    close: () => server.closeAllConnections(),
  };
}

async function handle(options: HttpServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET';
  const target = request.url ?? '/';
  if (Buffer.byteLength(`${method} ${target} HTTP/1.1\r\n`) > LONGEST_REQUEST_LINE_IN_BYTES) {
    response.writeHead(414, { connection: 'close' }).end();
    return;
  }
  const url = urlOf(request.headers.host, target);
  const body = await readBody(request);
  if (body === null) {
    options.log.host('error', `the body of ${method} ${target} is longer than ${LONGEST_BODY_IN_BYTES} bytes`);
    response.writeHead(500).end();
    return;
  }
  const answer = await answerOfHost(options, request, url.pathname, body);
  const found = answer === null ? findFunction(options, method, url.pathname) : null;
  if (answer?.body !== undefined) {
    sendJson(response, answer.status, answer.body);
  } else if (found !== null) {
    const outcome = await found.function.invoke(toTypedData(request, url, found.params, body));
    if (outcome.succeeded) sendResult(response, outcome.response);
    else response.writeHead(500).end();
  } else if (answer === null && url.pathname === '/') {
    if (options.homepage) response.writeHead(200, { 'content-type': 'text/html' }).end(HOMEPAGE);
    else response.writeHead(204).end();
  } else {
    response.writeHead(answer?.status ?? 404).end();
  }
}

/** A path that begins with two slashes is a path, and no other machine. */
function urlOf(host = '127.0.0.1', target: string): URL {
  return target.startsWith('/') ? new URL(`http://${host}${target}`) : new URL(target, `http://${host}`);
}

/** What the host itself answers, null where that is for a function to do. */
async function answerOfHost(
  { admin }: HttpServerOptions,
  { method = 'GET', headers }: IncomingMessage,
  path: string,
  body: Buffer,
): Promise<AdminAnswer | null> {
  if (path.includes('//')) return { status: 404 };
  return path.toLowerCase().startsWith('/admin/')
    ? admin({ method, path, contentType: headers['content-type'] ?? '', body: body.toString('utf8') })
    : null;
}

/** The first function whose route and methods fit. As in Azure a method that none of them takes is a 404 too. */
function findFunction({ functions, routePrefix }: HttpServerOptions, method: string, pathname: string) {
  const prefix = routePrefix === '' ? '/' : `/${routePrefix.toLowerCase()}/`;
  // The prefix alone is the address of a route that is empty.
  if (!`${pathname}/`.toLowerCase().startsWith(prefix)) return null;
  const path = pathname.slice(prefix.length);
  for (const candidate of functions) {
    if (candidate.methods.length > 0 && !candidate.methods.includes(method)) continue;
    const params = matchRoute(candidate.route, path);
    if (params !== null) return { function: candidate, params };
  }
  return null;
}
