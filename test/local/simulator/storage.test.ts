import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite, type Azurite } from '../../../src/local/azurite.ts';
import { ManualClock, startSimulator, type Unknowns } from '../../../src/local/simulator/index.ts';
import { call, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();
let azurite: Azurite;
let count = 0;

beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);

afterAll(() => azurite.stop());

/** A simulator that may write to a queue and a container of its own, and a project that points at them. */
async function integrated(unknowns: Partial<Unknowns> = {}) {
  count += 1;
  const connection = azurite.connectionString();
  const queue = QueueServiceClient.fromConnectionString(connection).getQueueClient(`notifications-${count}`);
  const container = BlobServiceClient.fromConnectionString(connection).getContainerClient(`models-${count}`);
  await Promise.all([queue.create(), container.create()]);
  const clock = new ManualClock();
  const simulator = opened(await startSimulator({ clock, unknowns, storageConnectionString: connection }));
  const uris = { notificationQueueUri: queue.url, exportModelContainerUri: container.url };
  const messages = async () =>
    (await queue.receiveMessages({ numberOfMessages: 32 })).receivedMessageItems.map((item) => item.messageText);
  const blobs = async () => {
    const names: string[] = [];
    for await (const { name } of container.listBlobsFlat()) names.push(name);
    return names;
  };
  const seed = { name: 'a', domain: 'General (compact)', tags: [{ name: 't', images: 2 }] };
  return { simulator, clock, uris, messages, blobs, container, seed };
}

describe('storage integration', () => {
  test('is tested when the URIs are given: a message comes, and the test blob goes again', async () => {
    const { simulator, uris, messages, blobs } = await integrated();
    const created = await call(simulator, 'POST /projects', {
      version: 'v3.4-preview',
      query: { name: 'a' },
      body: uris,
    });
    expect(created.json.settings).toMatchObject(uris);
    const { id } = created.value as { id: string };
    expect((await messages()).map((text) => JSON.parse(text) as object)).toEqual([
      { version: '1.0', type: 'ConnectionTest', Content: { projectId: id } },
    ]);
    expect(await blobs()).toEqual([]);
  });

  test('refuses what it cannot write to, and URIs with a signature', async () => {
    const { simulator, uris } = await integrated();
    for (const notificationQueueUri of [
      `${uris.notificationQueueUri}-missing`,
      `${uris.notificationQueueUri}?sv=1`,
      'x',
    ]) {
      const given = { version: 'v3.4-preview', query: { name: 'a' }, body: { notificationQueueUri } };
      expect((await call(simulator, 'POST /projects', given)).json.code).toBe('BadRequestInvalidUri');
    }
    expect(simulator.resource.projects).toEqual([]);
  });

  test('posts how a training ended', async () => {
    const { simulator, clock, uris, messages, seed } = await integrated();
    const project = await simulator.resource.addProject({ ...seed, ...uris });
    await messages();
    const failed = simulator.resource.train(project.id, { ending: { kind: 'fails' } });
    await clock.advance(10_000);
    const completed = simulator.resource.train(project.id);
    await clock.advance(10_000);
    const content = (iterationId: string, trainingStatus: string) => ({
      version: '1.0',
      type: 'Training',
      Content: { projectId: project.id, iterationId, trainingStatus },
    });
    expect((await messages()).map((text) => JSON.parse(text) as object)).toEqual([
      content(failed.id, 'TrainingFailed'),
      content(completed.id, 'TrainingCompleted'),
    ]);
    expect(simulator.problems).toEqual([]);
  });

  test('writes an exported model into the container and posts where it is', async () => {
    const { simulator, clock, uris, messages, blobs, container, seed } = await integrated();
    const project = await simulator.resource.addProject({ ...seed, ...uris });
    const { id } = simulator.resource.addIteration(project.id);
    await messages();
    await call(simulator, `POST /projects/${project.id}/iterations/${id}/export`, { query: { platform: 'ONNX' } });
    await clock.advance(5000);
    const name = `${project.id} - ${id}.ONNX`;
    expect(await blobs()).toEqual([name]);
    const [text] = await messages();
    expect(JSON.parse(text!)).toEqual({
      version: '1.0',
      type: 'Export',
      Content: {
        projectId: project.id,
        iterationId: id,
        exportStatus: 'ExportCompleted',
        modelUri: `${container.url}/${encodeURIComponent(name)}`,
      },
    });
  });

  test('posts a signed URL of its own where there is a queue but no container', async () => {
    const { simulator, clock, uris, messages, seed } = await integrated();
    const { notificationQueueUri } = uris;
    const project = await simulator.resource.addProject({ ...seed, notificationQueueUri });
    const { id } = simulator.resource.addIteration(project.id);
    await messages();
    simulator.resource.exportModel(project.id, id, { platform: 'ONNX' });
    await clock.advance(5000);
    const [text] = await messages();
    const { modelUri } = (JSON.parse(text!) as { Content: { modelUri: string } }).Content;
    expect((await fetch(modelUri)).status).toBe(200);
  });

  test.each<[Partial<Unknowns>, (text: string) => object]>([
    [{ notificationEncoding: 'base64' }, (text) => JSON.parse(Buffer.from(text, 'base64').toString()) as object],
    [{ notificationContentKey: 'content' }, (text) => JSON.parse(text) as object],
  ])('writes its messages as told: %j', async (unknowns, decode) => {
    const { simulator, uris, messages, seed } = await integrated(unknowns);
    const { id } = await simulator.resource.addProject({ ...seed, ...uris });
    const [text] = await messages();
    const key = unknowns.notificationContentKey ?? 'Content';
    expect(decode(text!)).toEqual({ version: '1.0', type: 'ConnectionTest', [key]: { projectId: id } });
  });

  test.each([
    ['lower-case', 'onnx'],
    ['zip', 'zip'],
  ] as const)('names its blobs as told: %s', async (blobExtension, extension) => {
    const { simulator, clock, uris, blobs, seed } = await integrated({ blobExtension });
    const project = await simulator.resource.addProject({ ...seed, ...uris });
    const { id } = simulator.resource.addIteration(project.id);
    simulator.resource.exportModel(project.id, id, { platform: 'ONNX' });
    await clock.advance(5000);
    expect(await blobs()).toEqual([`${project.id} - ${id}.${extension}`]);
  });

  test('says what it could not post', async () => {
    const { simulator, clock, uris, seed } = await integrated();
    const project = await simulator.resource.addProject(seed);
    project.notificationQueueUri = `${uris.notificationQueueUri}-missing`;
    simulator.resource.train(project.id);
    await clock.advance(10_000);
    expect(simulator.problems).toEqual([expect.stringContaining('was not posted') as string]);
  });
});

