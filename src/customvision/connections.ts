import { Agent, buildConnector } from 'undici';
import type { Operation } from './operations.ts';

const CONNECT_DEADLINE_IN_MS = 10_000;
const MAX_CONNECTIONS = 32;

/** What the transport needs of the HTTP stack; a world without sockets has its own. */
export interface HttpConnections {
  for(operation: Operation): {
    request(options: {
      readonly origin: string;
      readonly path: string;
      readonly method: Operation['method'];
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | null;
      readonly signal: AbortSignal;
    }): Promise<{
      readonly statusCode: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: { text(): Promise<string> };
    }>;
  };
  failedToConnect(error: unknown): boolean;
  close(): Promise<void>;
}

/** The connections to one resource. */
export class Connections implements HttpConnections {
  readonly #kept: Agent;
  readonly #fresh: Agent;
  readonly #connectErrors = new WeakSet();

  constructor(maxAnswerInBytes: number) {
    const open = buildConnector({ timeout: CONNECT_DEADLINE_IN_MS, allowH2: false });
    const common: Agent.Options = {
      connect: (options, callback) => {
        open(options, (...result) => {
          if (result[0] !== null) this.#connectErrors.add(result[0]);
          callback(...result);
        });
      },
      allowH2: false,
      connections: MAX_CONNECTIONS,
      maxResponseSize: maxAnswerInBytes,
      // The deadline of the call is the only one, whatever the answer's headers and body do.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.#kept = new Agent(common);
    this.#fresh = new Agent({ ...common, pipelining: 0 });
  }

  /**
   * A call that must not be sent twice gets a new connection: the service may close a kept one just as the request
   * leaves, and then nobody can say whether it arrived.
   */
  for(operation: Operation): Agent {
    return operation.repeatable ? this.#kept : this.#fresh;
  }

  /** True where this very error kept a connection from being made, so that no request left. */
  failedToConnect(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#connectErrors.has(error);
  }

  /** Lets the calls that are under way end, then closes the sockets. */
  async close(): Promise<void> {
    await Promise.all([this.#kept.close(), this.#fresh.close()]);
  }
}
