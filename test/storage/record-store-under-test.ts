import type { RecordStore } from '../../src/replicator/ports/storage.ts';

/** A store to try, with a back door to what it has stored. */
export interface RecordStoreUnderTest {
  readonly store: RecordStore;
  /** Stores a document's text as it is. */
  readonly put: (name: string, text: string) => Promise<void>;
  /** A document's text, or null. */
  readonly get: (name: string) => Promise<string | null>;
  readonly remove: (name: string) => Promise<void>;
}

export const SHOP = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const FARM = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
export const NOW = '2026-01-05T08:00:00.000Z';

export const CONFLICT = expect.objectContaining({ class: 'conflict', executed: 'no' }) as Error;
export const INVALID = { class: 'bug', code: 'INVALID_DOCUMENT' };
