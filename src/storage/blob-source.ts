import type { BlobServiceClient, BlockBlobClient } from '@azure/storage-blob';
import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { Clock } from '../replicator/ports/surroundings.ts';
import { abortable } from './json-document.ts';

/** Long enough to copy the largest package in blocks. */
const LIFE_IN_MS = 60 * 60 * 1_000;
/** The key is valid from a little before now, since the service's clock may be behind this one. */
const SKEW_IN_MS = 15 * 60 * 1_000;

/**
 * A URL by which the storage service itself may read one blob for an hour. It is a secret: it must not be stored or
 * logged, and no failure may quote it.
 */
export async function readableUrl(
  service: BlobServiceClient,
  blob: BlockBlobClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const now = clock.now().getTime();
  const expiresOn = new Date(now + LIFE_IN_MS);
  const permissions = BlobSASPermissions.parse('r');
  if (service.credential instanceof StorageSharedKeyCredential) {
    return blob.generateSasUrl({ permissions, expiresOn });
  }
  // A connection string with a signature puts that signature into every URL.
  if (new URL(blob.url).search !== '') return blob.url;
  const startsOn = new Date(now - SKEW_IN_MS);
  const key = await service.getUserDelegationKey(startsOn, expiresOn, abortable(signal));
  const { containerName, name: blobName } = blob;
  const protocol = blob.url.startsWith('https:') ? SASProtocol.Https : SASProtocol.HttpsAndHttp;
  const sas = generateBlobSASQueryParameters(
    { containerName, blobName, permissions, startsOn, expiresOn, protocol },
    key,
    service.accountName,
  );
  return `${blob.url}?${sas.toString()}`;
}
