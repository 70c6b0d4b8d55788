import { newCatalogue } from '../../src/core/backups/catalogue.ts';
import type { BackupStore, PackagePlace } from '../../src/backups/ports.ts';
import { guid } from '../support/builders.ts';
import { sha256 } from '../support/memory-backups.ts';

/** A backup store to try, with the service's and a stranger's view of its two containers. */
export interface BackupStoreUnderTest {
  readonly store: BackupStore;
  /** Writes a blob as the service exports it. */
  readonly putExported: (name: string, bytes: Buffer) => Promise<void>;
  /** Writes, reads, removes and lists blobs among the backups. */
  readonly put: (name: string, bytes: Buffer) => Promise<void>;
  readonly get: (name: string) => Promise<Buffer | null>;
  readonly remove: (name: string) => Promise<void>;
  readonly names: () => Promise<string[]>;
}

const PROJECT = guid(1);
const ITERATION = guid(11);
const PLACE: PackagePlace = {
  projectId: PROJECT,
  iterationId: ITERATION,
  platform: 'ONNX',
  flavor: 'ONNX12',
  extension: 'ONNX',
};
const ETAG = '"0x8DC"';
const MODEL = Buffer.from('a model');
const BLOB = `${PROJECT} - ${ITERATION}.ONNX`;
const signal = new AbortController().signal;

/** A package's name is made of the ETag of what it is made from. */
function nameOf(etag: string): string {
  return sha256(Buffer.from(etag)).slice(0, 16);
}

