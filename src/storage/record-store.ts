import type { BlobServiceClient } from '@azure/storage-blob';
import { decisionSchema } from '../core/facts/decision.ts';
import { holdsSchema } from '../core/facts/hold.ts';
import { installationSchema } from '../core/facts/installation.ts';
import { readingSchema } from '../core/facts/reading.ts';
import { recordSchema } from '../core/facts/record.ts';
import { resourcesSchema } from '../core/facts/resource-health.ts';
import { routingSchema } from '../core/facts/routing.ts';
import { signsSchema } from '../core/facts/signs.ts';
import { STATE_CONTAINER } from '../core/facts/storage-names.ts';
import { sweepStateSchema } from '../core/facts/sweep-state.ts';
import { triggerSchema } from '../core/facts/trigger.ts';
import type { RecordStore } from '../replicator/ports/storage.ts';
import { archiveName, decisionName, readingName, recordName, triggerName } from './document-text.ts';
import { jsonDocument, listIds, removeDocument } from './json-document.ts';
import { asStorageFailure } from './storage-failure.ts';

/**
 * The record store in Azure Blob Storage: one JSON blob a document, every write conditional on the version that was
 * read. A write whose answer was lost and that the SDK sent again may report a conflict with itself: the work is then
 * done again from what was stored.
 */
export function createRecordStore(blobs: BlobServiceClient): RecordStore {
  const container = blobs.getContainerClient(STATE_CONTAINER);
  return {
    record: (sourceProjectId) => jsonDocument(container, recordName(sourceProjectId), recordSchema),
    list: (signal) => asStorageFailure('Listing the records', () => listIds(container, 'records', signal), signal),
    async archive({ value, etag }, at, signal) {
      const { sourceProjectId } = value;
      await jsonDocument(container, archiveName(sourceProjectId, at), recordSchema).write(value, null, signal);
      await removeDocument(container, recordName(sourceProjectId), etag, signal);
    },
    decision: (sourceProjectId) => jsonDocument(container, decisionName(sourceProjectId), decisionSchema),
    listDecisions: (signal) =>
      asStorageFailure('Listing the decisions', () => listIds(container, 'decisions', signal), signal),
    reading: (sourceProjectId, side) => jsonDocument(container, readingName(sourceProjectId, side), readingSchema),
    trigger: (sourceProjectId) => jsonDocument(container, triggerName(sourceProjectId), triggerSchema),
    installation: jsonDocument(container, 'installation.json', installationSchema),
    holds: jsonDocument(container, 'holds.json', holdsSchema),
    signs: jsonDocument(container, 'signs.json', signsSchema),
    resources: jsonDocument(container, 'resources.json', resourcesSchema),
    sweep: jsonDocument(container, 'sweep.json', sweepStateSchema),
    routing: jsonDocument(container, 'routing.json', routingSchema),
  };
}
