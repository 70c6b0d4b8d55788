import { isFailure } from '../../src/core/facts/failure.ts';
import type { CustomVisionClient } from '../../src/customvision/client.ts';
import { EVERY_OPERATION, NO_STORAGE_URIS, SETTINGS, STORAGE_URIS, titleOf } from './every-operation.ts';
import {
  clientOf,
  closeAll,
  ITERATION,
  json,
  KEY,
  never,
  PROJECT,
  PROJECT_BODY,
  rejection,
  startLoopback,
  type Loopback,
  type Reply,
} from './loopback.ts';

let server: Loopback;
let client: CustomVisionClient;

async function start(...replies: Reply[]): Promise<void> {
  server = await startLoopback(...replies);
  client = clientOf(server.url);
}

afterEach(closeAll);

describe('a request on the wire', () => {
  it('carries the import token and the name encoded exactly once', async () => {
    await start(json(PROJECT_BODY));
    const token = 'https://store.blob.core.windows.net/prjexp-1/info?sv=2017&sig=a%2Fb+c%3D&se=2026-01-01T00%3A00Z';
    const name = 'Früchte & 100% Gemüse (1) +';
    await client.importProject(token, name, never());
    const target = server.hits[0]!.target;
    expect(target).toContain(`token=${encodeURIComponent(token)}&name=${encodeURIComponent(name)}`);
    expect(target).toContain('%253D');
    expect(target).not.toContain('+');
    const query = new URL(target, server.url).searchParams;
    expect([query.get('token'), query.get('name')]).toEqual([token, name]);
  });

  it.each(EVERY_OPERATION.map((operation) => [titleOf(operation), operation] as const))(
    'says how long it is, and has the key in its own header: %s',
    async (_, { run }) => {
      await start(json({ code: 'BadRequest', message: 'no' }, 400));
      await rejection(run(client, never()));
      const { method, headers, body, target } = server.hits[0]!;
      if (method === 'POST' || method === 'PATCH') {
        expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
        expect(headers['transfer-encoding']).toBeUndefined();
      }
      expect(headers['content-type']).toBe(body === '' ? undefined : 'application/json');
      expect(headers['training-key']).toBe(KEY);
      expect(target).not.toContain(KEY);
    },
  );

  it('has a connection of its own where it must not arrive twice', async () => {
    await start(json(PROJECT_BODY));
    const imports = ['one', 'two', 'three'].map((name) => client.importProject('token', name, never()));
    await Promise.all(imports);
    await client.importProject('token', 'four', never());
    expect(new Set(server.hits.map((hit) => hit.port)).size).toBe(4);
  });

  it('goes to one place, whether the endpoint ends with a slash or not', async () => {
    await start(json([]));
    const other = clientOf(`${server.url.toUpperCase().replace('HTTP', 'http')}/`);
    await client.getProjects(never());
    await other.getProjects(never());
    expect(server.hits.map((hit) => hit.target)).toEqual(Array(2).fill('/customvision/v3.3/training/projects'));
    expect([client.host, other.host]).toEqual(Array(2).fill(server.url.replace('http://', '')));
  });

  it('carries an Entra ID token instead of a key', async () => {
    await start(json([]));
    const entra = clientOf(server.url, {
      authorization: { kind: 'entra', getToken: () => Promise.resolve('an.access.token') },
    });
    await entra.getProjects(never());
    expect(server.hits[0]!.headers.authorization).toBe('Bearer an.access.token');
    expect(server.hits[0]!.headers['training-key']).toBeUndefined();
  });

  it('writes storage URIs with the storage-integration API version, and nothing else with it', async () => {
    await start(json(PROJECT_BODY));
    const update = { name: 'n', description: 'd', settings: SETTINGS };
    await client.updateProject(PROJECT, update, never());
    await client.updateProject(PROJECT, { ...update, settings: { ...SETTINGS, ...STORAGE_URIS } }, never());
    const bodies = server.hits.map((hit) => JSON.parse(hit.body) as unknown);
    const settings = {
      domainId: SETTINGS.domainId,
      classificationType: 'Multilabel',
      targetExportPlatforms: ['ONNX', 'CoreML'],
      imageProcessingSettings: { augmentationMethods: { rotate: true, flip: false } },
    };
    expect(bodies[0]).toEqual({ name: 'n', description: 'd', settings });
    expect(bodies[1]).toEqual({ name: 'n', description: 'd', settings: { ...settings, ...STORAGE_URIS } });
    expect(server.hits.map((hit) => hit.target.split('/')[2])).toEqual(['v3.3', 'v3.4-preview']);
  });

  it.each([
    ['set', STORAGE_URIS],
    ['cleared as null', NO_STORAGE_URIS],
    ['cleared as empty texts', { exportModelContainerUri: '', notificationQueueUri: '' }],
  ])('sends storage URIs that are %s as they are, by the version that is named', async (_, uris) => {
    await start(json(PROJECT_BODY));
    const update = { name: 'n', description: 'd', settings: { ...SETTINGS, ...STORAGE_URIS } };
    await client.updateStorageUris(PROJECT, update, uris, 'storage-integration', never());
    await client.updateStorageUris(PROJECT, update, uris, 'main', never());
    expect(server.hits.map((hit) => hit.target.split('/')[2])).toEqual(['v3.4-preview', 'v3.3']);
    for (const { body } of server.hits) {
      const { name, description, settings } = JSON.parse(body) as { settings: object } & Record<string, unknown>;
      expect({ name, description }).toEqual({ name: 'n', description: 'd' });
      expect(settings).toMatchObject({ domainId: SETTINGS.domainId, ...uris });
      expect(settings).not.toHaveProperty('useNegativeSet');
    }
  });

  it('reads a project by the version that is named, else by the main one', async () => {
    await start(json(PROJECT_BODY));
    await client.getProject(PROJECT, never());
    await client.getProject(PROJECT, never(), 'main');
    await client.getProject(PROJECT, never(), 'storage-integration');
    expect(server.hits.map((hit) => hit.target.split('/')[2])).toEqual(['v3.3', 'v3.3', 'v3.4-preview']);
  });

  it('knows one version for storage URIs where both settings name the same', async () => {
    await start();
    expect(client.storageApis).toEqual(['storage-integration', 'main']);
    expect(clientOf(server.url, { storageIntegrationApiVersion: 'v3.3' }).storageApis).toEqual(['main']);
  });

  it('leaves settings out that are not set, and always sends the description', async () => {
    await start(json(PROJECT_BODY));
    const settings = { ...SETTINGS, classificationType: null, targetExportPlatforms: [], augmentationMethods: {} };
    await client.updateProject(PROJECT, { name: 'n', description: '', settings }, never());
    expect(JSON.parse(server.hits[0]!.body)).toEqual({
      name: 'n',
      description: '',
      settings: { domainId: SETTINGS.domainId },
    });
  });

  it.each([
    ['an id with a path in it', (c: CustomVisionClient) => c.getProject('../domains', never())],
    ['an empty id', (c: CustomVisionClient) => c.deleteProject('', never())],
    ['an iteration id with a query', (c: CustomVisionClient) => c.getExports(PROJECT, `${ITERATION}?x=1`, never())],
    ['a page that is too long', (c: CustomVisionClient) => c.getImages(PROJECT, { skip: 0, take: 257 }, never())],
    ['a page before the first', (c: CustomVisionClient) => c.getImages(PROJECT, { skip: -1, take: 1 }, never())],
  ])('is never made of %s', async (_, run) => {
    await start(json([]));
    expect(await rejection(run(client))).toMatchObject({ class: 'bug', code: 'BAD_ARGUMENT', executed: 'no' });
    expect(server.hits).toHaveLength(0);
  });
});

