import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock, startSimulator, type Simulator } from '../../../src/local/simulator/index.ts';
import { drawPng } from '../../../src/local/simulator/image-bytes.ts';
import { OPERATIONS } from '../../../src/local/simulator/operations/index.ts';
import { OpenApiSpec } from '../../support/openapi.ts';
import { call, PREDICTION_ID, simulatorsToClose, type Body, type Given } from './client.ts';

const folder = join(__dirname, '../../../../shared/specs');
const isThere = existsSync(folder);
const reason = isThere ? '' : ' [skipped: the specifications are not beside this repository]';
const opened = simulatorsToClose();

(isThere ? describe : describe.skip)(`every answer is as specified${reason}`, () => {
  test.each(['v3.3', 'v3.4-preview'])('in %s, for every operation', async (version) => {
    const walk = await begin(version);
    await walkProjects(walk);
    await walkImages(walk);
    await walkIterations(walk);
    await walkTransfer(walk);
    await walkDeletions(walk);
    expect(walk.problems).toEqual([]);
    const answered = new Set(walk.simulator.calls.all.map((one) => `${one.operation} ${one.status! < 300}`));
    const training = OPERATIONS.filter(({ api }) => api === 'training').map(({ name }) => name);
    expect(training.filter((name) => !answered.has(`${name} true`))).toEqual([]);
  });

  test('of the Prediction API, for every operation', async () => {
    const spec = new OpenApiSpec(join(folder, 'prediction-v3.1.json'));
    const simulator = opened(await startSimulator());
    const problems: string[] = [];
    for (const [type, verb] of [
      ['Classification', 'classify'],
      ['ObjectDetection', 'detect'],
    ] as const) {
      const project = await simulator.resource.addProject({
        ...{ name: type, type, tags: [{ name: 'a', images: 2 }] },
        iterations: [{ publishName: 'live', predictionId: PREDICTION_ID }],
      });
      for (const how of ['image', 'image/nostore', 'url', 'url/nostore', 'image?wrong']) {
        const path = `/${project.id}/${verb}/iterations/${how.includes('wrong') ? 'none' : 'live'}/${how.split('?')[0]}`;
        const body = how.startsWith('url')
          ? { url: await pictureUrl(simulator, project.id) }
          : new Uint8Array(drawPng('p', 8, 8));
        const { status, text, headers } = await call(simulator, `POST ${path}`, { api: 'prediction', body });
        const mediaType = headers.get('content-type') ?? '';
        problems.push(...spec.problemsOf({ method: 'POST', path, status, text, mediaType }));
        if (!how.includes('wrong')) expect([how, status, text]).toEqual([how, 200, text]);
      }
    }
    expect(problems).toEqual([]);
    const answered = new Set(simulator.calls.all.map(({ operation }) => operation));
    const known = OPERATIONS.filter(({ api }) => api === 'prediction').map(({ name }) => name);
    expect(known.filter((name) => !answered.has(name))).toEqual([]);
  });

  test('every code that it refuses with is one of the list', () => {
    const specs = ['v3.3', 'v3.4-preview'].map((version) => specOf(version).errorCodes);
    const known = new Set(specs.flat());
    const listed = readFileSync(join(folder, 'error-codes.txt'), 'utf8');
    const sources = OPERATION_SOURCES.map((file) =>
      readFileSync(join(__dirname, '../../../src/local/simulator', file), 'utf8'),
    );
    const used = new Set(
      sources.join('\n').match(/'(BadRequest|NotFound|Forbidden|Error|Unsupported)[A-Za-z]*'/g) ?? [],
    );
    const codes = [...used]
      .map((code) => code.slice(1, -1))
      .filter((code) => !/^Error(Source|Image|Region|Limit)/.test(code));
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !known.has(code) || !listed.includes(code))).toEqual([]);
  });
});

const OPERATION_SOURCES = [
  ...[
    'api-handler',
    'faults',
    'images',
    'model-exports',
    'project-exports',
    'project-imports',
    'projects',
    'publishing',
  ],
  ...['request', 'storage-uris', 'tags', 'training', 'world'],
  ...['domain', 'image', 'iteration', 'label', 'prediction', 'project', 'tag', 'transfer', 'upload'].map(
    (area) => `operations/${area}-operations`,
  ),
].map((name) => `${name}.ts`);

