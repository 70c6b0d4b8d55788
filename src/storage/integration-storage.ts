import type { WantedUris } from '../core/plan/policy.ts';
import type { IntegrationStorage } from '../replicator/ports/storage.ts';
import type { StorageClients } from './connections.ts';
import { abortable } from './json-document.ts';
import { asStorageFailure } from './storage-failure.ts';

export interface IntegrationNames {
  readonly container: string;
  readonly queue: string;
}

/** The container and the queue of one account that Custom Vision writes to, made where they are missing. */
export function createIntegrationStorage(
  { blobs, queues }: StorageClients,
  { container, queue }: IntegrationNames,
): IntegrationStorage {
  return {
    async ensure(signal) {
      await asStorageFailure(
        `Making the container ${container}`,
        () => blobs.getContainerClient(container).createIfNotExists(abortable(signal)),
        signal,
      );
      await asStorageFailure(
        `Making the queue ${queue}`,
        () => queues.getQueueClient(queue).createIfNotExists(abortable(signal)),
        signal,
      );
    },
  };
}

/**
 * Makes the container where it is missing. It is looked for first: an account that another team gives may let the app use what
 * is there, and make nothing.
 */
export async function ensureContainer({ blobs }: Pick<StorageClients, 'blobs'>, name: string): Promise<void> {
  const container = blobs.getContainerClient(name);
  if (await asStorageFailure(`Looking for the container ${name}`, () => container.exists())) return;
  await asStorageFailure(`Making the container ${name}`, () => container.createIfNotExists());
}

/** Their plain URLs, as a project is given them, without the signature that a client's own URL may carry. */
export function integrationUris({ blobs, queues }: StorageClients, { container, queue }: IntegrationNames): WantedUris {
  return {
    exportModelContainerUri: withoutQuery(blobs.getContainerClient(container).url),
    notificationQueueUri: withoutQuery(queues.getQueueClient(queue).url),
  };
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '');
}
