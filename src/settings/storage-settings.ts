import { z } from 'zod';
import { format, isLoopback, quote, readUrl } from './formats.ts';
import type { Setting } from './setting.ts';
import { optional } from './setting.ts';
import type { SettingReader } from './setting-reader.ts';

export type StorageConfig =
  /** A secret. */
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly blobServiceUri: string;
      readonly queueServiceUri: string;
      /** Null: whatever identity the surroundings offer. */
      readonly credential: 'managedidentity' | null;
      /** A user-assigned managed identity; null for the system-assigned one. */
      readonly clientId: string | null;
    };

const serviceUri = format("an https URL of the account's service", (raw) => {
  const url = readUrl(raw);
  if ('problem' in url) return url;
  // An emulator's URL has the account in its path; Azure has it in the host.
  const { hostname, pathname, href } = url.value;
  if (pathname !== '/' && !isLoopback(hostname)) return { problem: 'has a path after the host.' };
  return { value: href.replace(/\/$/, '') };
});

const credential = format<'managedidentity'>('managedidentity, or no value for whatever identity there is', (raw) =>
  raw.toLowerCase() === 'managedidentity' ? { value: 'managedidentity' } : { problem: `is ${quote(raw)}.` },
);

const clientId = format("the GUID of a user-assigned managed identity's client", (raw) =>
  z.guid().safeParse(raw).success ? { value: raw } : { problem: 'is not a GUID.' },
);

const CONNECTION_STRING =
  'a connection string with the endpoints or EndpointSuffix, or UseDevelopmentStorage=true, or no value together with ' +
  'the settings __blobServiceUri and __queueServiceUri';

/** Checks the form of a connection string: the storage library's own message about a bad one does not help. */
const connectionString = format(CONNECTION_STRING, (raw) => {
  if (/^UseDevelopmentStorage=true;?$/i.test(raw)) return { value: 'UseDevelopmentStorage=true' };
  const parts = partsOf(raw);
  const has = (name: string): boolean => (parts.get(name) ?? '') !== '';
  const hasEndpoints = has('BlobEndpoint') && has('QueueEndpoint');
  if (has('SharedAccessSignature')) {
    return hasEndpoints ? { value: raw } : { problem: 'has a signature, but not both BlobEndpoint and QueueEndpoint.' };
  }
  const missing = ['DefaultEndpointsProtocol', 'AccountName', 'AccountKey'].filter((name) => !has(name));
  if (missing.length > 0) return { problem: `lacks ${missing.join(' and ')}.` };
  if (!hasEndpoints && !has('EndpointSuffix')) return { problem: 'has neither EndpointSuffix nor both endpoints.' };
  if (!/^https?$/i.test(parts.get('DefaultEndpointsProtocol') ?? '')) {
    return { problem: 'has a DefaultEndpointsProtocol other than https and http.' };
  }
  return /^[A-Za-z0-9+/]+={0,2}$/.test(parts.get('AccountKey') ?? '')
    ? { value: raw }
    : { problem: 'has an AccountKey that is not base64.' };
});

function partsOf(connectionString: string): Map<string, string> {
  const parts = connectionString.split(';').filter((part) => part.trim() !== '');
  return new Map(
    parts.map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
}

export type StorageSettings = ReturnType<typeof storageSettings>;

/** The settings of one storage account: a connection string, or what an identity needs in its place. */
export function storageSettings(name: string, required: 'yes' | 'no', meaning: string) {
  const uri = (service: 'blob' | 'queue'): Setting<string, null> => ({
    name: `${name}__${service}ServiceUri`,
    required: required === 'no' ? 'no' : `without \`${name}\``,
    default: null,
    meaning: `In place of \`${name}\`: the ${service} service, reached by the app's identity.`,
    example: `https://visionbackup.${service}.core.windows.net`,
    ...serviceUri,
  });
  const account: Setting<string, null> = {
    name,
    required,
    default: null,
    meaning,
    example: 'UseDevelopmentStorage=true',
    ...connectionString,
  };
  return {
    account,
    blobServiceUri: uri('blob'),
    queueServiceUri: uri('queue'),
    credential: optional({
      name: `${name}__credential`,
      default: null,
      meaning: 'Which identity: a managed one, or whatever the surroundings offer.',
      example: 'managedidentity',
      ...credential,
    }),
    clientId: optional({
      name: `${name}__clientId`,
      default: null,
      meaning: 'Which user-assigned managed identity. Without one, the system-assigned identity is used.',
      example: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      ...clientId,
    }),
  };
}

/** Reads the settings of one storage account; null where it is not set, or where that is a problem. */
export function readStorage(reader: SettingReader, settings: StorageSettings): StorageConfig | null {
  const { account, ...instead } = settings;
  const found = Object.values(instead).filter((setting) => reader.has(setting));
  if (reader.has(account)) {
    for (const setting of found) {
      reader.report(
        setting,
        `is set beside ${account.name}; only one of the two ways to reach the account can be used.`,
        'no value',
      );
    }
    const connectionString = reader.required(account);
    return connectionString === null ? null : { kind: 'connectionString', connectionString };
  }
  if (found.length > 0) return readIdentity(reader, settings);
  if (account.required === 'yes') reader.report(account, 'is not set.');
  return null;
}

function readIdentity(reader: SettingReader, settings: StorageSettings): StorageConfig | null {
  const blobServiceUri = reader.required(settings.blobServiceUri);
  const queueServiceUri = reader.required(settings.queueServiceUri);
  const credential = reader.optional(settings.credential);
  const clientId = reader.optional(settings.clientId);
  if (reader.has(settings.clientId) && !reader.has(settings.credential)) {
    reader.report(settings.credential, `is not set, but ${settings.clientId.name} is.`, 'managedidentity');
  }
  if (blobServiceUri === null || queueServiceUri === null) return null;
  return { kind: 'identity', blobServiceUri, queueServiceUri, credential, clientId };
}