interface Walk {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  readonly problems: string[];
  readonly ids: Record<'project' | 'tag' | 'image' | 'iteration', string>;
  readonly send: (what: string, given?: Given) => Promise<Body>;
}

/** An address of the first image of a project, as the Training API gives it. */
async function pictureUrl(simulator: Simulator, projectId: string): Promise<string> {
  const { value } = await call(simulator, `GET /projects/${projectId}/images`);
  return (value as { originalImageUri: string }[])[0]!.originalImageUri;
}

/** Nothing reads members of an answer that has none. */
const NO_BODY = {} as Body;

function specOf(version: string): OpenApiSpec {
  return new OpenApiSpec(join(folder, `training-${version}.json`));
}

async function begin(version: string): Promise<Walk> {
  const spec = specOf(version);
  const clock = new ManualClock();
  const simulator = opened(await startSimulator({ clock }));
  const problems: string[] = [];
  const send = async (what: string, given: Given = {}) => {
    const [method = '', path = ''] = what.split(' ');
    const { status, text, headers } = await call(simulator, what, { version, ...given });
    problems.push(...spec.problemsOf({ method, path, status, text, mediaType: headers.get('content-type') ?? '' }));
    return headers.get('content-type')?.includes('json') ? (JSON.parse(text) as Body) : NO_BODY;
  };
  return { simulator, clock, problems, send, ids: { project: '', tag: '', image: '', iteration: '' } };
}

async function walkProjects({ send, ids }: Walk): Promise<void> {
  const [, , , , compact] = (await send('GET /domains')) as unknown as Body[];
  await send(`GET /domains/${compact!.id}`);
  await send('GET /domains/00000000-0000-4000-8000-000000000000');
  const body = { notificationQueueUri: 'http://127.0.0.1:1/account/queue' };
  const query = {
    name: 'a',
    domainId: compact!.id,
    classificationType: 'Multiclass',
    targetExportPlatforms: 'ONNX,CoreML',
  };
  ids.project = (await send('POST /projects', { query, body })).id;
  await send('POST /projects', { query });
  await send(`PATCH /projects/${ids.project}`, { body: { name: 'b', description: null, settings: {} } });
  await send(`GET /projects/${ids.project}`);
  await send('GET /projects/00000000-0000-4000-8000-000000000000');
  await send('GET /projects');
}

async function walkImages({ send, ids }: Walk): Promise<void> {
  const path = `/projects/${ids.project}`;
  ids.tag = (await send(`POST ${path}/tags`, { query: { name: 't', type: 'Regular' } })).id;
  await send(`POST ${path}/tags`, { query: { name: 't' } });
  await send(`PATCH ${path}/tags/${ids.tag}`, { body: { name: 'u', description: 'd', type: 'Regular' } });
  await send(`GET ${path}/tags/${ids.tag}`);
  const picture = new Uint8Array(drawPng('a', 8, 8));
  const form = { headers: { 'content-type': 'application/octet-stream' } };
  const uploaded = await send(`POST ${path}/images`, { ...form, body: picture });
  await send(`POST ${path}/images`, { ...form, body: new Uint8Array(100) });
  const image = uploaded.images[0]!.image as { id: string; originalImageUri: string };
  ids.image = image.id;
  const files = [{ name: 'b', contents: drawPng('b', 8, 8).toString('base64'), tagIds: [ids.tag] }];
  await send(`POST ${path}/images/files`, { body: { images: files, metadata: { shelf: '3' } } });
  await send(`POST ${path}/images/urls`, { body: { images: [{ url: image.originalImageUri }, { url: 'x' }] } });
  await send(`POST ${path}/images/tags`, { body: { tags: [{ imageId: ids.image, tagId: ids.tag }] } });
  const region = { imageId: ids.image, tagId: ids.tag, left: 0, top: 0, width: 0.5, height: 0.5 };
  const drawn = await send(`POST ${path}/images/regions`, { body: { regions: [region, region] } });
  await send(`DELETE ${path}/images/regions`, { query: { regionIds: drawn.created[0]!.regionId } });
  for (const list of ['', '/tagged', '/untagged', '/count', '/tagged/count', '/untagged/count']) {
    await send(`GET ${path}/images${list}`);
  }
  await send(`GET ${path}/images`, { query: { take: '257' } });
  await send(`GET ${path}/images/id`, { query: { imageIds: ids.image } });
  await send(`GET ${path}/artifacts`, { query: { path: new URL(image.originalImageUri).pathname } });
  await send(`GET ${path}/artifacts`, { query: { path: '/nothing' } });
  await send(`GET ${path}/tags`);
}

