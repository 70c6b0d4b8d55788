import { z } from 'zod';
import { bindings } from '../../src/app/bindings.ts';
import { findConnection } from '../../src/local/host/connections.ts';
import type { StorageConfig } from '../../src/settings/storage-settings.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { CONNECTION, readSettings, rowsOf } from './functions-host/rows.ts';

const credential = { getToken: () => Promise.resolve(null) };

/** The address of the queue service that the app calls, without its signature. */
function queuesOf(storage: StorageConfig): string {
  const connection = storage.kind === 'connectionString' ? storage : { ...storage, credential };
  const { origin, pathname } = new URL(connectStorage(connection).queues.url);
  return `${origin}${pathname}`;
}

const connections = rowsOf(
  'connections.jsonl',
  z.object({
    settings: z.record(z.string(), z.string()),
    queues: z.string().optional(),
    refused: z.string().optional(),
  }),
);

/** What the host takes and this app does not: it could be meant otherwise, or names one service where two are used. */
const REFUSED_HERE = [
  { REPLICATOR_STORAGE: 'QueueEndpoint=https://aaa.queue.core.windows.net;SharedAccessSignature=sv=1&sig=x' },
  { REPLICATOR_STORAGE__accountName: 'https://aaa.queue.core.windows.net' },
  { REPLICATOR_STORAGE__accountName: 'aaa', REPLICATOR_STORAGE__credential: 'managed-identity' },
  {
    REPLICATOR_STORAGE__accountName: 'aaa',
    REPLICATOR_STORAGE__clientId: '11111111-1111-1111-1111-111111111111',
  },
  { REPLICATOR_STORAGE__queueServiceUri: 'https://aaa.queue.core.windows.net' },
  { REPLICATOR_STORAGE__serviceUri: 'https://aaa.queue.core.windows.net' },
  { REPLICATOR_STORAGE__serviceUri: 'https://aaa.blob.core.windows.net' },
  {
    REPLICATOR_STORAGE__blobServiceUri: 'https://aaa.blob.core.windows.net',
    REPLICATOR_STORAGE__queueServiceUri: 'https://aaa.queue.core.windows.net',
    REPLICATOR_STORAGE__accountName: 'bbb',
  },
  {
    REPLICATOR_STORAGE__blobServiceUri: 'https://aaa.blob.core.windows.net',
    REPLICATOR_STORAGE__queueServiceUri: '',
    REPLICATOR_STORAGE__accountName: 'aaa',
  },
  {
    REPLICATOR_STORAGE__blobServiceUri: 'https://aaa.blob.core.windows.net/x',
    REPLICATOR_STORAGE__queueServiceUri: 'https://aaa.queue.core.windows.net/x',
  },
  {
    REPLICATOR_STORAGE__serviceUri: 'https://ccc.queue.core.windows.net',
    REPLICATOR_STORAGE__queueServiceUri: 'https://aaa.queue.core.windows.net',
  },
  {
    REPLICATOR_STORAGE:
      'DefaultEndpointsProtocol=https;AccountName=ccc;AccountKey=AAAA;EndpointSuffix=core.windows.net',
    REPLICATOR_STORAGE__accountName: 'aaa',
  },
  {
    REPLICATOR_STORAGE:
      'DefaultEndpointsProtocol=https;AccountName=ccc;AccountKey=AAAA;EndpointSuffix=core.windows.net',
    REPLICATOR_STORAGE__blobServiceUri: 'https://aaa.blob.core.windows.net',
    REPLICATOR_STORAGE__queueServiceUri: 'https://aaa.queue.core.windows.net',
  },
].map((settings) => JSON.stringify(settings));

describe('the settings of a storage account', () => {
  it('that the host takes and this app does not are these', () => {
    const taken = connections.filter(({ queues }) => queues !== undefined).map(({ settings }) => settings);
    const refused = taken.filter((settings) => readSettings(settings).config === null);
    expect(refused.map((settings) => JSON.stringify(settings))).toEqual(REFUSED_HERE);
  });

  it.each(connections)('are read as the host reads them, or refused: $settings', ({ settings, queues }) => {
    const { config, problems } = readSettings(settings);
    if (queues === undefined) expect(problems).not.toEqual([]);
    if (config === null) return;
    expect(queuesOf(config.storage)).toBe(new URL(queues ?? '').href);
  });

  it.each(connections)('are refused or taken by the local host as by the app: $settings', ({ settings }) => {
    const { config } = readSettings(settings);
    const local = (): unknown => findConnection('REPLICATOR_STORAGE', settings) ?? 'none';
    if (config !== null) expect(local()).toEqual(config.storage);
    else if (Object.values(settings).every((text) => text === '')) expect(local).not.toThrow();
    else expect(local).toThrow('Expected');
  });

  /** The same rows for the other account. */
  const others = connections.map(({ settings, queues }) => ({
    queues,
    settings: Object.fromEntries(
      Object.entries(settings).map(([name, text]) => [
        name.replace(/replicator_storage/i, 'INTEGRATION_STORAGE'),
        text,
      ]),
    ),
  }));

  it.each(others)('of the notifications bind the triggers to the account that the app uses: $settings', (row) => {
    const { config, problems } = readSettings({ REPLICATOR_STORAGE: CONNECTION, ...row.settings });
    const { notificationConnection, workConnection } = bindings(row.settings);
    expect(workConnection).toBe('REPLICATOR_STORAGE');
    if (notificationConnection === 'REPLICATOR_STORAGE') {
      // Nothing is said of another account, so that the host is not asked for one.
      expect(Object.values(row.settings).every((text) => text === '')).toBe(true);
      expect([config?.integrationStorage, problems]).toEqual([null, []]);
      return;
    }
    expect(config?.integrationStorage === null).toBe(false);
    if (row.queues === undefined) expect(problems).not.toEqual([]);
    if (config !== null) expect(queuesOf(config.integrationStorage!)).toBe(new URL(row.queues ?? '').href);
  });
});
