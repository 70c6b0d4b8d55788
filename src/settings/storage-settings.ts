import { z } from 'zod';
import { connectionString, ENDPOINT_SUFFIX } from './connection-string.ts';
import { format, isLoopback, quote, readUrl } from './formats.ts';
import type { Setting } from './setting.ts';
import { optional } from './setting.ts';

export type StorageConfig =
  /** A secret. */
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | ({ readonly kind: 'identity' } & ServiceUris & StorageIdentity);

export interface ServiceUris {
  readonly blobServiceUri: string;
  readonly queueServiceUri: string;
}

export interface StorageIdentity {
  /** Null: whatever identity the surroundings offer. */
  readonly credential: 'managedidentity' | null;
  /** A user-assigned managed identity by its client, or by its ARM id; both null for the system-assigned one. */
  readonly clientId: string | null;
  readonly managedIdentityResourceId: string | null;
}

const serviceUri = format("an https URL of the account's service", (raw) => {
  const url = readUrl(raw.trim());
  if ('problem' in url) return url;
  // An emulator's URL has the account in its path; Azure has it in the host.
  const { hostname, pathname, href, protocol } = url.value;
  if (protocol !== 'https:') return { problem: 'is http, over which an identity cannot sign in.' };
  if (pathname !== '/' && !isLoopback(hostname)) return { problem: 'has a path after the host.' };
  return { value: href.replace(/\/$/, '') };
});

const accountName = format("a storage account's name: 3 to 24 letters and digits", (raw) =>
  /^[a-z0-9]{3,24}$/i.test(raw) ? { value: raw.toLowerCase() } : { problem: 'is not the name of a storage account.' },
);

const endpointSuffix = format('the end of the host name of a cloud, e.g. core.windows.net', (raw) =>
  ENDPOINT_SUFFIX.test(raw) ? { value: raw.toLowerCase() } : { problem: 'is not the end of a host name.' },
);

const credential = format<'managedidentity'>('managedidentity, or no value for whatever identity there is', (raw) =>
  raw.toLowerCase() === 'managedidentity' ? { value: 'managedidentity' } : { problem: `is ${quote(raw)}.` },
);

const clientId = format("the GUID of a user-assigned managed identity's client", (raw) =>
  z.guid().safeParse(raw).success ? { value: raw } : { problem: 'is not a GUID.' },
);

const IDENTITY_ARM_ID =
  /^\/subscriptions\/[^/\s]+\/resourceGroups\/[^/\s]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/\s]+$/i;

const managedIdentityResourceId = format(
  "a user-assigned managed identity's ARM id, " +
    '/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}',
  (raw) => (IDENTITY_ARM_ID.test(raw) ? { value: raw } : { problem: 'is not the full ARM id of a managed identity.' }),
);

export type StorageSettings = ReturnType<typeof storageSettings>;

/** The settings of one storage account: a connection string, or what an identity needs in its place. */
export function storageSettings(name: string, required: 'yes' | 'no', meaning: string) {
  const instead = required === 'no' ? 'no' : `without \`${name}\``;
  const uri = (service: 'blob' | 'queue'): Setting<string, null> => ({
    name: `${name}__${service}ServiceUri`,
    required: instead,
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
    accountName: optional({
      name: `${name}__accountName`,
      default: null,
      meaning: 'In place of the two service URIs: the account, reached at the addresses that Azure gives its services.',
      example: 'visionbackup',
      ...accountName,
    }),
    endpointSuffix: optional({
      name: `${name}__endpointSuffix`,
      default: null,
      meaning: `Beside \`${name}__accountName\`, in another cloud than the public one: what its addresses end with.`,
      example: 'core.chinacloudapi.cn',
      ...endpointSuffix,
    }),
    credential: optional({
      name: `${name}__credential`,
      default: null,
      meaning:
        'With `managedidentity` a managed identity is asked for. Without one, whatever the surroundings offer, as the host tries it: variables of the environment, a managed identity, the tools of a developer.',
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
    managedIdentityResourceId: optional({
      name: `${name}__managedIdentityResourceId`,
      default: null,
      meaning: `In place of \`${name}__clientId\`: the same identity by its ARM id.`,
      example:
        '/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/vision/providers/Microsoft.ManagedIdentity/userAssignedIdentities/replicator',
      ...managedIdentityResourceId,
    }),
  };
}
