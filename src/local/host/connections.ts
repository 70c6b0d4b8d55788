import type { BlobServiceClient } from '@azure/storage-blob';
import type { QueueServiceClient } from '@azure/storage-queue';
import type { Settings } from './settings.ts';

/** How a storage account is reached, as the Functions host reads it from the settings. */
export type Connection =
  | { readonly kind: 'connection-string'; readonly value: string }
  | {
      readonly kind: 'identity';
      readonly blobServiceUri: string | null;
      readonly queueServiceUri: string | null;
      readonly managedIdentity: boolean;
      readonly clientId: string | null;
    };

/** The connection of that name, or null where no setting makes one. */
export function findConnection(name: string, settings: Settings): Connection | null {
  // The host lets any connection's setting carry this prefix.
  for (const base of [`AzureWebJobs${name}`, name]) {
    const value = settings[base];
    if (value !== undefined && value !== '') return { kind: 'connection-string', value };
    const part = (suffix: string) => settings[`${base}__${suffix}`] ?? null;
    const account = part('accountName');
    const uri = (service: string) =>
      part(`${service}ServiceUri`) ?? (account === null ? null : `https://${account}.${service}.core.windows.net`);
    const [blobServiceUri, queueServiceUri] = [uri('blob'), uri('queue')];
    if (blobServiceUri === null && queueServiceUri === null) continue;
    const managedIdentity = part('credential')?.toLowerCase() === 'managedidentity';
    return { kind: 'identity', blobServiceUri, queueServiceUri, managedIdentity, clientId: part('clientId') };
  }
  return null;
}

// The listeners try again by themselves, so that an account that is away is known to be so quickly.
const clientOptions = {
  retryOptions: { maxTries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000, tryTimeoutInMs: 10_000 },
};

export async function openQueues(connection: Connection): Promise<QueueServiceClient> {
  const { QueueServiceClient: Client } = await import('@azure/storage-queue');
  if (connection.kind === 'connection-string') return Client.fromConnectionString(connection.value, clientOptions);
  if (connection.queueServiceUri === null) throw new Error('the connection has no __queueServiceUri');
  return new Client(connection.queueServiceUri, await credentialOf(connection), clientOptions);
}

export async function openBlobs(connection: Connection): Promise<BlobServiceClient> {
  const { BlobServiceClient: Client } = await import('@azure/storage-blob');
  if (connection.kind === 'connection-string') return Client.fromConnectionString(connection.value, clientOptions);
  if (connection.blobServiceUri === null) throw new Error('the connection has no __blobServiceUri');
  return new Client(connection.blobServiceUri, await credentialOf(connection), clientOptions);
}

async function credentialOf(connection: Connection & { kind: 'identity' }) {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const { clientId, managedIdentity } = connection;
  if (managedIdentity) {
    return clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
  }
  return clientId === null
    ? new DefaultAzureCredential()
    : new DefaultAzureCredential({ managedIdentityClientId: clientId });
}
