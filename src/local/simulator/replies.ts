import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answers.ts';

const LONGEST_BODY_IN_BYTES = 64 * 1024 * 1024;

/** Sends an answer; resolves once it is on its way, or the client is gone. */
export async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if (response.destroyed) return;
  const hasBody = answer.status !== 204;
  const headers = hasBody ? { ...answer.headers, 'content-length': String(answer.body.length) } : answer.headers;
  response.writeHead(answer.status, headers);
  const sent = finished(response);
  response.end(hasBody ? answer.body : undefined);
  await sent;
}

/** Promises the whole body, sends half of it, and closes the connection. */
export async function sendHalf(response: ServerResponse, answer: Answer): Promise<void> {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length + 1) });
  const sent = finished(response);
  response.write(answer.body.subarray(0, Math.ceil(answer.body.length / 2)), () => response.destroy());
  await sent;
}

/** The request's body; null for one that is too long or was not sent to its end. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LONGEST_BODY_IN_BYTES) return null;
      chunks.push(chunk);
    }
  } catch (error) {
    // The client went away; there is nobody left to answer.
    if (request.destroyed) return null;
    throw error;
  }
  return Buffer.concat(chunks);
}

function finished(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.once('finish', resolve);
  });
}
