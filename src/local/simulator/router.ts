import type { Operation } from './operations/operation.ts';
import type { Version } from './wire.ts';

export interface Route {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

const PREFIX = /^\/customvision\/(v3\.3|v3\.4-preview)\/training(\/.*)$/i;
const GUID = '([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})';

/** The API version of a path and what follows `/training`; null for a path that is not one of the API. */
export function splitApiPath(path: string): { readonly version: Version; readonly rest: string } | null {
  const [, version, rest = ''] = PREFIX.exec(path) ?? [];
  if (version === undefined) return null;
  return { version: version.toLowerCase() === 'v3.3' ? 'v3.3' : 'v3.4-preview', rest };
}

/** Finds operations by method and path, in any case; an id that is not a GUID matches nothing. */
export class Router {
  readonly #routes: readonly { readonly operation: Operation; readonly pattern: RegExp; readonly names: string[] }[];

  constructor(operations: readonly Operation[]) {
    this.#routes = operations.map((operation) => ({
      operation,
      pattern: new RegExp(`^${operation.path.replace(/\{\w+\}/g, GUID)}/?$`, 'i'),
      names: [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    }));
  }

  find(method: string, path: string): Route | null {
    for (const { operation, pattern, names } of this.#routes) {
      const match = operation.method === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const params = Object.fromEntries(names.map((name, index) => [name, (match[index + 1] ?? '').toLowerCase()]));
      return { operation, params };
    }
    return null;
  }
}
