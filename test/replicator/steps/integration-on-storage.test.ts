import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite, type Azurite } from '../../../src/local/azurite.ts';
import type { Unknowns } from '../../../src/local/simulator/index.ts';
import { connectStorage } from '../../../src/storage/connections.ts';
import { createIntegrationStorage, integrationUris } from '../../../src/storage/integration-storage.ts';
import { aRestingProject, DAY_IN_SECONDS, integrationOf, urisOf } from '../../support/integration-scenery.ts';
import { expectInSync, rowOf } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World, WorldOptions } from '../../support/world.ts';

/** The storage is real here: what Custom Vision may write to, and the messages that it writes. */

let azurite: Azurite;
let world: World;
let count = 0;

beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);

afterAll(() => azurite.stop());
/** A world with a queue and a container of its own, neither of which is there yet. */
async function start(unknowns: Partial<Unknowns> = {}, client: WorldOptions['client'] = {}) {
  count += 1;
  const connectionString = azurite.connectionString();
  const names = { container: `models-${count}`, queue: `notifications-${count}` };
  const clients = connectStorage({ connectionString });
  const integration = integrationUris(clients, names);
  const primary = { unknowns, storageConnectionString: connectionString };
  world = await startWorld({ primary, policy: { integration }, client });
  world.integrationStorage = createIntegrationStorage(clients, names);
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(names.queue);
  const messages = async () =>
    (await queue.receiveMessages({ numberOfMessages: 32 })).receivedMessageItems.map((item) => item.messageText);
  return { uris: integration, names, messages };
}

it('makes the queue and the container first, and both are written to', async () => {
  const { uris, messages } = await start();
  const source = await aRestingProject(world);
  await world.converge();
  expect(urisOf(source)).toEqual(uris);
  expect(await integrationOf(world, source)).toMatchObject({ state: 'integrated', provenBy: 'echo' });
  expect(await messages()).toHaveLength(1);
  await expectInSync(world, source);
});

it.each(['plain', 'base64'] as const)(
  'is proven by its message where nothing is shown, encoded as %s',
  async (notificationEncoding) => {
    const { messages } = await start({ notificationEncoding }, { storageIntegrationApiVersion: 'v3.3' });
    const source = await aRestingProject(world);
    await world.converge();
    expect(await integrationOf(world, source)).toMatchObject({ state: 'unproven', provenAt: null });
    const texts = await messages();
    expect(texts).toHaveLength(1);
    for (const text of texts) await world.notify(text);
    expect(await rowOf(world, source.id)).toMatchObject({
      integration: { state: 'integrated', provenAt: expect.any(String) as string, reason: null },
    });
    await expectInSync(world, source);
  },
);

it.each(['v3.4-preview', 'v3.3'])(
  'says what lacks where the service may not write, by %s, until it may',
  async (version) => {
    const { uris } = await start({}, { storageIntegrationApiVersion: version });
    const making = world.integrationStorage;
    // What is not there can't be written to, as what the service has no role on.
    world.integrationStorage = { ensure: () => Promise.resolve() };
    const source = await aRestingProject(world);
    await world.converge();
    await expectInSync(world, source);
    const { state, reason } = (await rowOf(world, source.id)).integration ?? {};
    expect(state).toBe('failed');
    expect(reason).toContain(`Storage Queue Data Contributor on ${uris.notificationQueueUri}`);
    expect(reason).toContain(`Storage Blob Data Contributor on ${uris.exportModelContainerUri}`);
    world.integrationStorage = making;
    await world.pass(DAY_IN_SECONDS);
    await world.converge();
    expect(urisOf(source)).toEqual(uris);
    expect((await integrationOf(world, source))?.state).not.toBe('failed');
  },
);
