import type { Environment } from './setting-reader.ts';

/** A setting as it was found: its name as somebody spelled it, its text as it stands. */
export interface Found {
  readonly name: string;
  readonly text: string;
}

/** What the Functions host finds under the name of a connection. */
export interface HostSection {
  /** What its settings are called: the connection's name, or one of the names that go before it. */
  readonly name: string;
  /** The setting of that very name; null where there are only others that begin with it. */
  readonly value: Found | null;
  /** The settings that begin with it, by what follows `__`, in lower case. */
  readonly members: ReadonlyMap<string, Found>;
  /** Settings that say again, in another spelling, what one above says. */
  readonly again: readonly Found[];
}

/** Azure hands on a connection string of the kinds that it knows under a name that begins with the kind. */
const CONNECTION_STRING_PREFIX = /^(custom|mysql|sql|sqlazure)connstr_/;

/** The host reads names without regard to case, and `__` as a colon. */
function hostKey(name: string): string {
  return name.toLowerCase().replaceAll('__', ':').replace(CONNECTION_STRING_PREFIX, 'connectionstrings:');
}

/** The names under which the host looks for a connection, the first of which that is there counts. */
function namesOf(connection: string): string[] {
  return [`AzureWebJobs${connection}`, connection].flatMap((name) => [`ConnectionStrings__${name}`, name]);
}

/** The settings that the host would make a connection of, or null where there are none. */
export function findSection(connection: string, env: Environment): HostSection | null {
  const sections = namesOf(connection).map((name) => sectionUnder(name, env));
  return sections.find((section) => section !== null) ?? null;
}

function sectionUnder(name: string, env: Environment): HostSection | null {
  const key = hostKey(name);
  const found = new Map<string, Found>();
  const again: Found[] = [];
  for (const [spelled, text] of Object.entries(env)) {
    const own = hostKey(spelled);
    if (text === undefined || (own !== key && !own.startsWith(`${key}:`))) continue;
    const member = own.slice(key.length + 1);
    if (found.has(member)) again.push({ name: spelled, text });
    else found.set(member, { name: spelled, text });
  }
  if (found.size === 0) return null;
  const value = found.get('') ?? null;
  found.delete('');
  return { name, value, members: found, again };
}

/** Whether the host reads a setting of this name for the connection. */
export function isOfConnection(connection: string, name: string): boolean {
  const key = hostKey(name);
  return namesOf(connection)
    .map(hostKey)
    .some((own) => key === own || key.startsWith(`${own}:`));
}
