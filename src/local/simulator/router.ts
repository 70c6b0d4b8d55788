import type { Operation } from './operations/operation.ts';
import type { Version } from './wire.ts';

export interface Route {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

const PREFIX = /^\/customvision\/(?:(v3\.3|v3\.4-preview)\/(training)|(v3\.1)\/(prediction))(\/.*)$/i;
const GUID = '([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})';

/** A path of one of the two APIs, taken apart. */
export interface ApiPath {
  readonly api: Operation['api'];
  readonly version: Version;
  /** What follows the API's name. */
  readonly rest: string;
}

/** Null for a path that is not one of an API. */
export function splitApiPath(path: string): ApiPath | null {
  const match = PREFIX.exec(path);
  if (match === null) return null;
  const [, training, , prediction, , rest = ''] = match.map((part) => part as string | undefined);
  if (prediction !== undefined) return { api: 'prediction', version: 'v3.1', rest };
  return { api: 'training', version: training?.toLowerCase() === 'v3.3' ? 'v3.3' : 'v3.4-preview', rest };
}

/** Finds operations by method and path, in any case; an id that is not a GUID matches nothing. */
export class Router {
  readonly #routes: readonly { readonly operation: Operation; readonly pattern: RegExp; readonly names: string[] }[];

  constructor(operations: readonly Operation[]) {
    this.#routes = operations.map((operation) => ({
      operation,
      pattern: new RegExp(`^${operation.path.replace(/\{(\w+)\}/g, (_, name: string) => patternOf(name))}/?$`, 'i'),
      names: [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    }));
  }

  find(method: string, { api, rest }: ApiPath): Route | null {
    for (const { operation, pattern, names } of this.#routes) {
      const isOne = operation.method === method && operation.api === api;
      const match = isOne ? pattern.exec(rest) : null;
      if (match === null) continue;
      const params = Object.fromEntries(names.map((name, index) => [name, readParam(name, match[index + 1] ?? '')]));
      return { operation, params };
    }
    return null;
  }
}

const PUBLISHED_NAME = 'publishedName';

function patternOf(name: string): string {
  return name === PUBLISHED_NAME ? '([^/]+)' : GUID;
}

function readParam(name: string, text: string): string {
  return name === PUBLISHED_NAME ? decodeText(text) : text.toLowerCase();
}

/** As it was sent, where it is not encoded as it should be: there is no such name then. */
function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
