import { ManualClock, startSimulator, type Unknowns } from '../../../src/local/simulator/index.ts';
import { call, PREDICTION_ID, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();

async function trainable(unknowns: Partial<Unknowns> = {}) {
  const clock = new ManualClock();
  const delays = { trainingInSeconds: 60, exportModelInSeconds: 30 };
  const simulator = opened(await startSimulator({ clock, delays, unknowns, limits: { iterationsPerProject: 3 } }));
  const project = await simulator.resource.addProject({
    name: 'a',
    domain: 'General (compact)',
    tags: [{ name: 'cat', images: 5 }],
  });
  const path = `/projects/${project.id}`;
  const train = (query: Record<string, string> = {}) => call(simulator, `POST ${path}/train`, { query });
  return { simulator, clock, project, path, train };
}

describe('training', () => {
  test('makes a numbered iteration that completes after its time', async () => {
    const { simulator, clock, path, train } = await trainable();
    const { id } = (await train()).value as { id: string };
    const read = async () => (await call(simulator, `GET ${path}/iterations/${id}`)).value as Record<string, unknown>;
    expect(await read()).toMatchObject({ name: 'Iteration 1', status: 'Training', exportable: false });
    await clock.advance(59_999);
    expect((await read())['status']).toBe('Training');
    await clock.advance(1);
    expect(await read()).toMatchObject({
      status: 'Completed',
      exportable: true,
      trainedAt: '2026-01-01T00:01:00.000Z',
    });
  });

  test('is refused while one is going on, where nothing changed, and beyond the limit of iterations', async () => {
    const { simulator, clock, project, train } = await trainable();
    const code = async (query = {}) => (await train(query)).json.code;
    expect(await code()).toBeUndefined();
    expect(await code()).toBe('BadRequestTrainingAlreadyInProgress');
    await clock.advance(60_000);
    expect(await code()).toBe('BadRequestTrainingNotNeeded');
    expect(await code({ forceTrain: 'true' })).toBeUndefined();
    await clock.advance(60_000);
    simulator.resource.addImages(project.id, 1, { tags: ['cat'] });
    expect(await code()).toBeUndefined();
    await clock.advance(60_000);
    expect(await code({ forceTrain: 'true' })).toBe('BadRequestExceedIterationPerProjectLimit');
  });

  test('is refused without tagged images', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject({ name: 'a', untaggedImages: 3 });
    expect((await call(simulator, `POST /projects/${id}/train`)).json.code).toBe('BadRequestTrainingValidationFailed');
  });

  test('fails, or never ends, where it is told to', async () => {
    const { simulator, clock, path, train } = await trainable();
    simulator.faults.order({ operation: 'TrainProject', kind: 'ends-failed' });
    simulator.faults.order({ operation: 'TrainProject', kind: 'never-ends' });
    await train();
    await clock.advance(60_000);
    await train();
    await clock.advance(86_400_000);
    const list = (await call(simulator, `GET ${path}/iterations`)).value as { status: string }[];
    expect(list.map(({ status }) => status)).toEqual(['Failed', 'Training']);
  });
});

describe('iterations', () => {
  test('are renamed to a name that is free, and deleted', async () => {
    const { simulator, project, path } = await trainable();
    const { id } = simulator.resource.addIteration(project.id, { name: 'first' });
    simulator.resource.addIteration(project.id, { name: 'second' });
    const rename = (name: string) => call(simulator, `PATCH ${path}/iterations/${id}`, { body: { name } });
    expect((await rename('second')).json.code).toBe('BadRequestIterationNameNotUnique');
    expect((await rename('third')).json.name).toBe('third');
    expect((await call(simulator, `DELETE ${path}/iterations/${id}`)).status).toBe(204);
    expect((await call(simulator, `GET ${path}/iterations/${id}`)).json.code).toBe('NotFoundIteration');
  });

  test('show the workspace and leave out an empty publish name where they are told to', async () => {
    const { simulator, project, path } = await trainable({ workspaceIteration: 'listed', unpublishedName: 'absent' });
    simulator.resource.addIteration(project.id);
    const [workspace, iteration] = (await call(simulator, `GET ${path}/iterations`)).value as { status: string }[];
    expect(workspace!.status).toBe('New');
    expect(iteration).not.toHaveProperty('publishName');
  });
});

