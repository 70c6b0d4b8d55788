import { createHash } from 'node:crypto';
import type { BlobClient, BlockBlobClient } from '@azure/storage-blob';
import { ReplicationFailure } from '../core/facts/failure.ts';
import { abortable } from './json-document.ts';
import { hasCode } from './storage-failure.ts';

/** Packages are moved in blocks, several at a time: one connection alone is slow between regions. */

export interface BlockSizes {
  readonly blockInBytes: number;
  /** How many blocks are read at a time, and how many are written; so many of both are held in memory at most. */
  readonly atOnce: number;
}

export const BLOCK_SIZES: BlockSizes = { blockInBytes: 4 * 1024 * 1024, atOnce: 8 };

/** How often a range whose reading breaks off is resumed where it was. */
const READ_RETRIES = 5;

/** One version of a blob. */
export interface BlobVersion {
  readonly blob: BlobClient;
  readonly sizeInBytes: number;
  readonly etag: string;
}

/** What was staged, and is not part of a blob before it is committed. */
export interface Staged {
  /** Lower-case hex, of the bytes that were sent; the service has checked each block against its own digest. */
  readonly sha256: string;
  readonly sizeInBytes: number;
  readonly blockIds: string[];
}

/** Reads that very version of a blob, in order, some blocks ahead. Throws `conflict` where it is another by now. */
export async function* readBlocks(
  version: BlobVersion,
  { blockInBytes, atOnce }: BlockSizes,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const ahead: Promise<Buffer>[] = [];
  let offset = 0;
  const readAhead = (): void => {
    const count = Math.min(blockInBytes, version.sizeInBytes - offset);
    if (count === 0) return;
    ahead.push(observed(readRange(version, offset, count, either)));
    offset += count;
  };
  try {
    for (let count = 0; count < atOnce; count += 1) readAhead();
    for (let first = ahead.shift(); first !== undefined; first = ahead.shift()) {
      const block = await first;
      readAhead();
      yield block;
    }
  } finally {
    stop.abort();
    await Promise.allSettled(ahead);
  }
}

async function readRange(
  { blob, etag }: BlobVersion,
  offset: number,
  count: number,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    const { readableStreamBody } = await blob.download(offset, count, {
      ...abortable(signal),
      conditions: { ifMatch: etag },
      maxRetryRequests: READ_RETRIES,
    });
    const block = Buffer.allocUnsafe(count);
    let filled = 0;
    for await (const chunk of readableStreamBody ?? []) filled += (chunk as Buffer).copy(block, filled);
    if (filled !== count) throw incomplete(blob);
    return block;
  } catch (error) {
    if (hasCode(error, 'ConditionNotMet', 'BlobNotFound', 'ContainerNotFound')) throw changed(blob, error);
    if (hasCode(error, 'InvalidRange')) throw incomplete(blob);
    throw error;
  }
}

/** Puts chunks of any size together into blocks of one size; the last block may be smaller. */
export async function* inBlocks(body: AsyncIterable<Uint8Array>, { blockInBytes }: BlockSizes): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafe(blockInBytes);
  let filled = 0;
  for await (const chunk of body) {
    for (let taken = 0; taken < chunk.length;) {
      const part = chunk.subarray(taken, taken + blockInBytes - filled);
      block.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < blockInBytes) continue;
      yield block;
      block = Buffer.allocUnsafe(blockInBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/**
 * Stages blocks of a blob, some at a time, and hashes them on the way. Those that an earlier try, which was cut short,
 * left behind are not sent again: a block's id is made of its place and its digest.
 */
export async function stageBlocks(
  blob: BlockBlobClient,
  blocks: AsyncIterable<Buffer>,
  { atOnce }: BlockSizes,
  signal: AbortSignal,
): Promise<Staged> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const before = await stagedBefore(blob, signal);
  const hash = createHash('sha256');
  const blockIds: string[] = [];
  const sending = new Set<Promise<unknown>>();
  let sizeInBytes = 0;
  try {
    for await (const block of blocks) {
      signal.throwIfAborted();
      hash.update(block);
      sizeInBytes += block.length;
      const digest = createHash('md5').update(block).digest();
      const id = blockId(blockIds.length, digest);
      blockIds.push(id);
      if (before.has(id)) continue;
      const options = { ...abortable(either), transactionalContentMD5: digest };
      // One that fails stays among those that are waited for, and so ends the work.
      const sent: Promise<unknown> = blob.stageBlock(id, block, block.length, options).then(() => sending.delete(sent));
      sending.add(observed(sent));
      if (sending.size >= atOnce) await Promise.race(sending);
    }
    await Promise.all(sending);
  } finally {
    stop.abort();
    await Promise.allSettled(sending);
  }
  return { sha256: hash.digest('hex'), sizeInBytes, blockIds };
}

async function stagedBefore(blob: BlockBlobClient, signal: AbortSignal): Promise<ReadonlySet<string>> {
  try {
    const { uncommittedBlocks = [] } = await blob.getBlockList('uncommitted', abortable(signal));
    return new Set(uncommittedBlocks.map(({ name }) => name));
  } catch (error) {
    if (hasCode(error, 'BlobNotFound', 'ContainerNotFound')) return new Set();
    throw error;
  }
}

/** Block ids all of one length, as the service demands. */
function blockId(index: number, digest: Buffer): string {
  return Buffer.from(`${index.toString().padStart(6, '0')}-${digest.toString('hex')}`).toString('base64');
}

/** The same promise; that it fails before anybody waits for it does not end the process. */
function observed<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function changed({ name }: BlobClient, cause: unknown): ReplicationFailure {
  return new ReplicationFailure(`The blob ${name} was written or deleted before all of it was read.`, {
    class: 'conflict',
    code: 'SOURCE_BLOB_CHANGED',
    hint: 'Nothing of it was kept. The blob as it is now is looked at again.',
    executed: 'no',
    cause,
  });
}

function incomplete({ name }: BlobClient): ReplicationFailure {
  return new ReplicationFailure(`Less of the blob ${name} was read than it is long.`, {
    class: 'transient',
    code: 'COPY_INCOMPLETE',
    hint: 'It is read again.',
  });
}