async function walkIterations({ simulator, clock, send, ids }: Walk): Promise<void> {
  const path = `/projects/${ids.project}`;
  simulator.setUnknowns({ workspaceIteration: 'listed' });
  ids.iteration = (await send(`POST ${path}/train`)).id;
  await send(`POST ${path}/train`);
  await send(`GET ${path}/export`);
  await clock.advance(10_000);
  const iteration = `${path}/iterations/${ids.iteration}`;
  simulator.resource.addIteration(ids.project, { status: 'Failed' });
  await send(`PATCH ${iteration}`, { body: { name: 'renamed' } });
  await send(`GET ${iteration}`);
  await send(`POST ${iteration}/publish`, { query: { publishName: 'live', predictionId: PREDICTION_ID } });
  await send(`GET ${path}/iterations`);
  const octets = { headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array(drawPng('q', 8, 8)) };
  await send(`POST ${path}/quicktest/image`, { ...octets, query: { iterationId: ids.iteration, store: 'false' } });
  await send(`POST ${path}/quicktest/image`, { ...octets, query: { iterationId: ids.tag } });
  const [picture] = (await send(`GET ${path}/images`)) as unknown as { originalImageUri: string }[];
  await send(`POST ${path}/quicktest/url`, { body: { url: picture!.originalImageUri } });
  await send(`POST ${iteration}/publish`, { query: { publishName: 'live', predictionId: 'x' } });
  await send(`DELETE ${iteration}`);
  await send(`POST ${iteration}/export`, { query: { platform: 'ONNX', flavor: 'ONNX10' } });
  await send(`POST ${iteration}/export`, { query: { platform: 'CoreML' } });
  await send(`POST ${iteration}/export`, { query: { platform: 'CoreML' } });
  await clock.advance(10_000);
  await send(`GET ${iteration}/export`);
}

async function walkTransfer({ simulator, clock, send, ids }: Walk): Promise<void> {
  const { token } = (await send(`GET /projects/${ids.project}/export`)) as unknown as { token: string };
  simulator.setUnknowns({ exportCounts: 'omitted' });
  await send(`GET /projects/${ids.project}/export`);
  await send('POST /projects/import', { query: { token: 'x' } });
  const copy = (await send('POST /projects/import', { query: { token, name: 'copy' } })) as { id: string };
  simulator.faults.order({ operation: 'ImportProject', kind: 'ends-failed' });
  await send('POST /projects/import', { query: { token } });
  await clock.advance(10_000);
  await send('GET /projects');
  await send(`GET /projects/${copy.id}/iterations`);
  await send(`GET /projects/${copy.id}/images`);
}

async function walkDeletions({ simulator, send, ids }: Walk): Promise<void> {
  const path = `/projects/${ids.project}`;
  await send(`DELETE ${path}`);
  await send(`DELETE ${path}/iterations/${ids.iteration}/publish`);
  await send(`DELETE ${path}/iterations/${ids.iteration}/publish`);
  await send(`DELETE ${path}/iterations/${ids.iteration}`);
  await send(`DELETE ${path}/images/tags`, { query: { imageIds: ids.image, tagIds: ids.tag } });
  await send(`DELETE ${path}/images`, { query: { imageIds: ids.image } });
  await send(`DELETE ${path}/images`, { query: { allImages: 'true' } });
  await send(`DELETE ${path}/tags/${ids.tag}`);
  simulator.resource.setDrMode(true);
  await send(`DELETE ${path}`);
  simulator.resource.setDrMode(false);
  await send(`DELETE ${path}`);
}
