import type { TokenCredential } from '@azure/core-auth';
import { BlobServiceClient, StorageRetryPolicyType } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

/** How one storage account is reached: by a connection string, or by its two service URIs and an identity. */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly blobServiceUri: string; readonly queueServiceUri: string; readonly credential: TokenCredential };

export interface StorageClients {
  readonly blobs: BlobServiceClient;
  readonly queues: QueueServiceClient;
}

/**
 * The Azure SDK is the one layer that retries storage. Four tries of at most 20 s each, a few seconds apart, outlast a
 * partition's move and end well before a message's visibility does.
 */
const RETRIES = {
  retryPolicyType: StorageRetryPolicyType.EXPONENTIAL,
  maxTries: 4,
  retryDelayInMs: 500,
  maxRetryDelayInMs: 5_000,
};

const TRY_LIMIT_IN_MS = 20_000;
/** The longest that a block of a package may take: several share one connection to another region. */
export const BLOCK_TRY_LIMIT_IN_MS = 120_000;

/** Opens nothing yet: the first request is sent by the first operation. */
export function connectStorage(connection: StorageConnection, tryTimeoutInMs = TRY_LIMIT_IN_MS): StorageClients {
  const retryOptions = { ...RETRIES, tryTimeoutInMs };
  if ('connectionString' in connection) {
    return {
      blobs: BlobServiceClient.fromConnectionString(connection.connectionString, { retryOptions }),
      queues: QueueServiceClient.fromConnectionString(connection.connectionString, { retryOptions }),
    };
  }
  const { blobServiceUri, queueServiceUri, credential } = connection;
  return {
    blobs: new BlobServiceClient(blobServiceUri, credential, { retryOptions }),
    queues: new QueueServiceClient(queueServiceUri, credential, { retryOptions }),
  };
}
