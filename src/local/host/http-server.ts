import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import type { AdminAnswer } from './admin.ts';
import type { TypedData } from './core-api.ts';
import { errorText, type HostLog } from './host-log.ts';
import { LONGEST_BODY_IN_BYTES, readBody, sendJson, sendResult, toTypedData } from './http-messages.ts';
import type { Outcome } from './invoker.ts';
import { compareRoutes, matchRoute, type Route } from './route.ts';

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
  readonly admin: (method: string, path: string, body: string) => AdminAnswer | null;
  readonly log: HostLog;
}

export interface HttpListener {
  readonly url: string;
  /** Takes no more requests; resolves once those under way are answered, or were cut off by `close`. */
  stop(): Promise<void>;
  /** Ends every connection. */
  close(): void;
}

/** Serves an app's routes and the host's own on the loopback interface, function keys off. */
export async function serveHttp(options: HttpServerOptions): Promise<HttpListener> {
  const functions = [...options.functions].sort((one, other) => compareRoutes(one.route, other.route));
  const underWay = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    handle({ ...options, functions }, request, response).catch((error: unknown) => {
      options.log.host('error', `${request.method ?? ''} ${request.url ?? ''} failed: ${errorText(error)}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`,
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
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
  const body = await readBody(request);
  if (body === null) {
    const error = `the body is longer than the ${LONGEST_BODY_IN_BYTES} bytes that this host takes`;
    sendJson(response, 413, { error });
    return;
  }
  const answer = options.admin(method, url.pathname, body.toString('utf8'));
  const found = answer === null ? findFunction(options, method, url.pathname) : null;
  if (answer?.body !== undefined) {
    sendJson(response, answer.status, answer.body);
  } else if (found === null) {
    response.writeHead(answer?.status ?? 404).end();
  } else {
    const outcome = await found.function.invoke(toTypedData(request, url, found.params, body));
    if (outcome.succeeded) sendResult(response, outcome.response);
    else response.writeHead(500).end();
  }
}

/** The first function whose route and methods fit. As in Azure a method that none of them takes is a 404 too. */
function findFunction({ functions, routePrefix }: HttpServerOptions, method: string, pathname: string) {
  const prefix = routePrefix === '' ? '/' : `/${routePrefix.toLowerCase()}/`;
  if (!pathname.toLowerCase().startsWith(prefix)) return null;
  const path = pathname.slice(prefix.length);
  for (const candidate of functions) {
    if (candidate.methods.length > 0 && !candidate.methods.includes(method)) continue;
    const params = matchRoute(candidate.route, path);
    if (params !== null) return { function: candidate, params };
  }
  return null;
}