describe('publishing', () => {
  async function publishable(unknowns: Partial<Unknowns> = {}) {
    const given = await trainable(unknowns);
    const { simulator, project, path } = given;
    const ids = [1, 2].map(() => simulator.resource.addIteration(project.id).id);
    const publish = (id: string, query: Record<string, string> = {}) =>
      call(simulator, `POST ${path}/iterations/${id}/publish`, {
        query: { publishName: 'live', predictionId: PREDICTION_ID, ...query },
      });
    const unpublish = (id: string) => call(simulator, `DELETE ${path}/iterations/${id}/publish`);
    const names = async () =>
      ((await call(simulator, `GET ${path}/iterations`)).value as { publishName: string }[]).map(
        (one) => one.publishName,
      );
    return { ...given, first: ids[0]!, second: ids[1]!, publish, unpublish, names };
  }

  test('gives an iteration its name, answers true, and takes it back', async () => {
    const { first, publish, unpublish, names } = await publishable();
    expect((await publish(first)).json).toBe(true);
    expect(await names()).toEqual(['live', '']);
    expect((await unpublish(first)).status).toBe(204);
    expect((await unpublish(first)).json.code).toBe('BadRequestIterationNotPublished');
  });

  test('moves a name from one iteration to another only where it may overwrite', async () => {
    const { first, second, publish, names } = await publishable();
    await publish(first);
    expect((await publish(second)).json.code).toBe('BadRequestInvalidPublishName');
    expect((await publish(second, { overwrite: 'true' })).json).toBe(true);
    expect(await names()).toEqual(['', 'live']);
    expect((await publish(second, { publishName: 'other' })).json.code).toBe('BadRequestIterationIsPublished');
    expect((await publish(second, { overwrite: 'true' })).json).toBe(true);
  });

  test.each([
    ['first', PREDICTION_ID],
    ['last', `${PREDICTION_ID}2`],
    ['nothing', undefined],
  ] as const)('shows the %s resource that an iteration was published to', async (publishedResourceShown, expected) => {
    const simulator = opened(await startSimulator({ unknowns: { publishedResourceShown } }));
    const { id, iterations } = await simulator.resource.addProject({ name: 'a', iterations: [{}] });
    const [iteration] = [...iterations.values()];
    for (const predictionId of [PREDICTION_ID, `${PREDICTION_ID}2`]) {
      simulator.resource.publish(id, iteration!.id, { publishName: 'live', predictionId, overwrite: true });
    }
    expect(iteration!.publishedTo).toBe(`${PREDICTION_ID}2`);
    const { value } = await call(simulator, `GET /projects/${id}/iterations/${iteration!.id}`);
    expect((value as { originalPublishResourceId?: string }).originalPublishResourceId).toBe(expected);
  });

  test('may refuse an iteration under the name that it has', async () => {
    const simulator = opened(await startSimulator({ unknowns: { publishUnderOwnName: 'refused' } }));
    const { id, iterations } = await simulator.resource.addProject({ name: 'a', iterations: [{}] });
    const [iteration] = iterations.keys();
    const publication = { publishName: 'live', predictionId: PREDICTION_ID, overwrite: true };
    simulator.resource.publish(id, iteration!, publication);
    expect(() => simulator.resource.publish(id, iteration!, publication)).toThrow('is published as "live"');
  });

  test.each([
    ['a bare subscription id', '11111111-2222-4333-8444-555555555555'],
    ['the id of something else', '/subscriptions/a/resourceGroups/b/providers/Microsoft.Web/sites/c'],
  ])('refuses %s as its target', async (_, predictionId) => {
    const { first, publish } = await publishable();
    expect((await publish(first, { predictionId })).json.code).toBe('BadRequestInvalidPublishTarget');
  });

  test('refuses a prediction resource that is not one of those it was given', async () => {
    const simulator = opened(await startSimulator({ predictionResources: [PREDICTION_ID.toLowerCase()] }));
    const project = await simulator.resource.addProject({ name: 'a', iterations: [{}] });
    const [id] = project.iterations.keys();
    const publish = (predictionId: string) =>
      call(simulator, `POST /projects/${project.id}/iterations/${id!}/publish`, {
        query: { publishName: 'x', predictionId },
      });
    expect((await publish(`${PREDICTION_ID}2`)).json.code).toBe('BadRequestInvalidPublishTarget');
    expect((await publish(PREDICTION_ID)).json).toBe(true);
  });

  test('refuses an iteration that is not trained, and deleting one that is published', async () => {
    const { simulator, path, first, publish, train } = await publishable();
    const { id } = (await train({ forceTrain: 'true' })).value as { id: string };
    expect((await publish(id)).json.code).toBe('BadRequestIterationIsNotTrained');
    await publish(first);
    const deleted = await call(simulator, `DELETE ${path}/iterations/${first}`);
    expect(deleted.json.code).toBe('BadRequestIterationIsPublished');
  });

  test.each(['no', 'yes'] as const)('moves lastModified: %s', async (publishBumpsLastModified) => {
    const { clock, project, first, publish } = await publishable({ publishBumpsLastModified });
    const before = project.lastModified;
    await clock.advance(5000);
    await publish(first);
    expect(project.lastModified - before).toBe(publishBumpsLastModified === 'yes' ? 5000 : 0);
  });

  test('keeps to letters, digits and hyphens where it is told to', async () => {
    const { first, publish } = await publishable({ publishNameCharacters: 'letters-digits-hyphens' });
    expect((await publish(first, { publishName: 'not this' })).json.code).toBe('BadRequestInvalidPublishName');
  });
});

