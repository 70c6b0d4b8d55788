import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a guarded door answers in the service's place. */
export interface Refusal {
  readonly status: number;
  /** As Azure names it, e.g. `BlobImmutableDueToPolicy`. */
  readonly code: string;
}

const IMMUTABLE: Refusal = { status: 409, code: 'BlobImmutableDueToPolicy' };

/** One request to the service behind the door. */
interface Asked {
  readonly method: string;
  readonly path: string;
  /** `block`, `blocklist`, …; null for a blob itself. */
  readonly comp: string | null;
  readonly isContainer: boolean;
  readonly headers: IncomingMessage['headers'];
}

interface Rules {
  /** What is refused; null for what goes on to the service. */
  readonly refuse?: (asked: Asked) => Refusal | null;
  /** What is added to the answer's headers. */
  readonly headers?: (asked: Asked) => Record<string, string>;
  readonly onAnswer?: (asked: Asked, status: number) => void;
  /** How long each block takes on the way. */
  readonly blockTakesMs?: number;
}

export interface Door extends AsyncDisposable {
  readonly origin: string;
  readonly refused: readonly Asked[];
  readonly asked: readonly Asked[];
  /** The most blocks that were on their way at a time. */
  readonly mostAtOnce: number;
}

/** Lets no blob be deleted, as Azure answers where a retention policy covers each version. */
export function refuseDeletions(service: string): Promise<Door> {
  return openDoor(service, { refuse: (asked) => (asked.method === 'DELETE' && !asked.isContainer ? IMMUTABLE : null) });
}

/** Lets no blob of a container be deleted or written twice, as Azure does under a policy for the whole container. */
export function writeOnce(service: string, container: string): Promise<Door> {
  const written = new Set<string>();
  const isOfIt = ({ path }: Asked): boolean => path.split('/')[2] === container;
  const writesBlob = ({ method, comp, isContainer }: Asked): boolean =>
    method === 'PUT' && !isContainer && comp !== 'block' && comp !== 'lease';
  return openDoor(service, {
    refuse: (asked) => {
      if (!isOfIt(asked) || asked.isContainer) return null;
      const isChange = asked.method === 'DELETE' || (writesBlob(asked) && written.has(asked.path));
      return isChange ? IMMUTABLE : null;
    },
    headers: (asked): Record<string, string> =>
      isOfIt(asked) && asked.isContainer ? { 'x-ms-has-immutability-policy': 'true' } : {},
    onAnswer: (asked, status) => {
      if (isOfIt(asked) && writesBlob(asked) && status === 201) written.add(asked.path);
    },
  });
}

/** Lets nothing be copied by the service itself, as behind a firewall. */
export function refuseCopies(service: string, refusal: Refusal): Promise<Door> {
  return openDoor(service, { refuse: ({ headers }) => ('x-ms-copy-source' in headers ? refusal : null) });
}

/**
 * A door to a blob service. Whatever it does not refuse goes through as it is, which the service's signatures allow:
 * they leave the port out.
 *
 * @param service the blob service's origin
 */
export async function openDoor(service: string, rules: Rules = {}): Promise<Door> {
  const asked: Asked[] = [];
  const refused: Asked[] = [];
  const blocks = { now: 0, most: 0 };
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const one = read(incoming);
    asked.push(one);
    const refusal = rules.refuse?.(one) ?? null;
    if (refusal !== null) {
      refused.push(one);
      incoming.resume();
      refuse(outgoing, refusal);
      return;
    }
    const isBlock = one.comp === 'block';
    if (isBlock) blocks.most = Math.max(blocks.most, (blocks.now += 1));
    outgoing.once('close', () => (blocks.now -= isBlock ? 1 : 0));
    if (isBlock && rules.blockTakesMs !== undefined) await new Promise((r) => setTimeout(r, rules.blockTakesMs));
    forward(incoming, outgoing, service, (status) => {
      rules.onAnswer?.(one, status);
      return rules.headers?.(one) ?? {};
    });
  };
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    refused,
    get mostAtOnce() {
      return blocks.most;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function read({ method = 'GET', url = '/', headers }: IncomingMessage): Asked {
  const { pathname: path, searchParams } = new URL(url, 'http://service');
  return { method, path, comp: searchParams.get('comp'), isContainer: searchParams.has('restype'), headers };
}

function refuse(outgoing: ServerResponse, { status, code }: Refusal): void {
  outgoing.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code });
  outgoing.end(
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>Not allowed.</Message></Error>`,
  );
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  service: string,
  headersFor: (status: number) => Record<string, string>,
): void {
  const { method, url = '/', headers } = incoming;
  const onward = request(new URL(url, service), { method, headers }, (answer) => {
    const status = answer.statusCode ?? 502;
    outgoing.writeHead(status, { ...answer.headers, ...headersFor(status) });
    answer.pipe(outgoing);
  });
  onward.on('error', (error) => outgoing.destroy(error));
  incoming.pipe(onward);
}
