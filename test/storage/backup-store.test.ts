import { AccountSASPermissions, BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import type { PackagePlace } from '../../src/backups/ports.ts';
import { BACKUP_CONTAINER } from '../../src/core/facts/storage-names.ts';
import { createBackupStore, type BackupStoreOptions } from '../../src/storage/backup-store.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { guid } from '../support/builders.ts';
import { MemoryBackupStore, sha256 } from '../support/memory-backups.ts';
import { describeBackupStore } from './backup-store-conformance.ts';

const EXPORTS = 'model-exports';
const signal = new AbortController().signal;

describeBackupStore('in memory', () => {
  const store = new MemoryBackupStore();
  return Promise.resolve({
    store,
    putExported: (name, bytes) => {
      store.putExported(name, bytes);
      return Promise.resolve();
    },
    put: (name, bytes) => {
      store.put(name, bytes);
      return Promise.resolve();
    },
    get: (name) => Promise.resolve(store.get(name)),
    remove: (name) => {
      store.remove(name);
      return Promise.resolve();
    },
    names: () => Promise.resolve(store.names),
  });
});

describe('on Azurite', () => {
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite({ accounts: ['backups', 'exports'] });
  }, 60_000);
  afterAll(() => azurite.stop());

  /** Two accounts, as where the service writes to an account of its own region. */
  async function open(options: Partial<BackupStoreOptions> = {}) {
    const { blobs } = connectStorage({ connectionString: azurite.connectionString('backups') });
    const { blobs: exportBlobs } = connectStorage({ connectionString: azurite.connectionString('exports') });
    const backups = blobs.getContainerClient(BACKUP_CONTAINER);
    const exports = exportBlobs.getContainerClient(EXPORTS);
    await Promise.all([backups.deleteIfExists(), exports.deleteIfExists()]);
    return {
      store: createBackupStore({ blobs, exportBlobs, exportContainer: EXPORTS, ...options }),
      putExported: async (name: string, bytes: Buffer) => {
        await exports.createIfNotExists();
        await exports.getBlockBlobClient(name).upload(bytes, bytes.length);
      },
      put: async (name: string, bytes: Buffer) => {
        await backups.createIfNotExists();
        await backups.getBlockBlobClient(name).upload(bytes, bytes.length);
      },
      get: async (name: string) => {
        const blob = backups.getBlobClient(name);
        return (await blob.exists()) ? await blob.downloadToBuffer() : null;
      },
      remove: async (name: string) => {
        await backups.deleteBlob(name);
      },
      names: async () => {
        const names: string[] = [];
        if (!(await backups.exists())) return names;
        for await (const { name } of backups.listBlobsFlat()) names.push(name);
        return names;
      },
    };
  }

  describeBackupStore('in blobs', () => open());
  describeBackupStore('in blobs that are moved in many blocks', () => open({ sizes: { blockInBytes: 2, atOnce: 2 } }));

  const place: PackagePlace = {
    projectId: guid(1),
    iterationId: guid(11),
    platform: 'CoreML',
    flavor: null,
    extension: 'CoreML',
  };
  const blob = `${guid(1)} - ${guid(11)}.CoreML`;

  it('stores a stream that is longer than what it holds of it at a time', async () => {
    const { store } = await open();
    const chunk = Buffer.alloc(3 * 1024 * 1024, 7);
    const stream = (async function* () {
      for (let sent = 0; sent < 7; sent += 1) yield await Promise.resolve(chunk);
    })();
    const kept = await store.keepStream(stream, null, place, signal);
    expect(kept.sizeInBytes).toBe(7 * chunk.length);
    expect(kept.sha256).toBe(sha256(Buffer.alloc(7 * chunk.length, 7)));
  });

  it('keeps no copy that is shorter than the blob that was found', async () => {
    const { store, putExported, names } = await open();
    await putExported(blob, Buffer.from('a model'));
    const [found] = await store.findExported(guid(1), guid(11), signal);
    await expect(store.keepExported({ ...found!, sizeInBytes: 8 }, place, signal)).rejects.toMatchObject({
      class: 'transient',
      code: 'COPY_INCOMPLETE',
    });
    expect((await names()).filter((name) => name.startsWith('models/'))).toEqual([]);
  });

  it('says which role is missing where the export container may not be read', async () => {
    const wrongKey = new StorageSharedKeyCredential('exports', Buffer.from('not the key').toString('base64'));
    const { store } = await open({ exportBlobs: new BlobServiceClient(azurite.blobUri('exports'), wrongKey) });
    const { message, hint } = await store.findExported(guid(1), guid(11), signal).then(
      () => ({ message: '', hint: '' }),
      (error: unknown) => error as { message: string; hint: string },
    );
    expect(message).toContain('403');
    expect(hint).toContain('Storage Blob Data Reader');
    expect(hint).toContain(EXPORTS);
  });

  it('reads an account by the signature in its connection string', async () => {
    const { putExported } = await open();
    await putExported(blob, Buffer.from('a model'));
    const { blobs } = connectStorage({ connectionString: azurite.connectionString('exports') });
    const signed = new URL(
      blobs.generateAccountSasUrl(new Date(Date.now() + 60_000), AccountSASPermissions.parse('rl'), 'sco'),
    );
    const { store } = await open({ exportBlobs: new BlobServiceClient(signed.href) });
    await putExported(blob, Buffer.from('a model'));
    const [found] = await store.findExported(guid(1), guid(11), signal);
    expect(await store.keepExported(found!, place, signal)).toMatchObject({ sha256: sha256(Buffer.from('a model')) });
  });

  it('gives no signature away where a copy fails', async () => {
    const { store, putExported, names } = await open();
    await putExported(blob, Buffer.from('a model'));
    const missing = { name: `${guid(1)} - ${guid(11)}.gone`, extension: 'gone', sizeInBytes: 7, etag: '"0x1"' };
    const error = await store.keepExported(missing, place, signal).then(
      () => new Error('It was copied.'),
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toMatchObject({ code: 'SOURCE_BLOB_CHANGED' });
    expect(`${error.message} ${error.stack ?? ''}`).not.toMatch(/sig=/);
    expect(await names()).toEqual([]);
  });
});