async function* streamed(...chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** What a backup store promises; each test begins with empty containers. */
export function describeBackupStore(name: string, open: () => Promise<BackupStoreUnderTest>): void {
  describe(`a backup store ${name}`, () => {
    let opened: BackupStoreUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    const exported = async () => {
      const [blob] = await opened.store.findExported(PROJECT, ITERATION, signal);
      if (blob === undefined) throw new Error('Nothing was exported.');
      return blob;
    };

    it('finds what the service exported for an iteration, whatever its extension, and nothing else', async () => {
      expect(await opened.store.findExported(PROJECT, ITERATION, signal)).toEqual([]);
      await opened.putExported(BLOB, MODEL);
      await opened.putExported(`${PROJECT} - ${ITERATION}.zip`, Buffer.alloc(0));
      await opened.putExported(`${PROJECT} - ${guid(12)}.ONNX`, MODEL);
      await opened.putExported(`${PROJECT} - ${ITERATION}`, MODEL);
      const found = await opened.store.findExported(PROJECT, ITERATION, signal);
      expect(found.map(({ extension, sizeInBytes }) => [extension, sizeInBytes])).toEqual([
        ['ONNX', MODEL.length],
        ['zip', 0],
      ]);
    });

    it('copies an exported blob to a name of its own, and hashes the copy', async () => {
      await opened.putExported(BLOB, MODEL);
      const kept = await opened.store.keepExported(await exported(), PLACE, signal);
      expect(kept).toMatchObject({ sha256: sha256(MODEL), sizeInBytes: MODEL.length });
      const { etag } = await exported();
      expect(kept.blob).toBe(`models/${PROJECT}/${ITERATION}/ONNX-ONNX12/${nameOf(etag)}.ONNX`);
      expect(await opened.get(kept.blob)).toEqual(MODEL);
      expect(await opened.store.stat(kept.blob, signal)).toEqual({ sizeInBytes: MODEL.length, etag: kept.etag });
      expect(await opened.names()).toEqual([kept.blob]);
    });

    it('keeps the same content once, and other content beside it', async () => {
      await opened.putExported(BLOB, MODEL);
      const first = await opened.store.keepExported(await exported(), PLACE, signal);
      await opened.putExported(BLOB, MODEL);
      expect(await opened.store.keepExported(await exported(), PLACE, signal)).toEqual(first);
      await opened.putExported(BLOB, Buffer.from('another model'));
      const other = await opened.store.keepExported(await exported(), PLACE, signal);
      expect(await opened.get(first.blob)).toEqual(MODEL);
      expect(await opened.names()).toEqual([first.blob, other.blob].sort());
    });

    it('keeps the same of a stream as of a blob', async () => {
      await opened.putExported(BLOB, MODEL);
      const copied = await opened.store.keepExported(await exported(), PLACE, signal);
      const halves = [MODEL.subarray(0, 3), MODEL.subarray(3)];
      expect(await opened.store.keepStream(streamed(...halves), null, PLACE, signal)).toEqual(copied);
    });

    it('copies no other version of a blob than the one that was found', async () => {
      await opened.putExported(BLOB, MODEL);
      const found = await exported();
      await opened.putExported(BLOB, Buffer.from('overwritten'));
      await expect(opened.store.keepExported(found, PLACE, signal)).rejects.toMatchObject({
        class: 'conflict',
        code: 'SOURCE_BLOB_CHANGED',
      });
      expect(await opened.names()).toEqual([]);
    });

    it('keeps nothing that is empty', async () => {
      await opened.putExported(BLOB, Buffer.alloc(0));
      await expect(opened.store.keepExported(await exported(), PLACE, signal)).rejects.toMatchObject({
        code: 'MODEL_EMPTY',
      });
      await expect(opened.store.keepStream(streamed(), null, PLACE, signal)).rejects.toMatchObject({
        code: 'MODEL_EMPTY',
      });
      expect(await opened.names()).toEqual([]);
    });

    it('keeps nothing of a stream that breaks off', async () => {
      const broken = (async function* () {
        yield await Promise.resolve(MODEL);
        throw new Error('broken off');
      })();
      await expect(opened.store.keepStream(broken, null, PLACE, signal)).rejects.toThrow('broken off');
      expect(await opened.names()).toEqual([]);
    });

    it('leaves a damaged copy as it is and keeps the content under another name', async () => {
      const first = await opened.store.keepStream(streamed(MODEL), ETAG, PLACE, signal);
      await opened.put(first.blob, Buffer.from('damaged'));
      const second = await opened.store.keepStream(streamed(MODEL), ETAG, PLACE, signal);
      expect(second.blob).toBe(first.blob.replace('.ONNX', '-2.ONNX'));
      expect(await opened.get(first.blob)).toEqual(Buffer.from('damaged'));
      expect(await opened.get(second.blob)).toEqual(MODEL);
    });

    it('makes a plain name of whatever platform and extension it is given', async () => {
      const place = { ...PLACE, platform: '../x y', flavor: null, extension: 'a/b' };
      const { blob } = await opened.store.keepStream(streamed(MODEL), ETAG, place, signal);
      expect(blob).toBe(`models/${PROJECT}/${ITERATION}/_x_y/${nameOf(ETAG)}.a_b`);
    });

    it('tells what is there, and hashes it as it is now', async () => {
      const { blob } = await opened.store.keepStream(streamed(MODEL), ETAG, PLACE, signal);
      expect(await opened.store.hash(blob, signal)).toMatchObject({ sha256: sha256(MODEL) });
      await opened.put(blob, Buffer.from('b model'));
      expect(await opened.store.hash(blob, signal)).toMatchObject({ sha256: sha256(Buffer.from('b model')) });
      await opened.remove(blob);
      expect(await opened.store.hash(blob, signal)).toBeNull();
      expect(await opened.store.stat(blob, signal)).toBeNull();
    });

    it('keeps a catalogue per project, each version written once', async () => {
      expect(await opened.store.listCatalogues()).toEqual([]);
      const document = opened.store.catalogue(PROJECT);
      expect(await document.read()).toBeNull();
      const { etag } = await document.write(newCatalogue(PROJECT, 'Shop'), null);
      await opened.store.catalogue(guid(2)).write(newCatalogue(guid(2), 'Farm'), null);
      expect(await opened.store.listCatalogues()).toEqual([PROJECT, guid(2)]);
      await document.write(newCatalogue(PROJECT, 'Shop 2'), etag);
      await expect(document.write(newCatalogue(PROJECT, 'Shop 3'), etag)).rejects.toMatchObject({ class: 'conflict' });
      expect((await document.read())?.value.name).toBe('Shop 2');
    });

    it('refuses ids that are no GUIDs', () => {
      expect(() => opened.store.catalogue('../sweep')).toThrow('GUID');
    });
  });
}
