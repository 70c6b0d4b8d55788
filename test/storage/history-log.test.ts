import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { historyEntry, type HistoryEntry } from '../../src/core/facts/history.ts';
import { STATE_CONTAINER } from '../../src/core/facts/storage-names.ts';
import type { HistoryLog } from '../../src/replicator/ports/storage.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { createHistoryLog } from '../../src/storage/history-log.ts';
import { MemoryHistory } from '../support/memory-history.ts';

const SHOP = '0f8fad5b-d9cb-469f-a165-70867728950e';
const FARM = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

function entry(id: string, at: string, projectId: string | null = SHOP): HistoryEntry {
  return historyEntry({ id, at, event: 'copy.protected', projectId, evidence: { images: 3 } });
}

const JANUARY = entry('a', '2026-01-05T08:00:00.000Z');
const FEBRUARY = entry('b', '2026-02-05T08:00:00.000Z');
const OF_FARM = entry('c', '2026-01-07T08:00:00.000Z', FARM);
const OF_APP = entry('d', '2026-01-06T08:00:00.000Z', null);

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);
afterAll(() => azurite.stop());

describe.each(['in memory', 'on Azurite'])('the history %s', (where) => {
  let log: HistoryLog;
  let put: (name: string, line: string) => Promise<void>;

  beforeEach(async () => {
    if (where === 'in memory') {
      const memory = new MemoryHistory();
      log = memory;
      put = (name, line) => {
        memory.put(name, line);
        return Promise.resolve();
      };
      return;
    }
    const { blobs } = connectStorage({ connectionString: azurite.connectionString() });
    const container = blobs.getContainerClient(STATE_CONTAINER);
    await container.deleteIfExists();
    log = createHistoryLog(blobs);
    put = async (name, line) => {
      const blob = container.getAppendBlobClient(`${name}.jsonl`);
      await blob.createIfNotExists();
      await blob.appendBlock(line, Buffer.byteLength(line));
    };
  });

  it('is empty before the first entry', async () => {
    expect(await log.read(null, null)).toEqual({ entries: [], unreadable: 0 });
    expect(await log.read(SHOP, null)).toEqual({ entries: [], unreadable: 0 });
  });

  it('is read by project, for the app, or whole, oldest first', async () => {
    await log.append([FEBRUARY, OF_APP]);
    await log.append([JANUARY, OF_FARM]);
    expect((await log.read(SHOP, null)).entries).toEqual([JANUARY, FEBRUARY]);
    expect((await log.read('app', null)).entries).toEqual([OF_APP]);
    expect((await log.read(null, null)).entries).toEqual([JANUARY, OF_APP, OF_FARM, FEBRUARY]);
  });

  it('reads an entry once that was written twice', async () => {
    await log.append([JANUARY]);
    await log.append([JANUARY, FEBRUARY]);
    expect((await log.read(SHOP, null)).entries).toEqual([JANUARY, FEBRUARY]);
  });

  it('is read from a time on', async () => {
    const later = entry('e', '2026-02-05T08:00:00.001Z');
    await log.append([JANUARY, FEBRUARY, later]);
    expect((await log.read(SHOP, new Date(later.at))).entries).toEqual([later]);
  });

  it('takes many at once, from several writers, and loses none', async () => {
    const entries = Array.from({ length: 200 }, (_, number) => entry(`n${number}`, JANUARY.at));
    await Promise.all(entries.map((one) => log.append([one])));
    expect((await log.read(SHOP, null)).entries).toHaveLength(200);
  });

  it('takes more than one block holds', async () => {
    const long = { ...JANUARY.evidence, message: 'x'.repeat(1_500_000) };
    const entries = ['p', 'q', 'r', 's'].map((id) => ({ ...entry(id, JANUARY.at), evidence: long }));
    await log.append(entries);
    expect((await log.read(SHOP, null)).entries.map(({ id }) => id)).toEqual(['p', 'q', 'r', 's']);
  });

  it('counts lines that are no entry, and reads the others', async () => {
    await log.append([JANUARY]);
    await put(`history/${SHOP}/2026-01`, 'half a li\n{"schemaVersion":9}\n');
    expect(await log.read(SHOP, null)).toEqual({ entries: [JANUARY], unreadable: 2 });
  });

  it('refuses to name a blob by what is no project id', async () => {
    await expect(async () => log.append([{ ...JANUARY, projectId: '../x' }])).rejects.toMatchObject({
      code: 'INVALID_PROJECT_ID',
    });
  });
});
