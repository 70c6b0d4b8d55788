import type { TokenCredential } from '@azure/core-auth';
import { BlobServiceClient, newPipeline, StorageRetryPolicyType } from '@azure/storage-blob';
import { newPipeline as newQueuePipeline, QueueServiceClient } from '@azure/storage-queue';
import { deadlinePolicy, type StorageLimits } from './deadline-policy.ts';

/** How one storage account is reached: by a connection string, or by its two service URIs and an identity. */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly blobServiceUri: string; readonly queueServiceUri: string; readonly credential: TokenCredential };

export interface StorageClients {
  readonly blobs: BlobServiceClient;
  readonly queues: QueueServiceClient;
}

/**
 * Answers that ask for it are repeated by the Azure SDK, tries that run out of time by the policy around it. Four tries of
 * at most 20 s each, a few seconds apart, outlast a partition's move and end well before a message's visibility does.
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

/** For the waits between tries, and for the token. */
const WAITS_IN_MS = 10_000;
/** Never so long that a message comes back before its work has ended. */
const LONGEST_CALL_IN_MS = 300_000;

function limitsOf(tryInMs: number, waitsInMs: number): StorageLimits {
  const totalInMs = Math.min(RETRIES.maxTries * tryInMs + waitsInMs, LONGEST_CALL_IN_MS);
  return { tryInMs, totalInMs, silenceInMs: tryInMs, mostTries: RETRIES.maxTries };
}

/** Opens nothing yet: the first request is sent by the first operation. */
export function connectStorage(
  connection: StorageConnection,
  tryTimeoutInMs = TRY_LIMIT_IN_MS,
  waitsInMs = WAITS_IN_MS,
): StorageClients {
  const options = { retryOptions: { ...RETRIES, tryTimeoutInMs } };
  const deadlines = deadlinePolicy(limitsOf(tryTimeoutInMs, waitsInMs));
  const { blobs, queues, credential } = addressesOf(connection);
  const blobPipeline = newPipeline(credential, options);
  const queuePipeline = newQueuePipeline(credential, options);
  blobPipeline.factories.push(deadlines);
  queuePipeline.factories.push(deadlines);
  return {
    blobs: new BlobServiceClient(blobs.url, blobPipeline),
    queues: new QueueServiceClient(queues.url, queuePipeline),
  };
}

/** The SDK reads connection strings, and takes no policies where it does. A credential is the same for both services. */
function addressesOf(connection: StorageConnection) {
  if ('connectionString' in connection) {
    const { connectionString } = connection;
    const blobs = BlobServiceClient.fromConnectionString(connectionString);
    return { blobs, queues: QueueServiceClient.fromConnectionString(connectionString), credential: blobs.credential };
  }
  const { blobServiceUri, queueServiceUri, credential } = connection;
  return { blobs: { url: blobServiceUri }, queues: { url: queueServiceUri }, credential };
}
