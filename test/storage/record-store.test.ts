import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { STATE_CONTAINER } from '../../src/core/facts/storage-names.ts';
import { createRecordStore } from '../../src/storage/record-store.ts';
import { MemoryRecordStore } from '../support/memory-storage.ts';
import { describeRecordStore } from './record-store-conformance.ts';
import type { RecordStoreUnderTest } from './record-store-under-test.ts';

describeRecordStore('in memory', () => {
  const store = new MemoryRecordStore();
  return Promise.resolve<RecordStoreUnderTest>({
    store,
    put: (name, text) => {
      store.put(name, text);
      return Promise.resolve();
    },
    get: (name) => Promise.resolve(store.get(name)),
    remove: (name) => {
      store.delete(name);
      return Promise.resolve();
    },
  });
});

describe('on Azurite', () => {
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite();
  }, 60_000);
  afterAll(() => azurite.stop());

  describeRecordStore('in blobs', async () => {
    const { blobs } = connectStorage({ connectionString: azurite.connectionString() });
    const container = blobs.getContainerClient(STATE_CONTAINER);
    await container.deleteIfExists();
    return {
      store: createRecordStore(blobs),
      put: async (name, text) => {
        await container.createIfNotExists();
        await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
      },
      get: async (name) => {
        const blob = container.getBlobClient(name);
        return (await blob.exists()) ? (await blob.downloadToBuffer()).toString() : null;
      },
      remove: async (name) => {
        await container.deleteBlob(name);
      },
    };
  });

  it('makes its container with the first write', async () => {
    const { blobs } = connectStorage({ connectionString: azurite.connectionString() });
    await blobs.getContainerClient(STATE_CONTAINER).deleteIfExists();
    const store = createRecordStore(blobs);
    expect(await store.list()).toEqual([]);
    await store.routing.write({ schemaVersion: 1, updatedAt: '2026-01-05T08:00:00.000Z', projects: {} }, null);
    expect(await store.routing.read()).not.toBeNull();
  });
});
