import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A door to a blob service that lets no blob be deleted, as Azure answers where a retention policy covers it. Everything
 * else goes through as it is, which the service's signatures allow: they leave the port out.
 *
 * @param service the blob service's origin
 */
export async function refuseDeletions(service: string): Promise<{ origin: string } & AsyncDisposable> {
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === 'DELETE' && !(incoming.url ?? '').includes('restype=container')) refuse(incoming, outgoing);
    else forward(incoming, outgoing, service);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const code = 'BlobImmutableDueToPolicy';
  incoming.resume();
  outgoing.writeHead(409, { 'content-type': 'application/xml', 'x-ms-error-code': code });
  outgoing.end(
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>Immutable.</Message></Error>`,
  );
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, service: string): void {
  const { method, url = '/', headers } = incoming;
  const onward = request(new URL(url, service), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', (error) => outgoing.destroy(error));
  incoming.pipe(onward);
}
