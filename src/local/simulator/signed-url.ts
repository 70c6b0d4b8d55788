import { createHmac } from 'node:crypto';
import type { World } from './world.ts';

/** What a SAS of the service looks like; the simulator's own URLs are made the same way. */
const SAS_VERSION = '2017-04-17';

/**
 * A URL of the simulator that anyone who holds it can read, until it expires. Its signature is always one that has
 * to be percent-encoded, as are the colons of the expiry.
 */
export function signedUrl(world: World, path: string, expiresAt: number = endOfLife(world)): string {
  const expiry = `${new Date(expiresAt).toISOString().slice(0, 19)}Z`;
  const query = {
    sv: SAS_VERSION,
    sr: 'b',
    sig: signature(world.secret, path, expiry),
    se: expiry,
    sp: 'r',
  };
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${world.url}${path}?${text.join('&')}`;
}

/** Whether this path and query are what was signed, and have not expired. Accepts a query as it came, undecoded. */
export function isSigned(world: World, path: string, rawQuery: string): boolean {
  const query = readCanonicalQuery(rawQuery);
  const expiry = query?.get('se') ?? '';
  if (query?.get('sig') !== signature(world.secret, path, expiry)) return false;
  return new Date(expiry).getTime() > world.clock.now();
}

/**
 * Reads a query in which each value is percent-encoded exactly once; null for any other, which is what a URL turns
 * into when it is decoded once too often or not often enough.
 */
export function readCanonicalQuery(rawQuery: string): Map<string, string> | null {
  const query = new Map<string, string>();
  for (const part of rawQuery.split('&')) {
    const [name = '', raw = '', ...rest] = part.split('=');
    if (rest.length > 0) return null;
    const value = decode(raw);
    if (value === null || encodeURIComponent(value) !== raw) return null;
    query.set(name, value);
  }
  return query;
}

function decode(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

function endOfLife(world: World): number {
  return world.clock.now() + world.delays.tokenInSeconds * 1000;
}

function signature(secret: string, path: string, expiry: string): string {
  return createHmac('sha256', secret).update(`${path}\n${expiry}`).digest('base64');
}