describe('exporting a model', () => {
  test('takes its time, and is then fetched from the simulator', async () => {
    const { simulator, clock, project, path } = await trainable();
    const { id } = simulator.resource.addIteration(project.id);
    const query = { platform: 'ONNX', flavor: 'ONNX12' };
    const begun = await call(simulator, `POST ${path}/iterations/${id}/export`, { query });
    expect(begun.json).toMatchObject({ ...query, status: 'Exporting', downloadUri: '' });
    await clock.advance(30_000);
    const [made] = (await call(simulator, `GET ${path}/iterations/${id}/export`)).value as { downloadUri: string }[];
    const bytes = Buffer.from(await (await fetch(made!.downloadUri)).arrayBuffer());
    expect(bytes.readUInt32LE(0)).toBe(0x06054b50);
    const artifact = await call(simulator, `GET ${path}/artifacts`, {
      query: { path: new URL(made!.downloadUri).pathname },
    });
    expect(artifact.status).toBe(200);
  });

  test('is refused a second time for the same platform and flavor, until it failed', async () => {
    const { simulator, clock, project, path } = await trainable();
    const { id } = simulator.resource.addIteration(project.id);
    const code = async (query: Record<string, string>) =>
      (await call(simulator, `POST ${path}/iterations/${id}/export`, { query })).json.code;
    expect(await code({ platform: 'ONNX', flavor: 'ONNX10' })).toBeUndefined();
    expect(await code({ platform: 'ONNX', flavor: 'ONNX12' })).toBeUndefined();
    expect(await code({ platform: 'ONNX', flavor: 'ONNX12' })).toBe('BadRequestExportAlreadyInProgress');
    simulator.faults.order({ operation: 'ExportIteration', kind: 'ends-failed' });
    expect(await code({ platform: 'CoreML' })).toBeUndefined();
    await clock.advance(30_000);
    expect(await code({ platform: 'CoreML' })).toBeUndefined();
  });

  test('is refused for domains that are not compact, and for flavors of other platforms', async () => {
    const { simulator, project, path } = await trainable();
    const compact = simulator.resource.addIteration(project.id);
    await simulator.resource.updateProject(project.id, { domainId: 'ee85a74c-405e-4adc-bb47-ffa8ca0c9f31' });
    const general = simulator.resource.addIteration(project.id);
    const code = async (id: string, query: Record<string, string>) =>
      (await call(simulator, `POST ${path}/iterations/${id}/export`, { query })).json.code;
    expect(await code(general.id, { platform: 'ONNX' })).toBe('BadRequestExportValidationFailed');
    expect(await code(compact.id, { platform: 'CoreML', flavor: 'ONNX12' })).toBe('BadRequestExportValidationFailed');
    expect(await code(compact.id, { platform: 'OpenVino' })).toBe('BadRequestExportValidationFailed');
  });
});
