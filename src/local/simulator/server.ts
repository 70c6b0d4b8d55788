import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { ApiParts } from './api-handler.ts';
import { handleApi } from './api-handler.ts';
import type { ControlParts } from './control-handler.ts';
import { handleControl } from './control-handler.ts';
import { handlePublic } from './public-handler.ts';

/** The simulator's HTTP server, on the loopback address only. */
export function makeServer(parts: ApiParts & ControlParts): Server {
  return createServer((request, response) => {
    dispatch(parts, request, response).catch((error: unknown) => {
      response.destroy();
      if (parts.world.closing.aborted) return;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parts.world.problems.add(`${request.method ?? ''} ${(request.url ?? '').split('?')[0] ?? ''} failed: ${reason}`);
    });
  });
}

/** Ends every connection, too. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

function dispatch(parts: ApiParts & ControlParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  if (url.startsWith('/simulator/')) return handleControl(parts, request, response);
  const isPublic = request.method === 'GET' && /^\/(prjexp-|images\/|models\/)/.test(url);
  return isPublic ? handlePublic(parts.world, url, response) : handleApi(parts, request, response);
}
