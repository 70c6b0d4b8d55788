import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { KeptPackage, PackagePlace } from '../backups/ports.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import { packageFolder, packageName } from './backup-names.ts';
import { readBlocks, stageBlocks, type BlockSizes } from './blob-blocks.ts';
import { conflictOn } from './document-text.ts';
import { abortable } from './json-document.ts';
import { asStorageFailure, hasCode, isConflict, isImmutable, toStorageFailure } from './storage-failure.ts';

/** The packages that lie in one folder: the hash that each was stored with, by name; null where there is none. */
type Stored = ReadonlyMap<string, string | null>;

/**
 * Stores packages where nothing may ever be written twice, or deleted: each gets its name before its first block is sent
 * and is there at once, by the one call that also notes its hash. Blocks of a try that was cut short are no blob, and
 * in nobody's way.
 */
export class PackageKeeper {
  readonly #container: ContainerClient;
  readonly #sizes: BlockSizes;

  constructor(container: ContainerClient, sizes: BlockSizes) {
    this.#container = container;
    this.#sizes = sizes;
  }

  /**
   * @param version what tells this package from a later one of the same place, an ETag; null where nothing does
   * @param blocks read only where the package is not there yet
   */
  keep(
    place: PackagePlace,
    version: string | null,
    blocks: () => AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<KeptPackage> {
    const keep = async (): Promise<KeptPackage> => {
      await this.#container.createIfNotExists(abortable(signal));
      const stored = await this.#list(place, signal);
      for (let nth = 1; ; nth += 1) {
        const name = packageName(place, version, nth);
        const sha256 = stored.get(name);
        if (sha256 === undefined) return this.#store(name, stored, blocks(), signal);
        const kept = version === null ? null : await this.#ifIntact(name, sha256, signal);
        if (kept !== null) return kept;
      }
    };
    return asStorageFailure(`Keeping the ${place.platform} package of iteration ${place.iterationId}`, keep, signal);
  }

  async #store(name: string, stored: Stored, blocks: AsyncIterable<Buffer>, signal: AbortSignal): Promise<KeptPackage> {
    const blob = this.#container.getBlockBlobClient(name);
    const { sha256, sizeInBytes, blockIds } = await stageBlocks(blob, blocks, this.#sizes, signal);
    if (sizeInBytes === 0) throw emptyPackage();
    for (const [other, itsHash] of stored) {
      const kept = itsHash === sha256 ? await this.#ifIntact(other, sha256, signal) : null;
      if (kept !== null) return kept;
    }
    try {
      const conditions = { ifNoneMatch: '*' };
      const { etag = '' } = await blob.commitBlockList(blockIds, {
        ...abortable(signal),
        conditions,
        metadata: { sha256 },
      });
      return { blob: name, sha256, sizeInBytes, etag };
    } catch (error) {
      if (!isConflict(error) && !isImmutable(error)) throw error;
      // Somebody else was first, or the answer to a first try was lost.
      const kept = await this.#ifIntact(name, sha256, signal);
      if (kept === null) throw conflictOn(name, error);
      return kept;
    }
  }

  async #list(place: PackagePlace, signal: AbortSignal): Promise<Stored> {
    const stored = new Map<string, string | null>();
    const options = { prefix: packageFolder(place), includeMetadata: true, ...abortable(signal) };
    for await (const { name, metadata } of this.#container.listBlobsFlat(options)) {
      stored.set(name, metadata?.['sha256'] ?? null);
    }
    return stored;
  }

  /** What lies under a name, where that is what was stored with this hash; it is read for that. */
  async #ifIntact(name: string, sha256: string | null, signal: AbortSignal): Promise<KeptPackage | null> {
    if (sha256 === null) return null;
    const content = await hashBlob(this.#container, name, this.#sizes, signal);
    return content?.sha256 === sha256 ? { ...content, blob: name } : null;
  }
}

/** Hashes a blob as it is read; null where there is none. Memory stays flat, however large it is. */
export async function hashBlob(
  container: ContainerClient,
  name: string,
  sizes: BlockSizes,
  signal: AbortSignal,
): Promise<Omit<KeptPackage, 'blob'> | null> {
  const blob = container.getBlobClient(name);
  const found = await statBlob(container, name, signal);
  if (found === null) return null;
  const hash = createHash('sha256');
  for await (const block of readBlocks({ blob, ...found }, sizes, signal)) hash.update(block);
  return { ...found, sha256: hash.digest('hex') };
}

/** Null where there is no such blob. */
export async function statBlob(
  container: ContainerClient,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly sizeInBytes: number; readonly etag: string } | null> {
  try {
    const { contentLength = 0, etag = '' } = await container.getBlobClient(name).getProperties(abortable(signal));
    return { sizeInBytes: contentLength, etag };
  } catch (error) {
    signal.throwIfAborted();
    // The answer to a HEAD request has no body, so that its code does not say what was not found.
    const failure = toStorageFailure(error, `Looking for the blob ${name}`);
    if (failure.status === 404 || hasCode(error, 'BlobNotFound', 'ContainerNotFound')) return null;
    throw failure;
  }
}

export function emptyPackage(): ReplicationFailure {
  return new ReplicationFailure('The exported model is empty.', {
    class: 'not-found',
    code: 'MODEL_EMPTY',
    hint: 'It is fetched again. If it stays empty, export the model once more.',
  });
}
