// How long a model package takes from one account to another where each request is slow, as between regions: block by
// block, and as the app does it. Both in one run, through the same door, so that their ratio can be compared anywhere.
//
//   node scripts/measure-packages.mjs [--megabytes 64] [--latency-ms 40] [--megabytes-per-second 6]
//
// `--megabytes-per-second` is what one connection carries; the storage is the emulator.
import { createServer, request } from 'node:http';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startAzurite } from '../src/local/azurite.ts';
import { createBackupStore } from '../src/storage/backup-store.ts';
import { BLOCK_SIZES } from '../src/storage/blob-blocks.ts';
import { connectStorage } from '../src/storage/connections.ts';

const MEGABYTE = 1024 * 1024;
const PROJECT = '00000000-0000-4000-8000-000000000001';
const ITERATION = '00000000-0000-4000-8000-000000000011';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '64' },
    'latency-ms': { type: 'string', default: '40' },
    'megabytes-per-second': { type: 'string', default: '6' },
  },
});
const megabytes = Number(values.megabytes);
const latencyInMs = Number(values['latency-ms']);
const bytesPerMs = (Number(values['megabytes-per-second']) * MEGABYTE) / 1_000;
const signal = new AbortController().signal;

const azurite = await startAzurite({ accounts: ['backups', 'exports'] });
const { origin } = new URL(azurite.blobUri('backups'));
const door = await slowDoor(origin);
try {
  await upload();
  print(`${megabytes} MB, ${latencyInMs} ms before each answer, ${values['megabytes-per-second']} MB/s a connection`);
  const oneByOne = await measure('one block at a time', { ...BLOCK_SIZES, atOnce: 1 });
  const asShipped = await measure(`${BLOCK_SIZES.atOnce} at a time, as shipped`, BLOCK_SIZES);
  print(`${(oneByOne / asShipped).toFixed(1)} times as fast`);
} finally {
  door.close();
  await azurite.stop();
}

async function upload() {
  const { blobs } = connectStorage({ connectionString: azurite.connectionString('exports') });
  const container = blobs.getContainerClient('model-exports');
  await container.createIfNotExists();
  const blob = container.getBlockBlobClient(`${PROJECT} - ${ITERATION}.ONNX`);
  await blob.uploadData(Buffer.alloc(megabytes * MEGABYTE, 7), { blockSize: 8 * MEGABYTE });
}

/** Keeps the package anew; answers with the milliseconds that took. */
async function measure(name, sizes) {
  const [blobs, exportBlobs] = ['backups', 'exports'].map((account) => {
    const connectionString = azurite.connectionString(account).replace(origin, door.origin);
    return connectStorage({ connectionString }, 120_000).blobs;
  });
  await blobs.getContainerClient('model-backups').deleteIfExists();
  const store = createBackupStore({ blobs, exportBlobs, exportContainer: 'model-exports', sizes });
  const [exported] = await store.findExported(PROJECT, ITERATION, signal);
  const place = { projectId: PROJECT, iterationId: ITERATION, platform: 'ONNX', flavor: null, extension: 'ONNX' };
  const start = performance.now();
  await store.keepExported(exported, place, signal);
  const tookMs = performance.now() - start;
  const speed = ((megabytes * 1_000) / tookMs).toFixed(1);
  print(`${speed.padStart(6)} MB/s  ${(tookMs / 1_000).toFixed(1).padStart(6)} s  ${name}`);
  return tookMs;
}

/** In front of the storage: each request waits, and its bytes come and go at the pace of one connection. */
async function slowDoor(service) {
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = request(new URL(url, service), { method, headers }, (answer) => {
      void sleep(latencyInMs).then(() => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(paced()).pipe(outgoing);
      });
    });
    onward.on('error', (error) => outgoing.destroy(error));
    incoming.pipe(paced()).pipe(onward);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => server.closeAllConnections() || server.close(),
  };
}

function paced() {
  return new Transform({
    transform(chunk, _encoding, done) {
      setTimeout(() => done(null, chunk), chunk.length / bytesPerMs);
    },
  });
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
