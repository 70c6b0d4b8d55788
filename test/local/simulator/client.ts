import type { Simulator } from '../../../src/local/simulator/index.ts';

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body as JSON. */
  readonly value: unknown;
  /** The same, where it is an object with some of the members that the tests read. */
  readonly json: Body;
}

export interface Body {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly lastModified: string;
  readonly drModeEnabled: boolean;
  readonly settings: object;
  readonly iterationCount: number;
  readonly images: readonly {
    readonly status: string;
    readonly image: { readonly id: string; readonly originalImageUri: string; readonly regions: readonly object[] };
  }[];
  readonly created: readonly { readonly regionId: string }[];
  /** There only in refusals, as the next two. */
  readonly code?: string;
  readonly message?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Given {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly version?: string;
  /** `training` by default; the other's version is then v3.1. */
  readonly api?: 'training' | 'prediction';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Calls the Training API of a simulator with its key; `what` is e.g. `GET /projects`. */
export async function call(simulator: Pick<Simulator, 'url' | 'key'>, what: string, given: Given = {}): Promise<Reply> {
  const [method = 'GET', path = '/'] = what.split(' ');
  const query = new URLSearchParams(given.query).toString();
  const { api = 'training', version = api === 'training' ? 'v3.3' : 'v3.1' } = given;
  const url = `${simulator.url}/customvision/${version}/${api}${path}${query && `?${query}`}`;
  const isRaw = given.body instanceof FormData || given.body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      [`${api}-key`]: simulator.key,
      ...(given.body !== undefined && !isRaw && { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(given.body !== undefined && {
      body: isRaw ? (given.body as FormData | Uint8Array<ArrayBuffer>) : JSON.stringify(given.body),
    }),
    ...(given.signal !== undefined && { signal: given.signal }),
  });
  return read(response);
}

/** Steers a simulator through its control endpoint; `what` is e.g. `POST /clock`. */
export async function control(simulator: Simulator, what: string, body?: unknown): Promise<Reply> {
  const [method = 'GET', path = '/'] = what.split(' ');
  const response = await fetch(`${simulator.url}/simulator${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return read(response);
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  return {
    status: response.status,
    text,
    headers: response.headers,
    get value(): unknown {
      return JSON.parse(text) as unknown;
    },
    get json(): Body {
      return JSON.parse(text) as Body;
    },
  };
}

/** Closes every simulator that a test opened. */
export function simulatorsToClose(): (simulator: Simulator) => Simulator {
  const open: Simulator[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((simulator) => simulator.close()));
  });
  return (simulator) => {
    open.push(simulator);
    return simulator;
  };
}

export const PREDICTION_ID =
  '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/group/providers/Microsoft.CognitiveServices/accounts/prediction';
