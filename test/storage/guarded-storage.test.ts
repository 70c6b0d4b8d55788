import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import type { PackagePlace } from '../../src/backups/ports.ts';
import { newCatalogue } from '../../src/core/backups/catalogue.ts';
import { BACKUP_CONTAINER, STATE_CONTAINER } from '../../src/core/facts/storage-names.ts';
import { createBackupStore } from '../../src/storage/backup-store.ts';
import type { BlockSizes } from '../../src/storage/blob-blocks.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { guid } from '../support/builders.ts';
import {
  openDoor,
  refuseCopies,
  refuseDeletions,
  writeOnce,
  type Door,
  type Refusal,
} from '../support/immutable-blobs.ts';
import { sha256 } from '../support/memory-backups.ts';

/** How backups are kept in an account that refuses much of what another one allows. */

const EXPORTS = 'model-exports';
const PROJECT = guid(1);
const PLACE: PackagePlace = {
  projectId: PROJECT,
  iterationId: guid(11),
  platform: 'CoreML',
  flavor: null,
  extension: 'CoreML',
};
const BLOB = `${PROJECT} - ${guid(11)}.CoreML`;
const ETAG = '"0x8DC"';
const SIZES: BlockSizes = { blockInBytes: 4, atOnce: 3 };
const signal = new AbortController().signal;

let azurite: Azurite;
let service: string;

beforeAll(async () => {
  azurite = await startAzurite({ accounts: ['backups', 'exports'] });
  service = new URL(azurite.blobUri('backups')).origin;
}, 60_000);
afterAll(() => azurite.stop());

beforeEach(async () => {
  const { blobs } = connect('backups');
  const { blobs: exportBlobs } = connect('exports');
  for (const name of [BACKUP_CONTAINER, STATE_CONTAINER]) await blobs.getContainerClient(name).deleteIfExists();
  await exportBlobs.getContainerClient(EXPORTS).deleteIfExists();
});

function connect(account: string, door?: Door) {
  const connectionString = azurite.connectionString(account);
  return connectStorage({
    connectionString: door === undefined ? connectionString : connectionString.replace(service, door.origin),
  });
}

/** A store that sees both accounts through the door, and what lies behind it. */
function open(door?: Door, sizes: BlockSizes = SIZES) {
  const behind = connect('backups').blobs.getContainerClient(BACKUP_CONTAINER);
  const exports = connect('exports').blobs.getContainerClient(EXPORTS);
  const [{ blobs }, { blobs: exportBlobs }] = [connect('backups', door), connect('exports', door)];
  const store = createBackupStore({ blobs, exportBlobs, exportContainer: EXPORTS, sizes });
  return {
    store,
    behind,
    exported: async (model: string) => {
      await exports.createIfNotExists();
      await exports.getBlockBlobClient(BLOB).upload(model, model.length);
      const [found] = await store.findExported(PROJECT, PLACE.iterationId, signal);
      return found!;
    },
    read: async (name: string) => (await behind.getBlobClient(name).downloadToBuffer()).toString(),
    names: async () => {
      const names: string[] = [];
      for await (const { name } of behind.listBlobsFlat()) names.push(name);
      return names.sort();
    },
  };
}

