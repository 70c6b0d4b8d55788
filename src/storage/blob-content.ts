import { createHash } from 'node:crypto';
import type { BlockBlobClient } from '@azure/storage-blob';
import { ReplicationFailure } from '../core/facts/failure.ts';
import { blockId } from './blob-copy.ts';
import { abortable } from './json-document.ts';
import { hasCode } from './storage-failure.ts';

/** How much of a stream is held in memory at a time. */
const BLOCK_IN_BYTES = 8 * 1024 * 1024;
/** How often a download that breaks off is resumed where it was. */
const READ_RETRIES = 5;

export interface Content {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeInBytes: number;
  readonly etag: string;
}

/** Hashes a blob as it is read; null where there is none. Memory stays flat, however large it is. */
export async function hashBlob(blob: BlockBlobClient, signal: AbortSignal): Promise<Content | null> {
  try {
    const { readableStreamBody, etag = '' } = await blob.download(0, undefined, {
      ...abortable(signal),
      maxRetryRequests: READ_RETRIES,
    });
    const hash = createHash('sha256');
    let sizeInBytes = 0;
    for await (const chunk of readableStreamBody ?? []) {
      const bytes = chunk as Uint8Array;
      hash.update(bytes);
      sizeInBytes += bytes.length;
    }
    return { sha256: hash.digest('hex'), sizeInBytes, etag };
  } catch (error) {
    if (hasCode(error, 'BlobNotFound', 'ContainerNotFound')) return null;
    throw error;
  }
}

/** Writes a stream into a blob, in place of what is there, and hashes it on the way. An empty one is refused. */
export async function uploadStream(
  blob: BlockBlobClient,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Content> {
  const hash = createHash('sha256');
  const blockIds: string[] = [];
  let sizeInBytes = 0;
  for await (const block of inBlocks(body)) {
    signal.throwIfAborted();
    hash.update(block);
    sizeInBytes += block.length;
    const id = blockId(blockIds.length);
    await blob.stageBlock(id, block, block.length, abortable(signal));
    blockIds.push(id);
  }
  if (sizeInBytes === 0) throw emptyPackage();
  const { etag = '' } = await blob.commitBlockList(blockIds, abortable(signal));
  return { sha256: hash.digest('hex'), sizeInBytes, etag };
}

/** Puts chunks of any size together into blocks of one size; the last block may be smaller. */
async function* inBlocks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let heldInBytes = 0;
  for await (const chunk of body) {
    held.push(chunk);
    heldInBytes += chunk.length;
    if (heldInBytes < BLOCK_IN_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    heldInBytes = 0;
  }
  if (heldInBytes > 0) yield Buffer.concat(held);
}

export function emptyPackage(): ReplicationFailure {
  return new ReplicationFailure('The exported model is empty.', {
    class: 'not-found',
    code: 'MODEL_EMPTY',
    hint: 'It is fetched again. If it stays empty, export the model once more.',
  });
}
