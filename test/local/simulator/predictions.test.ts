import { drawPng } from '../../../src/local/simulator/image-bytes.ts';
import { ManualClock, startSimulator, type Simulator } from '../../../src/local/simulator/index.ts';
import { call, PREDICTION_ID, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();
const picture = new Uint8Array(drawPng('picture', 8, 8));
const octets = { 'content-type': 'application/octet-stream' };

interface Prediction {
  readonly iteration: string;
  readonly predictions: readonly {
    readonly tagId: string;
    readonly tagName: string;
    readonly probability: number;
    readonly boundingBox?: object;
  }[];
}

const SEED = {
  name: 'fruit',
  tags: [
    { name: 'apple', images: 3 },
    { name: 'pear', images: 2 },
  ],
  iterations: [{ publishName: 'live', predictionId: PREDICTION_ID }],
};

const classify = (id: string) => `POST /${id}/classify/iterations/live/image`;

async function ask(simulator: Simulator, what: string, api: 'training' | 'prediction', body = picture) {
  const reply = await call(simulator, what, { api, body, headers: octets });
  expect([what, reply.status]).toEqual([what, 200]);
  return reply.value as Prediction;
}

/** Probabilities by tag, to four digits. */
function byTag({ predictions }: Prediction): Record<string, string> {
  return Object.fromEntries(predictions.map(({ tagName, probability }) => [tagName, probability.toFixed(4)]));
}

/** A copy on another simulator, and the ids of both. */
async function copied(source: Simulator, target: Simulator, clock: ManualClock, projectId: string): Promise<string> {
  const { token } = (await call(source, `GET /projects/${projectId}/export`)).value as { token: string };
  const { id } = (await call(target, 'POST /projects/import', { query: { token } })).json;
  await clock.advance(10_000);
  return id;
}

describe('predictions', () => {
  test('follow from what a model learned: the same of a copy, to the last digits but one, under its own ids', async () => {
    const clock = new ManualClock();
    const source = opened(await startSimulator());
    const target = opened(await startSimulator({ clock }));
    const { id } = await source.resource.addProject(SEED);
    const copy = await copied(source, target, clock, id);
    const iteration = [...target.resource.project(copy).iterations.values()][0]!;
    target.resource.publish(copy, iteration.id, { publishName: 'live', predictionId: PREDICTION_ID });
    const [here, there] = [
      await ask(source, classify(id), 'prediction'),
      await ask(target, classify(copy), 'prediction'),
    ];
    expect(byTag(there)).toEqual(byTag(here));
    expect(there.predictions[0]!.probability).not.toBe(here.predictions[0]!.probability);
    expect(there.iteration).toBe(iteration.id);
    const tagIds = new Set(target.resource.project(copy).tags.keys());
    expect(there.predictions.every(({ tagId }) => tagIds.has(tagId))).toBe(true);
  });

  test('of a model that learned from other images with the same labels are others', async () => {
    const simulator = opened(await startSimulator());
    const [one, other] = [
      await simulator.resource.addProject(SEED),
      await simulator.resource.addProject({ ...SEED, name: 'other' }),
    ];
    expect(byTag(await ask(simulator, classify(one.id), 'prediction'))).not.toEqual(
      byTag(await ask(simulator, classify(other.id), 'prediction')),
    );
  });

  test('of another image are others, and those of one class of many are one together', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject({ ...SEED, classificationType: 'Multiclass' });
    const first = await ask(simulator, classify(id), 'prediction');
    const second = await ask(simulator, classify(id), 'prediction', new Uint8Array(drawPng('another', 8, 8)));
    expect(byTag(first)).not.toEqual(byTag(second));
    expect(first.predictions.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 4);
  });

  test('of a detector come with a box', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject({ ...SEED, type: 'ObjectDetection' });
    const { predictions } = await ask(simulator, `POST /${id}/detect/iterations/live/image/nostore`, 'prediction');
    expect(predictions.map(({ boundingBox }) => Object.keys(boundingBox ?? {}))).toEqual([
      ['left', 'top', 'width', 'height'],
      ['left', 'top', 'width', 'height'],
    ]);
  });

  test('by the training key are of any iteration that is trained, published or not', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject(SEED);
    simulator.resource.addImages(id, 1, { tags: ['pear'] });
    const later = simulator.resource.addIteration(id);
    const quick = (iteration: string) => `POST /projects/${id}/quicktest/image?iterationId=${iteration}&store=false`;
    const [earlier] = [...simulator.resource.project(id).iterations.keys()];
    const [first, second] = [
      await ask(simulator, quick(earlier!), 'training'),
      await ask(simulator, quick(later.id), 'training'),
    ];
    expect(byTag(first)).toEqual(byTag(await ask(simulator, classify(id), 'prediction')));
    expect(byTag(second)).not.toEqual(byTag(first));
    expect((await ask(simulator, `POST /projects/${id}/quicktest/image`, 'training')).iteration).toBe(later.id);
  });

  test.each([
    ['a name that nothing is published under', 'classify/iterations/none/image', picture, 404, 'NotFoundIteration'],
    ['the other kind of project', 'detect/iterations/live/image', picture, 400, 'BadRequestInvalid'],
    ['what is no image', 'classify/iterations/live/image', new Uint8Array(100), 400, 'BadRequestImageFormat'],
    ['more than 4 MB', 'classify/iterations/live/image', new Uint8Array(4_194_305), 400, 'BadRequestImageSizeBytes'],
  ])('are refused for %s', async (_, path, body, status, code) => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject(SEED);
    const reply = await call(simulator, `POST /${id}/${path}`, { api: 'prediction', body, headers: octets });
    expect([reply.status, reply.json.code]).toEqual([status, code]);
  });

  test('need the prediction key, which may be another than that for training', async () => {
    const simulator = opened(await startSimulator({ key: 'one', predictionKey: 'two' }));
    const { id } = await simulator.resource.addProject(SEED);
    const statusWith = async (headers: Record<string, string>) =>
      (await call(simulator, classify(id), { api: 'prediction', body: picture, headers: { ...octets, ...headers } }))
        .status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ 'prediction-key': 'two' })).toBe(200);
    expect((await call(simulator, 'GET /projects', { headers: { 'training-key': 'two' } })).status).toBe(401);
  });

  test('go on where the training API is down, and suffer faults of their own', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject(SEED);
    simulator.faults.order({ operation: 'GetProjects', kind: 'answer', status: 500, shape: 'flat', times: 'always' });
    await ask(simulator, classify(id), 'prediction');
    simulator.faults.order({ operation: 'ClassifyImage', kind: 'answer', status: 503, shape: 'html', times: 1 });
    const body = { api: 'prediction', body: picture, headers: octets } as const;
    expect((await call(simulator, classify(id), body)).status).toBe(503);
  });
});
