import type { Environment } from './setting-reader.ts';
import { RESOURCES, SETTINGS, STORAGE } from './settings.ts';

/** Keys, and connection strings, which hold a key or a signature. */
const SECRETS: ReadonlySet<string> = new Set(
  [RESOURCES.primary.key, RESOURCES.secondary.key, STORAGE.own.account, STORAGE.integration.account].map(
    ({ name }) => name,
  ),
);

/** What the settings say that are set and no secrets, by name. */
export function visibleSettings(env: Environment): Record<string, string> {
  const named = SETTINGS.filter(({ name }) => !SECRETS.has(name) && (env[name] ?? '').trim() !== '');
  return Object.fromEntries(named.map(({ name }) => [name, (env[name] ?? '').trim()]));
}
