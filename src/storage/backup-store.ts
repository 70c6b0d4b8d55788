import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { ExportedBlob } from '../core/backups/plan.ts';
import { BACKUP_CONTAINER, STATE_CONTAINER } from '../core/facts/storage-names.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import type { BackupStore } from '../backups/ports.ts';
import { exportedPrefix, extensionOf } from './backup-names.ts';
import { BLOCK_SIZES, inBlocks, readBlocks, type BlockSizes } from './blob-blocks.ts';
import { catalogueDocument } from './catalogue-document.ts';
import { abortable, listIds } from './json-document.ts';
import { emptyPackage, hashBlob, PackageKeeper, statBlob } from './package-keeper.ts';
import { asStorageFailure, hasCode, toStorageFailure } from './storage-failure.ts';

export interface BackupStoreOptions {
  /** The account of this app. */
  readonly blobs: BlobServiceClient;
  /** The account and container that the service exports models to. */
  readonly exportBlobs: BlobServiceClient;
  readonly exportContainer: string;
  readonly sizes?: BlockSizes;
}

/**
 * Model backups in Azure Blob Storage: packages and their catalogues in one container of the app's own account. Each
 * package is read once, hashed as it passes, and never by the storage service itself: that would spare no reading, and
 * a firewall of either account may refuse it.
 */
export function createBackupStore(options: BackupStoreOptions): BackupStore {
  const { blobs, exportBlobs, exportContainer, sizes = BLOCK_SIZES } = options;
  const container = blobs.getContainerClient(BACKUP_CONTAINER);
  const state = blobs.getContainerClient(STATE_CONTAINER);
  const exported = exportBlobs.getContainerClient(exportContainer);
  const keeper = new PackageKeeper(container, sizes);
  return {
    catalogue: (projectId) => catalogueDocument(container, state, projectId),
    listCatalogues: (signal) =>
      asStorageFailure(
        'Listing the catalogues',
        async () => {
          const found = await Promise.all([container, state].map((among) => listIds(among, 'catalogue', signal)));
          return [...new Set(found.flat())].sort();
        },
        signal,
      ),
    findExported: (projectId, iterationId, signal) => findExported(exported, projectId, iterationId, signal),
    keepExported: ({ name, etag, sizeInBytes }, place, signal) => {
      if (sizeInBytes === 0) return Promise.reject(emptyPackage());
      const version = { blob: exported.getBlobClient(name), etag, sizeInBytes };
      return keeper.keep(place, etag, () => readBlocks(version, sizes, signal), signal);
    },
    keepStream: (body, etag, place, signal) => keeper.keep(place, etag, () => inBlocks(body, sizes), signal),
    stat: (name, signal) => statBlob(container, name, signal),
    read: async (name, signal) => {
      const found = await statBlob(container, name, signal);
      return found === null ? null : readBlocks({ blob: container.getBlobClient(name), ...found }, sizes, signal);
    },
    hash: (name, signal) =>
      asStorageFailure(`Hashing the blob ${name}`, () => hashBlob(container, name, sizes, signal), signal),
  };
}

async function findExported(
  container: ContainerClient,
  projectId: string,
  iterationId: string,
  signal: AbortSignal,
): Promise<ExportedBlob[]> {
  const found: ExportedBlob[] = [];
  try {
    const prefix = exportedPrefix(projectId, iterationId);
    for await (const { name, properties } of container.listBlobsFlat({ prefix, ...abortable(signal) })) {
      const extension = extensionOf(name, projectId, iterationId);
      if (extension === null) continue;
      // A listing leaves out the quotation marks that belong to an ETag.
      const etag = `"${properties.etag.replaceAll('"', '')}"`;
      found.push({ name, extension, etag, sizeInBytes: properties.contentLength ?? 0 });
    }
    return found;
  } catch (error) {
    signal.throwIfAborted();
    if (hasCode(error, 'ContainerNotFound')) return [];
    throw unreadable(toStorageFailure(error, `Listing the export container ${container.containerName}`), container);
  }
}

function unreadable(failure: ReplicationFailure, { containerName, accountName }: ContainerClient): ReplicationFailure {
  if (failure.class !== 'auth') return failure;
  return new ReplicationFailure(failure.message, {
    class: 'auth',
    code: 'EXPORT_CONTAINER_UNREADABLE',
    hint:
      `Give the app's identity the role Storage Blob Data Reader on the container ${containerName} of the storage ` +
      `account ${accountName} (INTEGRATION_STORAGE, MODEL_EXPORT_CONTAINER), or correct its connection string. Until ` +
      'then packages are fetched from the service, where it still has them.',
    ...(failure.status === null ? {} : { status: failure.status }),
    requestId: failure.requestId,
    cause: failure,
  });
}
