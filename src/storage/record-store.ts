import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { recordSchema } from '../core/facts/record.ts';
import { routingSchema } from '../core/facts/routing.ts';
import { STATE_CONTAINER } from '../core/facts/storage-names.ts';
import { sweepStateSchema } from '../core/facts/sweep-state.ts';
import type { RecordStore } from '../replicator/ports/storage.ts';
import { archiveName, idInRecordName, recordName } from './document-text.ts';
import { abortable, jsonDocument, removeDocument } from './json-document.ts';
import { asStorageFailure, hasCode } from './storage-failure.ts';

/**
 * The record store in Azure Blob Storage: one JSON blob a document, every write conditional on the version that was
 * read. A write whose answer was lost and that the SDK sent again may report a conflict with itself: the work is then
 * done again from what was stored.
 */
export function createRecordStore(blobs: BlobServiceClient): RecordStore {
  const container = blobs.getContainerClient(STATE_CONTAINER);
  return {
    record: (sourceProjectId) => jsonDocument(container, recordName(sourceProjectId), recordSchema),
    list: (signal) => asStorageFailure('Listing the records', () => listRecords(container, signal), signal),
    async archive({ value, etag }, at, signal) {
      const { sourceProjectId } = value;
      await jsonDocument(container, archiveName(sourceProjectId, at), recordSchema).write(value, null, signal);
      await removeDocument(container, recordName(sourceProjectId), etag, signal);
    },
    sweep: jsonDocument(container, 'sweep.json', sweepStateSchema),
    routing: jsonDocument(container, 'routing.json', routingSchema),
  };
}

async function listRecords(container: ContainerClient, signal: AbortSignal | undefined): Promise<string[]> {
  const ids: string[] = [];
  try {
    for await (const { name } of container.listBlobsFlat({ prefix: 'records/', ...abortable(signal) })) {
      const id = idInRecordName(name);
      if (id !== null) ids.push(id);
    }
  } catch (error) {
    if (hasCode(error, 'ContainerNotFound')) return [];
    throw error;
  }
  return ids.sort();
}
