import { buffer } from 'node:stream/consumers';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { z } from 'zod';
import { ReplicationFailure } from '../core/facts/failure.ts';
import type { Document, Versioned } from '../replicator/ports/storage.ts';
import type { DocumentFolder } from './document-text.ts';
import { conflictOn, formatDocument, idInName, MAX_DOCUMENT_IN_BYTES, parseDocument } from './document-text.ts';
import { asStorageFailure, hasCode, isConflict } from './storage-failure.ts';

/** How often the reading of a document that breaks off, or falls silent, is resumed where it was. */
const READ_RETRIES = 1;

/** A JSON document in a blob. Its container is made by the first write that misses it. */
export function jsonDocument<T>(container: ContainerClient, name: string, schema: z.ZodType<T>): Document<T> {
  const blob = container.getBlockBlobClient(name);
  return {
    async read(signal) {
      const stored = await asStorageFailure(`Reading the blob ${name}`, () => download(blob, signal), signal);
      return stored === null ? null : { value: parseDocument(schema, stored.value, name), etag: stored.etag };
    },
    async write(value, etag, signal) {
      const text = formatDocument(schema, value, name);
      const written = await asStorageFailure(
        `Writing the blob ${name}`,
        () => withContainer(container, signal, () => upload(blob, text, etag, signal)),
        signal,
      );
      return { value: parseDocument(schema, text, name), etag: written };
    },
  };
}

async function download(blob: BlockBlobClient, signal: AbortSignal | undefined): Promise<Versioned<string> | null> {
  try {
    const answer = await blob.download(0, undefined, { ...abortable(signal), maxRetryRequests: READ_RETRIES });
    const { contentLength = 0, etag = '', readableStreamBody: body } = answer;
    if (body === undefined || contentLength > MAX_DOCUMENT_IN_BYTES) {
      throw new ReplicationFailure(`The blob ${blob.name} is ${contentLength} bytes long: too large for a document.`, {
        class: 'bug',
        code: 'DOCUMENT_TOO_LARGE',
        hint: `A document has at most ${MAX_DOCUMENT_IN_BYTES} bytes. Find out who wrote this one, and delete it.`,
      });
    }
    return { value: (await buffer(body)).toString('utf8'), etag };
  } catch (error) {
    if (hasCode(error, 'BlobNotFound', 'ContainerNotFound')) return null;
    throw error;
  }
}

async function upload(
  blob: BlockBlobClient,
  text: string,
  etag: string | null,
  signal: AbortSignal | undefined,
): Promise<string> {
  const body = Buffer.from(text, 'utf8');
  try {
    const answer = await blob.upload(body, body.length, {
      ...abortable(signal),
      blobHTTPHeaders: { blobContentType: 'application/json; charset=utf-8' },
      conditions: etag === null ? { ifNoneMatch: '*' } : { ifMatch: etag },
    });
    return answer.etag ?? '';
  } catch (error) {
    // A version that is to be replaced but is gone was deleted by somebody since it was read.
    if (isConflict(error) || (etag !== null && hasCode(error, 'BlobNotFound', 'ContainerNotFound'))) {
      throw conflictOn(blob.name, error);
    }
    throw error;
  }
}

/** Deletes that very version of a document; one that is gone or another by now is a conflict. */
export async function removeDocument(
  container: ContainerClient,
  name: string,
  etag: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const blob = container.getBlockBlobClient(name);
  const remove = async (): Promise<void> => {
    try {
      await blob.delete({ ...abortable(signal), conditions: { ifMatch: etag } });
    } catch (error) {
      if (isConflict(error) || hasCode(error, 'BlobNotFound', 'ContainerNotFound')) throw conflictOn(name, error);
      throw error;
    }
  };
  await asStorageFailure(`Deleting the blob ${name}`, remove, signal);
}

/** The project ids in the names of a folder's documents, sorted; none where the container does not exist yet. */
export async function listIds(
  container: ContainerClient,
  folder: DocumentFolder,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const ids: string[] = [];
  try {
    for await (const { name } of container.listBlobsFlat({ prefix: `${folder}/`, ...abortable(signal) })) {
      const id = idInName(folder, name);
      if (id !== null) ids.push(id);
    }
  } catch (error) {
    if (hasCode(error, 'ContainerNotFound')) return [];
    throw error;
  }
  return ids.sort();
}

/** Runs an operation, once more where it found that the container has yet to be made. */
export async function withContainer<T>(
  container: ContainerClient,
  signal: AbortSignal | undefined,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!hasCode(error, 'ContainerNotFound')) throw error;
    await container.createIfNotExists(abortable(signal));
    return operation();
  }
}

/** The Azure SDK takes no signal as an absent member, not as an undefined one. */
export function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
