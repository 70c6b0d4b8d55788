import type { PackagePlace } from '../../src/backups/ports.ts';
import { newCatalogue } from '../../src/core/backups/catalogue.ts';
import { newSweepState } from '../../src/core/facts/sweep-state.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import { triggerQueues } from '../../src/core/facts/functions.ts';
import { isFailure } from '../../src/core/facts/failure.ts';
import { createBackupStore } from '../../src/storage/backup-store.ts';
import { connectStorage, type StorageClients } from '../../src/storage/connections.ts';
import { createIntegrationStorage } from '../../src/storage/integration-storage.ts';
import { createProjectLeases } from '../../src/storage/project-lease.ts';
import { createRecordStore } from '../../src/storage/record-store.ts';
import { createRejectedNotifications } from '../../src/storage/rejected-notifications.ts';
import { createTriggerQueues } from '../../src/storage/trigger-queues.ts';
import { createWorkQueue } from '../../src/storage/work-queue.ts';
import { aRecord, guid } from '../support/builders.ts';
import { EVERY_STOP, startSilentServer, type SilentServer, type Stop } from '../support/silent-server.ts';

/** Of one try; a call may take four and a half times as long. */
const TRY_LIMIT_IN_MS = 80;
const NOW = '2026-01-05T08:00:00.000Z';
const ID = guid(1);
const PLACE: PackagePlace = { projectId: ID, iterationId: guid(11), platform: 'ONNX', flavor: null, extension: 'zip' };
const EXPORTED = { name: `${ID} - ${guid(11)}.zip`, extension: 'zip', etag: '"0x8D"', sizeInBytes: 7 };
const clock = { now: () => new Date(NOW) };
const signal = new AbortController().signal;

interface Opened {
  readonly clients: StorageClients;
  readonly server: SilentServer;
}

type Operation = (opened: Opened) => Promise<unknown>;

const records = ({ clients }: Opened) => createRecordStore(clients.blobs);
const rejected = ({ clients }: Opened) => createRejectedNotifications(clients.queues, { clock, mask: (text) => text });
const leases = ({ clients }: Opened) => createProjectLeases(clients.blobs, { clock, every: () => () => undefined });
const integration = ({ clients }: Opened) =>
  createIntegrationStorage(clients, { container: 'model-exports', queue: 'notifications' });

function backups({ clients: { blobs } }: Opened) {
  const options = { blobs, exportBlobs: blobs, exportContainer: 'model-exports', clock };
  return createBackupStore(options);
}

async function* model(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('a model'));
}

/** Every operation of the adapters that asks storage for anything. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  'reading a record': (opened) => records(opened).record(ID).read(),
  'writing a record': (opened) =>
    records(opened)
      .record(ID)
      .write(aRecord({ sourceProjectId: ID }), null),
  'listing the records': (opened) => records(opened).list(),
  'archiving a record': (opened) =>
    records(opened).archive({ value: aRecord({ sourceProjectId: ID }), etag: '"0x8D"' }, new Date(NOW)),
  'reading a decision': (opened) => records(opened).decision(ID).read(),
  'listing the decisions': (opened) => records(opened).listDecisions(),
  'reading the installation': (opened) => records(opened).installation.read(),
  'reading the sweep state': (opened) => records(opened).sweep.read(),
  'writing the sweep state': (opened) => records(opened).sweep.write(newSweepState(NOW), '"0x8D"'),
  'reading the routing': (opened) => records(opened).routing.read(),
  'taking a lease': (opened) => leases(opened).acquire(ID),
  'giving a lease back': async (opened) => {
    opened.server.answerFirst(201);
    const lease = await leases(opened).acquire(ID);
    return lease?.release();
  },
  'enqueuing work': ({ clients }) => createWorkQueue(clients.queues).enqueue(workItem(ID, 'request'), 0),
  'keeping a rejected notification': (opened) => rejected(opened).add({ reason: 'odd', text: 'odd' }),
  'counting the rejected notifications': (opened) => rejected(opened).count(),
  'making queue and container of the integration': (opened) => integration(opened).ensure(signal),
  'looking at the queue of a function': ({ clients: { queues } }) => {
    const [work] = triggerQueues('notifications');
    return createTriggerQueues({ own: queues, integration: queues }).peek(work!, signal);
  },
  'reading a catalogue': (opened) => backups(opened).catalogue(ID).read(),
  'writing a catalogue': (opened) => backups(opened).catalogue(ID).write(newCatalogue(ID, 'Shop'), null),
  'listing the catalogues': (opened) => backups(opened).listCatalogues(signal),
  'looking for exported models': (opened) => backups(opened).findExported(ID, PLACE.iterationId, signal),
  'keeping an exported model': (opened) => backups(opened).keepExported(EXPORTED, PLACE, signal),
  'keeping a downloaded model': (opened) => backups(opened).keepStream(model(), null, PLACE, signal),
  'looking for a backup': (opened) => backups(opened).stat('models/a', signal),
  'hashing a backup': (opened) => backups(opened).hash('models/a', signal),
};

/** An answer to these is whole without a body. */
const HEADERS_SUFFICE: ReadonlySet<string> = new Set(['looking for a backup']);

const KEY = Buffer.from('a storage account key').toString('base64');

async function outcome(name: string, stop: Stop): Promise<unknown> {
  await using server = await startSilentServer(stop);
  const uri = `${server.origin}/things`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=things;AccountKey=${KEY};BlobEndpoint=${uri};QueueEndpoint=${uri};`;
  const clients = connectStorage({ connectionString }, TRY_LIMIT_IN_MS, TRY_LIMIT_IN_MS / 2);
  return await OPERATIONS[name]!({ clients, server }).then(
    () => 'an answer',
    (error: unknown) => (isFailure(error) ? error.code : error),
  );
}

describe('where storage takes connections and stops in the middle', () => {
  it.each(Object.keys(OPERATIONS))(
    '%s ends by its deadline, wherever that is, and says that storage is out of reach',
    async (name) => {
      const stops = EVERY_STOP.filter(
        ({ point }) => !HEADERS_SUFFICE.has(name) || !['headers sent', 'half of the body sent'].includes(point),
      );
      const ended = await Promise.all(stops.map(async (stop) => ({ ...stop, code: await outcome(name, stop) })));
      expect(ended).toEqual(stops.map((stop) => ({ ...stop, code: 'STORAGE_UNREACHABLE' })));
    },
  );
});
