import type { ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expectAtRest } from '../support/at-rest.ts';
import { lowerCased } from '../support/canaries.ts';
import { CARS, FLOWERS } from '../support/scenery.ts';
import { eventually, Theatre, type Stage } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
let tap: Tap | null = null;
beforeAll(async () => {
  theatre = await Theatre.open(1);
});
afterAll(async () => {
  tap?.close();
  await theatre.close();
});

/** Between the app and the secondary: passes everything on, and remembers the import tokens that went by. */
class Tap {
  readonly tokens: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async before(url: () => string): Promise<Tap> {
    const server = createServer((incoming, outgoing) => {
      const token = /[?&]token=([^&]*)/.exec(incoming.url ?? '')?.[1];
      if (token !== undefined) made.tokens.push(token);
      const { method = 'GET', headers } = incoming;
      const passedOn = request(`${url()}${incoming.url ?? ''}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        // An answer that breaks off is one here, too.
        answer.once('error', () => outgoing.destroy());
        answer.pipe(outgoing);
      });
      passedOn.on('error', () => outgoing.destroy());
      incoming.pipe(passedOn);
    });
    const made = new Tap(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function textsIn(container: ContainerClient): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, metadata } of container.listBlobsFlat({ includeMetadata: true })) {
    const { readableStreamBody } = await container.getBlobClient(name).download();
    const content = readableStreamBody === undefined ? '' : (await buffer(readableStreamBody)).toString('latin1');
    texts.push(`${name} ${JSON.stringify(metadata)} ${content}`);
  }
  return texts;
}

/** The messages that are visible; those that wait are seen when this is called again. */
async function textsOf(queue: QueueClient): Promise<string[]> {
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
  return receivedMessageItems.map(({ messageText }) => messageText);
}

async function everythingStored({ blobs, queues }: Stage): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name } of blobs.listContainers()) texts.push(...(await textsIn(blobs.getContainerClient(name))));
  for await (const { name } of queues.listQueues()) texts.push(...(await textsOf(queues.getQueueClient(name))));
  return texts;
}

const PRIMARY_KEY = 'canary-key-of-the-primary-0123456789';
const SECONDARY_KEY = 'canary-key-of-the-secondary-0123456789';

/** What is nobody's that the app knows: given away by its name, or by where it stands. */
const CANARY = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';
const FOREIGN = `AccountKey=${CANARY}; GET /x?foo=${CANARY} {"token":"${CANARY}"} ${encodeURIComponent(`?sp=r&sig=${CANARY}`)}`;

test('no key, import token or signature is in a log, a blob or a queue', async () => {
  let secondaryUrl = '';
  tap = await Tap.before(() => secondaryUrl);
  const stage = await theatre.stage({
    primary: { key: PRIMARY_KEY },
    secondary: { key: SECONDARY_KEY },
    env: { SECONDARY_TRAINING_ENDPOINT: tap.url },
  });
  secondaryUrl = stage.secondary.url;
  for (const project of [FLOWERS, CARS, { ...FLOWERS, name: 'Herbs' }])
    await stage.primary.resource.addProject(project);
  // Whatever is quoted of an answer, or of a broken connection, may hold what was sent.
  const { faults } = stage.secondary;
  faults.order({ operation: 'ImportProject', kind: 'drop', effect: 'none' });
  faults.order({ operation: 'ImportProject', kind: 'answer', status: 400, message: `No: ${SECONDARY_KEY}&sig=abc%3D` });
  faults.order({ operation: 'ImportProject', kind: 'truncate' });
  faults.order({
    operation: 'GetTags',
    kind: 'answer',
    status: 400,
    shape: 'html',
    message: lowerCased(FOREIGN),
    times: 3,
  });
  const app = await stage.start();
  const signed = `https://models.example/a?sv=1&sig=${encodeURIComponent('c2lnbmF0dXJl+/=')}`;
  await stage.queues
    .getQueueClient('custom-vision-notifications')
    .sendMessage(`Not a notification: ${signed} ${FOREIGN}`);
  await app.sweep();
  await app.logged('notification.rejected');
  await eventually('three failures', () => Promise.resolve(app.eventsOf('step.failed').length >= 3 ? true : undefined));
  const stored = await everythingStored(stage);
  await stage.settle(app, 150);
  await expectAtRest(stage, app);
  expect(tap.tokens.length).toBeGreaterThanOrEqual(5);
  const answers = [await app.get('/api/status'), await app.get('/api/routing')].map((answer) => JSON.stringify(answer));
  const texts = [...app.process.stdout, app.process.stderr, ...stored, ...(await everythingStored(stage)), ...answers];
  expect(texts.length).toBeGreaterThan(20);
  expect(texts.filter((text) => /Not a notification: .*sig=/.test(text))).not.toEqual([]);

  const tokens = tap.tokens.flatMap((token) => [token, decodeURIComponent(token)]);
  const signatures = tokens.flatMap((token) => /sig(?:=|%3D)([^&%]{12})/.exec(token)?.[1] ?? []);
  expect(signatures.length).toBeGreaterThan(0);
  for (const secret of [PRIMARY_KEY, SECONDARY_KEY, CANARY, 'c2lnbmF0dXJl', ...tokens, ...signatures]) {
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  }
  expect(texts.filter((text) => /sig(?:=|%3D)(?!\*\*\*)/i.test(text))).toEqual([]);
});
