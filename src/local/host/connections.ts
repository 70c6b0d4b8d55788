import type { BlobServiceClient } from '@azure/storage-blob';
import type { QueueServiceClient } from '@azure/storage-queue';
import { readStorage } from '../../settings/read-storage.ts';
import { SettingReader } from '../../settings/setting-reader.ts';
import { storageSettings, type StorageConfig } from '../../settings/storage-settings.ts';
import type { Settings } from './settings.ts';

/** How a storage account is reached. */
export type Connection = StorageConfig;

/**
 * The connection of that name, read by the app's own reader, which takes nothing that the real host refuses and reads the
 * rest as that does; null where no setting makes one. @throws where a setting of it is refused
 */
export function findConnection(name: string, settings: Settings): Connection | null {
  const reader = new SettingReader(settings);
  const connection = readStorage(reader, storageSettings(name, 'no', ''));
  const [problem] = reader.problems;
  if (problem === undefined) return connection;
  throw new Error(`${problem.setting} ${problem.message} Expected: ${problem.expected}.`);
}

// The listeners try again by themselves, so that an account that is away is known to be so quickly.
const clientOptions = {
  retryOptions: { maxTries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000, tryTimeoutInMs: 10_000 },
};

export async function openQueues(connection: Connection): Promise<QueueServiceClient> {
  const { QueueServiceClient: Client } = await import('@azure/storage-queue');
  if (connection.kind === 'connectionString') {
    return Client.fromConnectionString(connection.connectionString, clientOptions);
  }
  return new Client(connection.queueServiceUri, await credentialOf(connection), clientOptions);
}

export async function openBlobs(connection: Connection): Promise<BlobServiceClient> {
  const { BlobServiceClient: Client } = await import('@azure/storage-blob');
  if (connection.kind === 'connectionString') {
    return Client.fromConnectionString(connection.connectionString, clientOptions);
  }
  return new Client(connection.blobServiceUri, await credentialOf(connection), clientOptions);
}

async function credentialOf(connection: Connection & { kind: 'identity' }) {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const { clientId, managedIdentityResourceId: resourceId, credential } = connection;
  if (credential === null) return new DefaultAzureCredential();
  if (clientId !== null) return new ManagedIdentityCredential({ clientId });
  return resourceId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ resourceId });
}
