// How much memory the app needs: each scenario in a local function host of its own, with what the kernel says was the
// most that its process ever held. Linux only.
//
//   node scripts/measure-memory.mjs [--projects 100] [--images 100000] [--package-megabytes 512] [--limit MEGABYTES] [--only TEXT]
//
// Without a limit V8 takes more than it needs. --limit has each host run in a control group of so much memory, which
// takes root: what needs more is killed, and this ends with it.
import { BlobServiceClient } from '@azure/storage-blob';
import { build } from 'esbuild';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { eventsOf, projectSeed, startHost, startSystem, sweep, until, untilKept } from './measure/system.mjs';

const MEGABYTE = 1024 * 1024;
const PAGES_AT_ONCE = 8;
/** Between two of one reader. */
const PAGE_PAUSE_IN_MS = 3_000;
const APP = 'dist/main.cjs';
/** More than the service allows: memory under more haste than can be. */
const IN_HASTE = { CALLS_PER_SECOND: '100' };

const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '100' },
    images: { type: 'string', default: '100000' },
    'package-megabytes': { type: 'string', default: '512' },
    limit: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const projects = Number(values.projects);
const images = Number(values.images);
const packageInBytes = Number(values['package-megabytes']) * MEGABYTE;
const limitInMegabytes = values.limit === undefined ? undefined : Number(values.limit);
if (!existsSync('/proc/self/status')) throw new Error('This reads /proc, which only Linux has.');

print(`Node.js ${process.version}, ${limitInMegabytes === undefined ? 'no limit' : `limit ${limitInMegabytes} MB`}`);
print('most held, of it not backed by files; then the scenario');
await emptyApp();
await scenario('the app, after one request', {}, () => undefined);
await scenario(`${projects} projects being copied, status pages ${PAGES_AT_ONCE} at a time`, {}, copyMany);
await scenario(`a project of ${images} images being copied`, {}, copyLarge);
await scenario(`a package of ${values['package-megabytes']} MB, from the container`, {}, backUpFromContainer);
await scenario(`a package of ${values['package-megabytes']} MB, downloaded`, { inFront: largeDownloads }, backUp);

/** What the host takes for itself: it runs an app that does nothing. */
async function emptyApp() {
  mkdirSync('dist', { recursive: true });
  const folder = mkdtempSync(resolve('dist', 'measure-memory-'));
  const [entry, app] = [join(folder, 'entry.mjs'), join(folder, 'app.cjs')];
  const text = "import { app } from '@azure/functions'; app.http('status', { handler: () => ({ body: 'here' }) });";
  writeFileSync(entry, text);
  try {
    const external = ['@azure/functions-core'];
    await build({ entryPoints: [entry], outfile: app, bundle: true, platform: 'node', format: 'cjs', external });
    const host = await startHost(app, { PATH: process.env.PATH ?? '' }, limitInMegabytes);
    await fetch(`${host.url}/api/status`);
    tell(host, 'the local host with an app that does nothing');
    await host.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function scenario(name, options, act) {
  if (!name.includes(values.only)) return;
  const exports = act === backUp || act === backUpFromContainer ? { EXPORT_PLATFORMS: 'ONNX' } : {};
  const settings = { ...IN_HASTE, ...exports };
  const system = await startSystem({ app: APP, settings, ...options, limitInMegabytes });
  try {
    await fetch(`${system.host.url}/api/status`);
    await act(system);
    tell(system.host, name);
  } finally {
    await system.stop();
  }
}

async function copyMany({ primary, host }) {
  for (let number = 1; number <= projects; number += 1) await primary.resource.addProject(projectSeed(number, 100));
  let isDone = false;
  let pages = 0;
  const look = async () => {
    while (!isDone) {
      const response = await fetch(`${host.url}/api/status`, { headers: { accept: 'text/html' } });
      await response.text();
      pages += 1;
      await sleep(PAGE_PAUSE_IN_MS);
    }
  };
  const looking = Array.from({ length: PAGES_AT_ONCE }, look);
  await sweep(host);
  await until(host, 'all were protected', () => eventsOf(host.lines, 'project.protected').length >= projects);
  isDone = true;
  await Promise.all(looking);
  print(`  (${pages} pages)`);
}

async function copyLarge({ primary, host }) {
  await primary.resource.addProject(projectSeed(1, images));
  await sweep(host);
  await until(host, 'the project was protected', () => eventsOf(host.lines, 'project.protected').length > 0);
}

/** The blob is there already, as if the service had exported the model: a placeholder of the simulator is small. */
async function backUpFromContainer(system) {
  const { azurite } = system;
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString());
  const container = blobs.getContainerClient('model-exports');
  await container.createIfNotExists();
  const write = async (project, iteration) => {
    const blob = container.getBlockBlobClient(`${project.id} - ${iteration.id}.ONNX`);
    await blob.uploadStream(largeBody(packageInBytes), 4 * MEGABYTE, 2);
  };
  await backUp(system, write);
}

async function backUp({ primary, host }, prepare = () => undefined) {
  const project = await primary.resource.addProject({
    ...projectSeed(1, 20),
    domain: 'General (compact)',
    iterations: [{}],
  });
  const [iteration] = project.iterations.values();
  await prepare(project, iteration);
  await untilKept(host, 1);
  const [{ sizeInBytes, from }] = eventsOf(host.lines, 'backup.recorded');
  if (sizeInBytes < packageInBytes) throw new Error(`The package that was kept had ${sizeInBytes} bytes only.`);
  print(`  (${sizeInBytes} bytes, ${from})`);
}

/** Stands in front of the primary: each package that it offers for download is large. */
async function largeDownloads({ url }) {
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request, response) => {
    if (request.url === '/package') {
      response.writeHead(200, { 'content-type': 'application/zip', etag: '"1"', 'content-length': packageInBytes });
      largeBody(packageInBytes).pipe(response);
      return;
    }
    const { method, headers } = request;
    const body = await bytesOf(request);
    const ofConnection = ['host', 'connection', 'content-length'];
    const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.includes(name)));
    const answered = await fetch(`${url}${request.url}`, { method, headers: passed, ...(body.length > 0 && { body }) });
    const text = await answered.text();
    const own = `http://127.0.0.1:${server.address().port}/package`;
    response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'text/plain' });
    response.end(text.replace(/"downloadUri":"[^"]+"/g, `"downloadUri":"${own}"`));
  };
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => server.closeAllConnections() || server.close(),
  };
}

async function bytesOf(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

function largeBody(sizeInBytes) {
  const block = Buffer.alloc(MEGABYTE, 7);
  const blocks = function* () {
    for (let left = sizeInBytes; left > 0; left -= MEGABYTE) yield block.subarray(0, Math.min(left, MEGABYTE));
  };
  return Readable.from(blocks(), { objectMode: false });
}

/** `VmHWM` is the most that was held; what is backed by files, Node.js above all, can be dropped and read again. */
function tell({ pid }, name) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field) => Math.round(Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
  const most = megabytes('VmHWM');
  print(`${String(most).padStart(5)} MB ${String(most - megabytes('RssFile')).padStart(5)} MB  ${name}`);
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
