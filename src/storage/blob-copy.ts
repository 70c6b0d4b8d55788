import type { BlobServiceClient, BlockBlobClient } from '@azure/storage-blob';
import { ReplicationFailure } from '../core/facts/failure.ts';
import type { Clock } from '../replicator/ports/surroundings.ts';
import { readableUrl } from './blob-source.ts';
import { abortable } from './json-document.ts';
import { hasCode, toStorageFailure } from './storage-failure.ts';

/** One version of a blob. */
export interface BlobVersion {
  readonly service: BlobServiceClient;
  readonly blob: BlockBlobClient;
  readonly sizeInBytes: number;
  readonly etag: string;
}

export interface CopySizes {
  /** The most that the service copies in one call. */
  readonly wholeInBytes: number;
  readonly blockInBytes: number;
}

export const COPY_SIZES: CopySizes = { wholeInBytes: 256 * 1024 * 1024, blockInBytes: 64 * 1024 * 1024 };

/** Whether a copy may take the place of what is there. */
type Existing = 'replace' | 'keep';

/**
 * Has the storage service copy that very version of a blob, whose bytes never pass through here. Answers whether it
 * did: not so where `keep` is asked for and the target exists. Throws `conflict` where the source is another by now.
 */
export async function copyBlob(
  source: BlobVersion,
  target: BlockBlobClient,
  existing: Existing,
  sizes: CopySizes,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const conditions = existing === 'keep' ? { ifNoneMatch: '*' } : {};
  try {
    const url = await readableUrl(source.service, source.blob, clock, signal);
    if (source.sizeInBytes <= sizes.wholeInBytes) {
      const sourceConditions = { ifMatch: source.etag };
      await target.syncCopyFromURL(url, { ...abortable(signal), conditions, sourceConditions });
    } else {
      if (existing === 'keep' && (await target.exists(abortable(signal)))) return false;
      const blockIds = await stageBlocks(source, url, target, sizes, signal);
      await target.commitBlockList(blockIds, { ...abortable(signal), conditions });
    }
    return true;
  } catch (error) {
    if (existing === 'keep' && hasCode(error, 'BlobAlreadyExists', 'TargetConditionNotMet')) return false;
    if (hasCode(error, 'SourceConditionNotMet', 'ConditionNotMet', 'CannotVerifyCopySource')) {
      await assertUnchanged(source, signal);
    }
    throw error;
  }
}

/** Blocks are copied without a condition. If the source is unchanged afterwards, all of them are of one version. */
async function stageBlocks(
  source: BlobVersion,
  url: string,
  target: BlockBlobClient,
  { blockInBytes }: CopySizes,
  signal: AbortSignal,
): Promise<string[]> {
  const blockIds: string[] = [];
  for (let offset = 0; offset < source.sizeInBytes; offset += blockInBytes) {
    const count = Math.min(blockInBytes, source.sizeInBytes - offset);
    const id = blockId(blockIds.length);
    await target.stageBlockFromURL(id, url, offset, count, abortable(signal));
    blockIds.push(id);
  }
  await assertUnchanged(source, signal);
  return blockIds;
}

/** Block ids all of one length, as the service demands. */
export function blockId(index: number): string {
  return Buffer.from(index.toString().padStart(6, '0')).toString('base64');
}

async function assertUnchanged({ blob, etag }: BlobVersion, signal: AbortSignal): Promise<void> {
  try {
    if ((await blob.getProperties(abortable(signal))).etag === etag) return;
  } catch (error) {
    // The answer to a HEAD request has no body, so that its code does not say what was not found.
    if (toStorageFailure(error, `Looking for the blob ${blob.name}`).status !== 404) throw error;
  }
  throw new ReplicationFailure(`The blob ${blob.name} was written or deleted while it was copied.`, {
    class: 'conflict',
    code: 'SOURCE_BLOB_CHANGED',
    hint: 'Nothing of it was kept. The blob as it is now is looked at again.',
    executed: 'no',
  });
}
