import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InvocationResponse, TypedData } from './core-api.ts';

/** The real host's limit. */
export const LONGEST_BODY_IN_BYTES = 100 * 1024 * 1024;

/** The whole body, or null where it is longer than the host takes; it is read to its end so that there can be an answer. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= LONGEST_BODY_IN_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > LONGEST_BODY_IN_BYTES ? null : Buffer.concat(chunks);
}

/** A request as the host sends it to the worker. */
export function toTypedData(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  body: Buffer,
): TypedData {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const method = request.method ?? 'GET';
  return { http: { method, url: url.href, headers, params, ...(body.length > 0 ? { body: { bytes: body } } : {}) } };
}

/** Sends what the worker made of the function's result; a function that returns nothing answers 204. */
export function sendResult(response: ServerResponse, result: InvocationResponse): void {
  const http = result.returnValue?.http;
  if (http === undefined) {
    response.writeHead(204).end();
    return;
  }
  if ((http.cookies ?? []).length > 0) throw new Error('this host sets no cookies: set the header set-cookie instead');
  const body = http.body?.bytes ?? http.body?.string ?? '';
  response.writeHead(Number(http.statusCode ?? 200), http.headers).end(body);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
