import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Where a server stops in the course of one exchange. */
const POINTS = ['accepted', 'asked', 'half of the headers sent', 'headers sent', 'half of the body sent'] as const;
type Point = (typeof POINTS)[number];

/** What it does there: nothing more, for ever; or it closes the connection. */
type End = 'silent' | 'closed';

export interface Stop {
  readonly point: Point;
  readonly end: End;
}

export const EVERY_STOP: readonly Stop[] = POINTS.flatMap((point) => [
  { point, end: 'silent' },
  { point, end: 'closed' },
]);

/** A real server on the loopback interface that begins exchanges and ends none. */
export interface SilentServer {
  readonly origin: string;
  /** How many requests have arrived, or connections where it stops at these. */
  readonly asked: () => number;
  /** The next requests are answered in full, with these statuses; then it stops as before. */
  readonly answerFirst: (...statuses: readonly number[]) => void;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const HALF_OF_THE_HEADERS = 'x-ms-version: 2025-01-05\r\n';
const REST_OF_THE_HEADERS =
  'content-type: application/xml\r\nlast-modified: Mon, 01 Jan 2026 00:00:00 GMT\r\netag: "0x8D"\r\nx-ms-lease-id: 1\r\n';
const BODY = '<?xml version="1.0"?><Begun>';

export async function startSilentServer({ point, end }: Stop): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const first: number[] = [];
  let asked = 0;
  const stop = (socket: Socket): void => {
    if (end === 'closed') socket.end();
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (point === 'accepted' && first.length === 0) {
      asked += 1;
      // Read, so that a client that hangs up is noticed.
      socket.resume();
      stop(socket);
      return;
    }
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const method = /^[A-Z]+/.exec(text)?.[0] ?? '';
      if (!isWhole(text)) return;
      text = '';
      asked += 1;
      const status = first.shift();
      if (status !== undefined)
        return void socket.write(`${head(status)}${REST_OF_THE_HEADERS}content-length: 0\r\n\r\n`);
      socket.write(upTo(point, method));
      stop(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    answerFirst: (...statuses) => void first.push(...statuses),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether a request has arrived with all of its body. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const body = text.slice(end + 4);
  if (/\r\ntransfer-encoding: chunked/i.test(text)) return body.endsWith('0\r\n\r\n');
  return body.length >= Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
}

function head(status: number): string {
  return `HTTP/1.1 ${status} So\r\n`;
}

/** What is sent of a success, whatever was asked for. */
function upTo(point: Point, method: string): string {
  if (point === 'accepted' || point === 'asked') return '';
  const half = `${head({ GET: 200, HEAD: 200, DELETE: 202 }[method] ?? 201)}${HALF_OF_THE_HEADERS}`;
  if (point === 'half of the headers sent') return half;
  const whole = `${half}${REST_OF_THE_HEADERS}content-length: 1000\r\n\r\n`;
  return point === 'headers sent' || method === 'HEAD' ? whole : `${whole}${BODY}`;
}