describe('an effect that is there already', () => {
  it('takes a project that is gone as deleted', async () => {
    await start('drop', json({ code: 'NotFoundProject', message: 'Project not found.' }, 404));
    await client.deleteProject(PROJECT, never());
    expect(server.hits).toHaveLength(2);
  });

  it('takes an iteration that is not published as unpublished', async () => {
    await start(json({ code: 'BadRequestIterationNotPublished', message: 'Not published.' }, 400));
    await client.unpublishIteration(PROJECT, ITERATION, never());
    expect(server.hits).toHaveLength(1);
  });

  it('does not take another refusal of a delete as done', async () => {
    await start(json({ code: 'BadRequestIterationIsPublished', message: 'Unpublish first.' }, 400));
    const error = await rejection(client.deleteProject(PROJECT, never()));
    expect(isFailure(error, 'refused')).toBe(true);
  });

  it('does not take an iteration as published unless the service says true', async () => {
    await start(json(false));
    const publishing = client.publishIteration(PROJECT, ITERATION, 'production', '/subscriptions/x', true, never());
    expect(await rejection(publishing)).toMatchObject({ code: 'UNREADABLE_ANSWER', executed: 'unknown' });
  });
});

describe('labels that come without the name of their tag', () => {
  const ROSE = 'b607964f-7bd6-4a3b-a869-6791fb6aab87';
  const IMAGE = '4d6eb844-42ee-42bc-bd6f-c32455ef07c9';
  const side = { left: 0, top: 0.1, width: 0.5, height: 0.5 };
  const images = [
    { id: IMAGE, width: 1, height: 1, tags: [{ tagId: ROSE.toUpperCase() }], regions: [{ tagId: ROSE, ...side }] },
  ];

  /** The tags have these names, one after another. */
  async function serve(...names: string[]) {
    let asked = 0;
    const server = await startLoopback(({ target }) =>
      target.includes('/tags') ? json([{ id: ROSE, name: names[asked++] ?? names.at(-1) }]) : json(images),
    );
    const client = clientOf(server.url);
    const read = (skip: number) => client.getImages(PROJECT, { skip, take: 256 }, never());
    return { read, tagCalls: () => asked };
  }

  it('have it from the project’s tags, which are asked for once in a reading', async () => {
    const { read, tagCalls } = await serve('rose', 'tulip');
    const labelled = (tagName: string) => [
      { id: IMAGE, width: 1, height: 1, tags: [{ tagName }], regions: [{ tagName, ...side }] },
    ];
    expect(await read(0)).toEqual(labelled('rose'));
    expect(await read(256)).toEqual(labelled('rose'));
    expect(tagCalls()).toBe(1);
    expect(await read(0)).toEqual(labelled('tulip'));
  });

  it('are of a tag without a name where the project has no such tag, as after half an import', async () => {
    let asked = 0;
    const server = await startLoopback(({ target }) => {
      if (target.includes('/tags')) asked += 1;
      return target.includes('/tags') ? json([]) : json(images);
    });
    const client = clientOf(server.url);
    for (const skip of [0, 256, 512]) {
      expect(await client.getImages(PROJECT, { skip, take: 256 }, never())).toMatchObject([
        { tags: [{ tagName: '' }], regions: [{ tagName: '' }] },
      ]);
    }
    expect(asked).toBe(1);
  });
});
