import { createServer, type AddressInfo } from 'node:net';
import { connectStorage, type StorageConnection } from '../../src/storage/connections.ts';
import { createBackupStore } from '../../src/storage/backup-store.ts';
import { createRecordStore } from '../../src/storage/record-store.ts';
import { startSilentServer, type Stop } from '../support/silent-server.ts';

const TRY_LIMIT_IN_MS = 80;
const signal = new AbortController().signal;

function connectionTo(origin: string): StorageConnection {
  const uri = `${origin}/things`;
  const key = Buffer.from('a storage account key').toString('base64');
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=things;AccountKey=${key};BlobEndpoint=${uri};QueueEndpoint=${uri};`,
  };
}

function storeAt(origin: string) {
  return createRecordStore(connectStorage(connectionTo(origin), TRY_LIMIT_IN_MS).blobs);
}

function backupsAt(origin: string) {
  const { blobs } = connectStorage(connectionTo(origin), TRY_LIMIT_IN_MS);
  const options = { blobs, exportBlobs: blobs, exportContainer: 'exports', clock: { now: () => new Date() } };
  return createBackupStore(options);
}

it.each<Stop & { readonly says: RegExp }>([
  {
    point: 'accepted',
    end: 'silent',
    says: /^Reading the blob sweep.json failed: no answer within 0.08 s, in each of 4 tries$/,
  },
  { point: 'headers sent', end: 'silent', says: /^Reading the blob sweep.json failed: Data corruption failure/ },
  {
    point: 'half of the body sent',
    end: 'silent',
    says: /^Reading the blob sweep.json failed: Data corruption failure/,
  },
])('the failure says what was waited for where a server has $point and is $end', async ({ says, ...stop }) => {
  await using server = await startSilentServer(stop);
  await expect(storeAt(server.origin).sweep.read()).rejects.toMatchObject({
    code: 'STORAGE_UNREACHABLE',
    class: 'transient',
    message: expect.stringMatching(says) as string,
  });
});

it('a try that runs out of time is made again, and the call goes on where that one is answered', async () => {
  let tries = 0;
  // The first two connections stay silent.
  const server = createServer((socket) => {
    tries += 1;
    socket.on('error', () => undefined);
    if (tries <= 2) return void socket.resume();
    socket.on('data', () => {
      const code = 'x-ms-error-code: BlobNotFound\r\ncontent-type: application/xml\r\n';
      const body = '<?xml version="1.0"?><Error><Code>BlobNotFound</Code><Message>No.</Message></Error>';
      socket.end(`HTTP/1.1 404 No\r\n${code}content-length: ${body.length}\r\n\r\n${body}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await storeAt(`http://127.0.0.1:${port}`).sweep.read()).toBeNull();
  expect(tries).toBe(3);
  server.close();
});

it('a transfer that takes longer than any call may is not cut off as long as it goes on', async () => {
  const pieces = 12;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\netag: "0x8D"\r\nconnection: close\r\ncontent-length: ${pieces}\r\n\r\n`);
      let sent = 0;
      const timer = setInterval(() => {
        sent += 1;
        socket.write('m');
        if (sent === pieces) clearInterval(timer);
      }, TRY_LIMIT_IN_MS / 2);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hashed = await backupsAt(`http://127.0.0.1:${port}`).hash('models/a', signal);
  expect(hashed).toMatchObject({ sizeInBytes: pieces });
  server.close();
});

it("a caller's own deadline ends a call at once, with its own reason", async () => {
  await using server = await startSilentServer({ point: 'asked', end: 'silent' });
  const reason = new Error('the caller is in a hurry');
  const caller = new AbortController();
  const { blobs } = connectStorage(connectionTo(server.origin));
  const reading = createRecordStore(blobs).sweep.read(caller.signal);
  setTimeout(() => caller.abort(reason), TRY_LIMIT_IN_MS);
  await expect(reading).rejects.toBe(reason);
});

it('an identity that gives no token, and heeds no signal, holds nothing up', async () => {
  const credential = { getToken: () => new Promise<never>(() => undefined) };
  const [blobServiceUri, queueServiceUri] = ['https://127.0.0.1:9/things', 'https://127.0.0.1:9/things'];
  const { blobs } = connectStorage({ blobServiceUri, queueServiceUri, credential }, TRY_LIMIT_IN_MS, 0);
  await expect(createRecordStore(blobs).sweep.read()).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
});