async function* streamed(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

function blocksSent({ asked }: Door): number {
  return asked.filter(({ comp }) => comp === 'block').length;
}

describe('behind a firewall that lets nothing be copied by the service', () => {
  it.each<Refusal>([
    { status: 403, code: 'CannotVerifyCopySource' },
    { status: 403, code: 'AuthorizationFailure' },
    { status: 404, code: 'CannotVerifyCopySource' },
    { status: 409, code: 'CopySourceNotAccessible' },
  ])('a package is kept all the same: $status $code', async (refusal) => {
    await using door = await refuseCopies(service, refusal);
    const { store, exported, read } = open(door);
    const fromContainer = await store.keepExported(await exported('a model'), PLACE, signal);
    const fromStream = await store.keepStream(streamed('another model'), ETAG, PLACE, signal);
    expect(await read(fromContainer.blob)).toBe('a model');
    expect(await read(fromStream.blob)).toBe('another model');
    expect(fromStream.sha256).toBe(sha256(Buffer.from('another model')));
  });
});

describe('in a container where nothing is deleted', () => {
  it('a package is kept, and a newer one beside it, and nothing else is left', async () => {
    await using door = await refuseDeletions(service);
    const { store, exported, read, names } = open(door);
    const kept = [];
    for (const model of ['a model', 'a newer model']) {
      const { blob } = await store.keepExported(await exported(model), PLACE, signal);
      expect(await read(blob)).toBe(model);
      kept.push(blob);
    }
    expect(await names()).toEqual(kept.sort());
    expect(door.refused).toEqual([]);
  });
});

describe('in a container where everything is written once', () => {
  it('packages are kept and catalogued without a call that it refuses', async () => {
    await using door = await writeOnce(service, BACKUP_CONTAINER);
    const { store, behind, exported, read, names } = open(door);
    await behind.createIfNotExists();
    const kept = [];
    let etag: string | null = null;
    for (const model of ['a model', 'a newer model', 'the newest model']) {
      const { blob } = await store.keepExported(await exported(model), PLACE, signal);
      expect(await read(blob)).toBe(model);
      kept.push(blob);
      etag = (await store.catalogue(PROJECT).write(newCatalogue(PROJECT, model), etag, signal)).etag;
    }
    expect((await store.catalogue(PROJECT).read(signal))?.value.name).toBe('the newest model');
    expect(await store.listCatalogues(signal)).toEqual([PROJECT]);
    expect(await names()).toEqual(kept.sort());
    expect(door.refused).toEqual([]);
  });

  it('a catalogue that was there before the policy goes on among the state', async () => {
    const before = open();
    await before.store.catalogue(PROJECT).write(newCatalogue(PROJECT, 'before'), null);
    await using door = await writeOnce(service, BACKUP_CONTAINER);
    const { store } = open(door);
    // What the policy found there is written once, too.
    await using closed = await openDoor(service, {
      refuse: ({ method, path }) =>
        method === 'PUT' && path.startsWith(`/backups/${BACKUP_CONTAINER}/catalogue/`)
          ? { status: 409, code: 'BlobImmutableDueToPolicy' }
          : null,
    });
    const found = await before.store.catalogue(PROJECT).read();
    const moved = await open(closed).store.catalogue(PROJECT).write(newCatalogue(PROJECT, 'after'), found!.etag);
    await expect(
      open(closed).store.catalogue(PROJECT).write(newCatalogue(PROJECT, 'late'), found!.etag),
    ).rejects.toMatchObject({ class: 'conflict' });
    await store.catalogue(PROJECT).write(newCatalogue(PROJECT, 'later'), moved.etag);
    expect((await store.catalogue(PROJECT).read())?.value.name).toBe('later');
    expect(await store.listCatalogues()).toEqual([PROJECT]);
  });

  it('a package whose entry was lost is found as it is, and not sent again', async () => {
    await using door = await writeOnce(service, BACKUP_CONTAINER);
    const { store, exported } = open(door);
    const first = await store.keepExported(await exported('a model'), PLACE, signal);
    const sent = blocksSent(door);
    const [again] = await store.findExported(PROJECT, PLACE.iterationId, signal);
    expect(await store.keepExported(again!, PLACE, signal)).toEqual(first);
    expect(blocksSent(door)).toBe(sent);
    expect(door.refused).toEqual([]);
  });

  it('what another was quicker to store is not taken for a failure', async () => {
    await using door = await writeOnce(service, BACKUP_CONTAINER);
    const { store } = open(door);
    const racing = [1, 2].map(() => store.keepStream(streamed('a model'), ETAG, PLACE, signal));
    const [one, other] = await Promise.all(racing);
    expect(one).toEqual(other);
  });
});

describe('an upload that was cut short', () => {
  const MODEL = 'a model of many blocks';

  async function cutShort(store: ReturnType<typeof open>['store']): Promise<void> {
    const broken = (async function* () {
      yield* streamed(MODEL.slice(0, 12));
      throw new Error('broken off');
    })();
    await expect(store.keepStream(broken, ETAG, PLACE, signal)).rejects.toThrow('broken off');
  }

  it('leaves no blob, does not block its name, and is gone on with from the blocks that arrived', async () => {
    await using door = await openDoor(service);
    const { store, names, read } = open(door);
    await cutShort(store);
    expect(await names()).toEqual([]);
    const before = blocksSent(door);
    const kept = await store.keepStream(streamed(MODEL), ETAG, PLACE, signal);
    expect(await read(kept.blob)).toBe(MODEL);
    expect(kept.sha256).toBe(sha256(Buffer.from(MODEL)));
    expect(before).toBeGreaterThan(0);
    expect(blocksSent(door)).toBe(Math.ceil(MODEL.length / SIZES.blockInBytes));
  });

  it('lends no block to a package of other content', async () => {
    const { store, read } = open();
    await cutShort(store);
    const other = MODEL.toUpperCase();
    const kept = await store.keepStream(streamed(other), ETAG, PLACE, signal);
    expect(await read(kept.blob)).toBe(other);
  });

  it('says what failed where a block is refused, and sends no more', async () => {
    await using door = await openDoor(service, {
      refuse: ({ comp }) => (comp === 'block' ? { status: 403, code: 'AuthorizationPermissionMismatch' } : null),
    });
    const { store } = open(door);
    await expect(store.keepStream(streamed(MODEL.repeat(50)), ETAG, PLACE, signal)).rejects.toMatchObject({
      class: 'auth',
      code: 'AuthorizationPermissionMismatch',
    });
    expect(blocksSent(door)).toBeLessThanOrEqual(2 * SIZES.atOnce);
  });
});

it('blocks are sent several at a time, and never more than may be held', async () => {
  await using door = await openDoor(service, { blockTakesMs: 30 });
  const { store, exported, read } = open(door);
  const model = 'm'.repeat(100);
  const { blob } = await store.keepExported(await exported(model), PLACE, signal);
  expect(await read(blob)).toBe(model);
  expect(door.mostAtOnce).toBe(SIZES.atOnce);
  const reads = door.asked.filter(({ method, path }) => method === 'GET' && path.includes(`/${EXPORTS}/`));
  expect(reads).toHaveLength(25);
});
