import { DEFAULT_ENDPOINT_SUFFIX } from './connection-string.ts';
import { findSection, type Found, type HostSection } from './host-section.ts';
import type { Setting } from './setting.ts';
import type { SettingReader } from './setting-reader.ts';
import type { ServiceUris, StorageConfig, StorageIdentity, StorageSettings } from './storage-settings.ts';

/** Of services that neither this app nor its triggers call. */
const OF_OTHER_SERVICES = /^(table|file|dfs)serviceuri$/;

/** Whether anything is said of the account: also what is wrong, but not settings that are all empty. */
export function isStorageSet({ account }: StorageSettings, env: SettingReader['env']): boolean {
  const section = findSection(account.name, env);
  if (section === null) return false;
  // An empty setting under a name that goes before the account's own hides that one from the host.
  return section.name !== account.name || allOf(section).some(({ text }) => text !== '');
}

function allOf({ value, members }: HostSection): Found[] {
  return [...(value === null ? [] : [value]), ...members.values()];
}

/**
 * Reads the settings of one storage account as the Functions host reads them for its triggers; null where it is not set,
 * or where that is a problem. What the host refuses is a problem, and so is what this app would read otherwise.
 */
export function readStorage(reader: SettingReader, settings: StorageSettings): StorageConfig | null {
  const { account } = settings;
  const section = isStorageSet(settings, reader.env) ? findSection(account.name, reader.env) : null;
  if (section === null) {
    if (account.required === 'yes') reader.report(account, 'is not set.');
    return null;
  }
  const before = reader.problems.length;
  for (const { name } of section.again) {
    reader.report({ ...account, name }, 'is set twice, in different spellings.', 'the setting once');
  }
  const storage =
    section.value === null
      ? readIdentity(reader, settings, section)
      : readConnection(reader, settings, section, section.value);
  return reader.problems.length === before ? storage : null;
}

function readConnection(
  reader: SettingReader,
  { account }: StorageSettings,
  section: HostSection,
  { name, text }: Found,
): StorageConfig | null {
  if (text === '') {
    reader.report({ ...account, name }, 'is empty, and hides the other settings of the account.', 'no such setting');
    return null;
  }
  for (const [key, found] of section.members) {
    if (found.text === '' || OF_OTHER_SERVICES.test(key)) continue;
    reader.report(
      { ...account, name: found.name },
      `is set beside ${name}; only one of the two ways to reach the account can be used.`,
      'no value',
    );
  }
  const value = reader.parse({ ...account, name }, text);
  return value === null ? null : { kind: 'connectionString', connectionString: value };
}

/** The settings of an account that is reached by an identity, each read under the name that was found. */
class Members {
  readonly #reader: SettingReader;
  readonly #account: string;
  readonly #section: HostSection;

  constructor(reader: SettingReader, { account }: StorageSettings, section: HostSection) {
    this.#reader = reader;
    this.#account = account.name;
    this.#section = section;
  }

  /** The setting by the name that it has, or would have, here. */
  named<T>(setting: Setting<T>): Setting<T> {
    const name = this.#found(setting)?.name ?? setting.name.replace(this.#account, this.#section.name);
    return { ...setting, name };
  }

  has(setting: Setting): boolean {
    return (this.#found(setting)?.text ?? '') !== '';
  }

  /** Null where it is not set, or where it is bad, which is then a problem. */
  optional<T>(setting: Setting<T>): T | null {
    return this.has(setting) ? this.#reader.parse(this.named(setting), this.#found(setting)?.text ?? '') : null;
  }

  /** Null where it is bad or missing, which is then a problem. */
  required<T>(setting: Setting<T>): T | null {
    if (!this.has(setting)) this.report(setting, 'is not set.');
    return this.optional(setting);
  }

  report(setting: Setting, message: string, otherwise?: string): void {
    this.#reader.report(this.named(setting), message, otherwise);
  }

  #found({ name }: Setting): Found | null {
    return this.#section.members.get(name.slice(this.#account.length + '__'.length).toLowerCase()) ?? null;
  }
}

function readIdentity(reader: SettingReader, settings: StorageSettings, section: HostSection): StorageConfig | null {
  const members = new Members(reader, settings, section);
  reportOthers(reader, settings, section);
  const uris = members.has(settings.accountName) ? urisOfAccount(members, settings) : readUris(members, settings);
  const identity = readManagedIdentity(members, settings);
  return uris === null ? null : { kind: 'identity', ...uris, ...identity };
}

/** The host may make something of a setting that this app does not know: an address, or another way to sign in. */
function reportOthers(reader: SettingReader, settings: StorageSettings, { members }: HostSection): void {
  const { account, ...known } = settings;
  const names = Object.values(known).map(({ name }) => name.slice(account.name.length + '__'.length));
  const knownKeys = names.map((name) => name.toLowerCase());
  for (const [key, { name, text }] of members) {
    if (text === '' || knownKeys.includes(key) || OF_OTHER_SERVICES.test(key)) continue;
    const expected = `no such setting; of this account the app knows ${names.map((known) => `__${known}`).join(', ')}`;
    reader.report({ ...account, name }, 'is a setting that this app does not know, and the host may.', expected);
  }
}

function urisOfAccount(members: Members, settings: StorageSettings): ServiceUris | null {
  for (const uri of [settings.blobServiceUri, settings.queueServiceUri]) {
    if (!members.has(uri)) continue;
    const { name } = members.named(settings.accountName);
    members.report(uri, `is set beside ${name}; only one of the two ways to name the account can be used.`, 'no value');
  }
  const account = members.optional(settings.accountName);
  const suffix = members.has(settings.endpointSuffix)
    ? members.optional(settings.endpointSuffix)
    : DEFAULT_ENDPOINT_SUFFIX;
  if (account === null || suffix === null) return null;
  const uri = (service: string) => `https://${account}.${service}.${suffix}`;
  return { blobServiceUri: uri('blob'), queueServiceUri: uri('queue') };
}

function readUris(members: Members, settings: StorageSettings): ServiceUris | null {
  if (members.has(settings.endpointSuffix)) {
    const { name } = members.named(settings.accountName);
    members.report(settings.endpointSuffix, `is set, but ${name} is not.`, `no value, or the account in ${name}`);
  }
  const blobServiceUri = members.required(settings.blobServiceUri);
  const queueServiceUri = members.required(settings.queueServiceUri);
  return blobServiceUri === null || queueServiceUri === null ? null : { blobServiceUri, queueServiceUri };
}

function readManagedIdentity(members: Members, settings: StorageSettings): StorageIdentity {
  const ids = [settings.clientId, settings.managedIdentityResourceId].filter((setting) => members.has(setting));
  const [first, second] = ids.map((setting) => members.named(setting).name);
  if (first !== undefined && !members.has(settings.credential)) {
    members.report(settings.credential, `is not set, but ${first} is.`, 'managedidentity');
  }
  if (second !== undefined) {
    members.report(
      settings.managedIdentityResourceId,
      `is set beside ${first ?? ''}; either names the identity.`,
      'no value',
    );
  }
  return {
    credential: members.optional(settings.credential),
    clientId: members.optional(settings.clientId),
    managedIdentityResourceId: members.optional(settings.managedIdentityResourceId),
  };
}