describe('storage URIs', () => {
  const queue = 'http://127.0.0.1:1/devstoreaccount1/queue';

  async function patched(unknowns: Partial<Unknowns>, version: string, settings: object) {
    const simulator = opened(await startSimulator({ unknowns }));
    const { id } = await simulator.resource.addProject({ name: 'a', notificationQueueUri: queue });
    const reply = await call(simulator, `PATCH /projects/${id}`, { version, body: { settings } });
    return { kept: simulator.resource.project(id).notificationQueueUri, shown: reply.json.settings };
  }

  test.each<[Partial<Unknowns>, string, object, string | null]>([
    [{}, 'v3.4-preview', {}, queue],
    [{ patchOmittedUris: 'cleared' }, 'v3.4-preview', {}, null],
    [{}, 'v3.4-preview', { notificationQueueUri: `${queue}2` }, `${queue}2`],
    [{}, 'v3.4-preview', { notificationQueueUri: null }, null],
    [{ storageUrisByPatchOnV34: 'ignored' }, 'v3.4-preview', { notificationQueueUri: null }, queue],
    [{}, 'v3.3', { notificationQueueUri: `${queue}2` }, `${queue}2`],
    [{ storageUrisOnV33: 'ignored' }, 'v3.3', { notificationQueueUri: `${queue}2` }, queue],
  ])('with %j on %s after a change of %j', async (unknowns, version, settings, expected) => {
    expect((await patched(unknowns, version, settings)).kept).toBe(expected);
  });

  test('are given in the query on v3.3, where it takes them, and shown there only where told', async () => {
    const simulator = opened(await startSimulator());
    const create = async (name: string) =>
      (await call(simulator, 'POST /projects', { query: { name, notificationQueueUri: queue } })).value as {
        settings: object;
      };
    expect((await create('hidden')).settings).not.toHaveProperty('notificationQueueUri');
    expect(simulator.resource.projectNamed('hidden').notificationQueueUri).toBe(queue);
    simulator.setUnknowns({ v33EchoesStorageUris: 'yes' });
    expect((await create('shown')).settings).toHaveProperty('notificationQueueUri', queue);
    simulator.setUnknowns({ storageUrisOnV33: 'ignored' });
    expect((await create('ignored')).settings).toHaveProperty('notificationQueueUri', null);
  });
});
