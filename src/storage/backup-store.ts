import type { BlobServiceClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { ExportedBlob } from '../core/backups/plan.ts';
import { BACKUP_CONTAINER } from '../core/facts/storage-names.ts';
import { catalogueSchema } from '../core/backups/catalogue.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import type { Clock } from '../replicator/ports/surroundings.ts';
import type { BackupStore, KeptPackage, PackagePlace } from '../backups/ports.ts';
import { catalogueName, durableName, exportedPrefix, extensionOf, incomingName } from './backup-names.ts';
import { emptyPackage, hashBlob, uploadStream, type Content } from './blob-content.ts';
import { COPY_SIZES, copyBlob, type BlobVersion, type CopySizes } from './blob-copy.ts';
import { abortable, jsonDocument, listIds } from './json-document.ts';
import { asStorageFailure, hasCode, toStorageFailure } from './storage-failure.ts';

export interface BackupStoreOptions {
  /** The account of this app. */
  readonly blobs: BlobServiceClient;
  /** The account and container that the service exports models to. */
  readonly exportBlobs: BlobServiceClient;
  readonly exportContainer: string;
  readonly clock: Clock;
  readonly sizes?: CopySizes;
}

/** How many damaged blobs under the names for one content are passed over before giving up. */
const MOST_DAMAGED = 9;

/** Model backups in Azure Blob Storage: packages and their catalogues in one container of the app's own account. */
export function createBackupStore(options: BackupStoreOptions): BackupStore {
  const container = options.blobs.getContainerClient(BACKUP_CONTAINER);
  const exported = options.exportBlobs.getContainerClient(options.exportContainer);
  const keeper = new Keeper(options, container);
  return {
    catalogue: (projectId) => jsonDocument(container, catalogueName(projectId), catalogueSchema),
    listCatalogues: (signal) =>
      asStorageFailure('Listing the catalogues', () => listIds(container, 'catalogue', signal), signal),
    findExported: (projectId, iterationId, signal) => findExported(exported, projectId, iterationId, signal),
    keepExported: ({ name, etag, sizeInBytes }, place, signal) => {
      if (sizeInBytes === 0) return Promise.reject(emptyPackage());
      const blob = exported.getBlockBlobClient(name);
      return keeper.keepCopy({ service: options.exportBlobs, blob, sizeInBytes, etag }, place, signal);
    },
    keepStream: (body, place, signal) => keeper.keepStream(body, place, signal),
    async stat(name, signal) {
      const read = () => container.getBlobClient(name).getProperties(abortable(signal));
      try {
        const { contentLength = 0, etag = '' } = await read();
        return { sizeInBytes: contentLength, etag };
      } catch (error) {
        signal.throwIfAborted();
        // The answer to a HEAD request has no body, so that its code does not say what was not found.
        const failure = toStorageFailure(error, `Looking for the blob ${name}`);
        if (failure.status === 404) return null;
        throw failure;
      }
    },
    hash: (name, signal) =>
      asStorageFailure(`Hashing the blob ${name}`, () => hashBlob(container.getBlockBlobClient(name), signal), signal),
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

/** A blob that a retention policy protects stays: the package is kept all the same, and the next one overwrites it. */
async function removeIncoming(blob: BlockBlobClient, signal: AbortSignal): Promise<void> {
  try {
    await blob.deleteIfExists(abortable(signal));
  } catch (error) {
    if (!hasCode(error, 'BlobImmutableDueToPolicy', 'BlobImmutableDueToLegalHold')) throw error;
  }
}

/** Stores packages under durable names. Those hold a hash of the content, so each is first stored as incoming. */
class Keeper {
  readonly #container: ContainerClient;
  readonly #service: BlobServiceClient;
  readonly #clock: Clock;
  readonly #sizes: CopySizes;

  constructor({ blobs, clock, sizes = COPY_SIZES }: BackupStoreOptions, container: ContainerClient) {
    this.#container = container;
    this.#service = blobs;
    this.#clock = clock;
    this.#sizes = sizes;
  }

  keepCopy(source: BlobVersion, place: PackagePlace, signal: AbortSignal): Promise<KeptPackage> {
    return this.#keep(place, signal, async () => {
      const incoming = this.#container.getBlockBlobClient(incomingName(place));
      await copyBlob(source, incoming, 'replace', this.#sizes, this.#clock, signal);
      const content = await hashBlob(incoming, signal);
      if (content?.sizeInBytes === source.sizeInBytes) return content;
      throw new ReplicationFailure(`The copy of ${source.blob.name} is not of the size of that blob.`, {
        class: 'transient',
        code: 'COPY_INCOMPLETE',
        hint: 'The copy is made again.',
      });
    });
  }

  keepStream(body: AsyncIterable<Uint8Array>, place: PackagePlace, signal: AbortSignal): Promise<KeptPackage> {
    return this.#keep(place, signal, () =>
      uploadStream(this.#container.getBlockBlobClient(incomingName(place)), body, signal),
    );
  }

  #keep(place: PackagePlace, signal: AbortSignal, receive: () => Promise<Content>): Promise<KeptPackage> {
    const keep = async (): Promise<KeptPackage> => {
      await this.#container.createIfNotExists(abortable(signal));
      const content = await receive();
      const blob = this.#container.getBlockBlobClient(incomingName(place));
      const kept = await this.#settle({ ...content, service: this.#service, blob }, content.sha256, place, signal);
      await removeIncoming(blob, signal);
      return kept;
    };
    return asStorageFailure(`Keeping the ${place.platform} package of iteration ${place.iterationId}`, keep, signal);
  }

  /** A blob of the same name has the same content, or is damaged; then the next name is tried. */
  async #settle(incoming: BlobVersion, sha256: string, place: PackagePlace, signal: AbortSignal): Promise<KeptPackage> {
    for (let nth = 1; nth <= MOST_DAMAGED; nth += 1) {
      const name = durableName(place, sha256, nth);
      const target = this.#container.getBlockBlobClient(name);
      await copyBlob(incoming, target, 'keep', this.#sizes, this.#clock, signal);
      const content = await hashBlob(target, signal);
      if (content?.sha256 === sha256) return { ...content, blob: name };
    }
    throw new ReplicationFailure(`Every copy of the package ${sha256} was damaged.`, {
      class: 'bug',
      code: 'BACKUPS_DAMAGED',
      hint: `Find out who writes to the container ${BACKUP_CONTAINER}.`,
    });
  }
}
