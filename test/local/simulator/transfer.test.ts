import { ManualClock, startSimulator, type Simulator, type Unknowns } from '../../../src/local/simulator/index.ts';
import { call, PREDICTION_ID, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();
const CONTENT = { iterationCount: 2, imageCount: 24, tagCount: 2, regionCount: 20 };

/** Two resources in two regions; the source holds one project. */
async function twoRegions(given: { source?: Partial<Unknowns>; target?: Partial<Unknowns>; projects?: number } = {}) {
  const clock = new ManualClock();
  const delays = { importInSeconds: 40, trainingInSeconds: 60 };
  const limits = { projects: given.projects ?? 100 };
  const source = opened(await startSimulator({ clock, delays, ...(given.source && { unknowns: given.source }) }));
  const target = opened(
    await startSimulator({ clock, delays, limits, ...(given.target && { unknowns: given.target }) }),
  );
  const project = await source.resource.addProject({
    name: 'Bottles & cans, 50% "új"',
    description: 'on the line',
    type: 'ObjectDetection',
    domain: 'General (compact)',
    tags: [
      { name: 'bottle', images: 10 },
      { name: 'can', images: 10 },
    ],
    untaggedImages: 4,
    iterations: [{ name: 'first' }, { name: 'live one', publishName: 'live', predictionId: PREDICTION_ID }],
  });
  const exported = async () => (await call(source, `GET /projects/${project.id}/export`)).value as { token: string };
  return { clock, source, target, project, exported };
}

function importInto(target: Simulator, token: string, name?: string) {
  return call(target, 'POST /projects/import', { query: { token, ...(name !== undefined && { name }) } });
}

/** Imports and waits until it is over; resolves to what the target then holds. */
async function copy(given: Awaited<ReturnType<typeof twoRegions>>, name = 'copy') {
  const { token } = await given.exported();
  const { id } = (await importInto(given.target, token, name)).value as { id: string };
  await given.clock.advance(40_000);
  return given.target.resource.project(id);
}

describe('exporting a project', () => {
  test('answers with counts and a token that looks like a signed URL', async () => {
    const { exported } = await twoRegions();
    const { token, ...counts } = await exported();
    expect(counts).toEqual({ ...CONTENT, estimatedImportTimeInMS: 40_000 });
    expect(token).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/prjexp-[0-9a-f-]{36}\/project-export-info\?sv=[\d-]+&sr=b&sig=[^&]+%3D&se=2026-01-02T00%3A00%3A00Z&sp=r$/,
    );
  });

  test('leaves the counts out where it is told to', async () => {
    const { exported } = await twoRegions({ source: { exportCounts: 'omitted' } });
    expect(Object.keys(await exported())).toEqual(['token']);
  });

  test.each(['400', '409'] as const)('is refused with %s while training', async (exportWhileTrainingStatus) => {
    const { source, project, clock } = await twoRegions({ source: { exportWhileTrainingStatus } });
    source.resource.train(project.id);
    const reply = await call(source, `GET /projects/${project.id}/export`);
    expect([reply.status, reply.json.code]).toEqual([
      Number(exportWhileTrainingStatus),
      'BadRequestExportWhileTraining',
    ]);
    await clock.advance(60_000);
    expect((await call(source, `GET /projects/${project.id}/export`)).json.iterationCount).toBe(3);
  });

  test('leaves out what is still training where that is allowed', async () => {
    const { source, project, exported } = await twoRegions({ source: { exportWhileTraining: 'allowed' } });
    source.resource.train(project.id);
    expect(await exported()).toMatchObject(CONTENT);
  });
});

describe('importing a project', () => {
  test('answers at once, fills by and by, and succeeds', async () => {
    const { clock, target, exported } = await twoRegions();
    const reply = await importInto(target, (await exported()).token, 'copy');
    expect(reply.json).toMatchObject({ name: 'copy', status: 'Importing', description: 'on the line' });
    const project = target.resource.projectNamed('copy');
    const sizes = () => [project.tags.size, project.images.size, project.iterations.size, project.status];
    const seen = [sizes()];
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await clock.advance(10_000);
      seen.push(sizes());
    }
    expect(seen).toEqual([
      [0, 0, 0, 'Importing'],
      [2, 0, 0, 'Importing'],
      [2, 12, 0, 'Importing'],
      [2, 24, 0, 'Importing'],
      [2, 24, 2, 'Succeeded'],
    ]);
  });

  test('makes new ids throughout, publishes nothing, and keeps the same pictures', async () => {
    const given = await twoRegions();
    const { source, target, project } = given;
    const replica = await copy(given);
    for (const part of ['tags', 'images', 'iterations'] as const) {
      expect([...replica[part].keys()].filter((id) => project[part].has(id))).toEqual([]);
    }
    const iterations = (await call(target, `GET /projects/${replica.id}/iterations`)).value as object[];
    expect(iterations).toMatchObject([
      { name: 'first', status: 'Completed', publishName: '' },
      { name: 'live one', status: 'Completed', publishName: '', originalPublishResourceId: PREDICTION_ID },
    ]);
    const picture = async (simulator: Simulator, id: string) => {
      const [image] = (await call(simulator, `GET /projects/${id}/images`)).value as Record<string, string>[];
      return Buffer.from(await (await fetch(image!['originalImageUri']!)).arrayBuffer());
    };
    expect(await picture(target, replica.id)).toEqual(await picture(source, project.id));
    expect([...replica.images.values()][0]!.regions).toHaveLength(1);
    expect((await call(target, `GET /projects/${replica.id}/export`)).json).toMatchObject(CONTENT);
  });

  test('copies the project as it was when it was exported', async () => {
    const { clock, source, target, project, exported } = await twoRegions();
    const { token } = await exported();
    source.resource.addImages(project.id, 5);
    source.resource.removeProject(project.id);
    const { id } = (await importInto(target, token)).value as { id: string };
    await clock.advance(40_000);
    expect(target.resource.project(id)).toMatchObject({ name: project.name, status: 'Succeeded' });
    expect(target.resource.project(id).images.size).toBe(24);
  });

  test('puts a number behind a name that is taken, or refuses it', async () => {
    const { target, exported } = await twoRegions();
    const { token } = await exported();
    const names = [];
    for (let time = 0; time < 3; time += 1) names.push((await importInto(target, token, 'copy')).json.name);
    expect(names).toEqual(['copy', 'copy (1)', 'copy (2)']);
    target.setUnknowns({ importNameTaken: 'refused' });
    expect((await importInto(target, token, 'copy')).json.code).toBe('BadRequestProjectNameNotUnique');
  });

  test('is refused where the resource is full', async () => {
    const { target, exported } = await twoRegions({ projects: 1 });
    await target.resource.addProject({ name: 'in the way' });
    const reply = await importInto(target, (await exported()).token, 'copy');
    expect([reply.status, reply.json.code]).toEqual([400, 'BadRequestExceedProjectLimit']);
    expect(target.resource.projects).toHaveLength(1);
  });

  test('ends as failed where the resource is full and that is how it is told', async () => {
    const given = await twoRegions({ projects: 1, target: { importAtLimit: 'failed' } });
    await given.target.resource.addProject({ name: 'in the way' });
    const project = await copy(given);
    expect([project.status, project.images.size, project.tags.size]).toEqual(['Failed', 0, 0]);
  });

  test('fails and leaves a part behind, or never ends, where it is told to', async () => {
    const given = await twoRegions();
    given.target.faults.order({ operation: 'ImportProject', kind: 'ends-failed', keepShare: 0.5 });
    const partial = await copy(given, 'partial');
    expect([partial.status, partial.tags.size, partial.images.size, partial.iterations.size]).toEqual([
      'Failed',
      1,
      12,
      0,
    ]);
    given.target.faults.order({ operation: 'ImportProject', kind: 'never-ends' });
    const hanging = await copy(given, 'hanging');
    await given.clock.advance(86_400_000);
    expect([hanging.status, hanging.images.size]).toEqual(['Importing', 12]);
  });

  test('is changed and deleted while it goes on, unless that is refused', async () => {
    const { clock, target, exported } = await twoRegions();
    const { token } = await exported();
    const { id } = (await importInto(target, token, 'copy')).value as { id: string };
    const rename = async (name: string) => (await call(target, `PATCH /projects/${id}`, { body: { name } })).status;
    target.setUnknowns({ updateWhileImporting: 'refused', deleteWhileImporting: 'refused' });
    expect([await rename('a'), (await call(target, `DELETE /projects/${id}`)).status]).toEqual([400, 400]);
    target.setUnknowns({ updateWhileImporting: 'allowed', deleteWhileImporting: 'allowed' });
    expect([await rename('b'), (await call(target, `DELETE /projects/${id}`)).status]).toEqual([200, 204]);
    await clock.advance(40_000);
    expect([target.resource.projects, target.problems]).toEqual([[], []]);
  });
});

describe('what an import carries', () => {
  const queue = 'http://127.0.0.1:10001/devstoreaccount1/queue';

  test.each<[keyof Unknowns, Partial<Unknowns>, object]>([
    ['importKeepsIterationNames', { importKeepsIterationNames: 'no' }, { names: ['Iteration 1', 'Iteration 2'] }],
    ['importKeepsIterationIds', { importKeepsIterationIds: 'yes' }, { sameIterations: true }],
    ['importKeepsTagIds', { importKeepsTagIds: 'yes' }, { sameTags: true }],
    ['importKeepsImageIds', { importKeepsImageIds: 'yes' }, { sameImages: true }],
    ['importKeepsPublishName', { importKeepsPublishName: 'shown' }, { publishNames: [null, 'live'], published: 0 }],
    ['importKeepsPublishName', { importKeepsPublishName: 'published' }, { publishNames: [null, 'live'], published: 1 }],
    [
      'importKeepsOriginalPublishResourceId',
      { importKeepsOriginalPublishResourceId: 'no' },
      { resourceIds: [null, null] },
    ],
    ['importKeepsTrainedAt', { importKeepsTrainedAt: 'no' }, { sameTrainedAt: false }],
    ['importKeepsLastModified', { importKeepsLastModified: 'yes' }, { sameLastModified: true }],
    ['importCarriesStorageUris', { importCarriesStorageUris: 'yes' }, { queue }],
    ['importCarriesDescription', { importCarriesDescription: 'no' }, { description: '' }],
    ['importCarriesImageMetadata', { importCarriesImageMetadata: 'yes' }, { metadata: { shelf: '3' } }],
  ])('follows the unknown %s', async (_, target, difference) => {
    const given = await twoRegions({ target });
    const { project, clock } = given;
    project.notificationQueueUri = queue;
    for (const image of project.images.values()) image.metadata = { shelf: '3' };
    await clock.advance(1000);
    const replica = await copy(given);
    const iterations = [...replica.iterations.values()];
    const originals = [...project.iterations.values()];
    expect({
      names: iterations.map(({ name }) => name),
      sameIterations: [...replica.iterations.keys()].join() === [...project.iterations.keys()].join(),
      sameTags: [...replica.tags.keys()].join() === [...project.tags.keys()].join(),
      sameImages: [...replica.images.keys()].join() === [...project.images.keys()].join(),
      publishNames: iterations.map(({ publishName }) => publishName),
      published: iterations.filter(({ published }) => published).length,
      resourceIds: iterations.map(({ originalPublishResourceId }) => originalPublishResourceId),
      sameTrainedAt: iterations[0]!.trainedAt === originals[0]!.trainedAt,
      sameLastModified: replica.lastModified === project.lastModified,
      queue: replica.notificationQueueUri,
      description: replica.description,
      metadata: [...replica.images.values()][0]!.metadata,
    }).toEqual({
      names: ['first', 'live one'],
      sameIterations: false,
      sameTags: false,
      sameImages: false,
      publishNames: [null, null],
      published: 0,
      resourceIds: [null, PREDICTION_ID],
      sameTrainedAt: true,
      sameLastModified: false,
      queue: null,
      description: 'on the line',
      metadata: {},
      ...difference,
    });
  });
});

describe('an import token', () => {
  test.each<[string, (token: string) => string]>([
    ['encoded twice', (token) => encodeURIComponent(encodeURIComponent(token))],
    ['not encoded', (token) => token],
    ['encoded but for its percent signs', (token) => encodeURIComponent(token).replaceAll('%25', '%')],
    ['forged', (token) => encodeURIComponent(token.replace(/sig=./, 'sig=-'))],
    ['cut', (token) => encodeURIComponent(token.slice(0, -1))],
    ['of another project', (token) => encodeURIComponent(token.replace(/prjexp-./, 'prjexp-g'))],
    ['for another machine', (token) => encodeURIComponent(token.replace('127.0.0.1', '192.0.2.1'))],
    ['nonsense', () => 'nonsense'],
  ])('that is %s is refused', async (_, sent) => {
    const { target, exported } = await twoRegions();
    const { token } = await exported();
    const url = `${target.url}/customvision/v3.3/training/projects/import?name=copy&token=${sent(token)}`;
    const response = await fetch(url, { method: 'POST', headers: { 'training-key': target.key } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'BadRequestInvalidImportToken' });
    expect(target.resource.projects).toEqual([]);
  });

  test('is good for a day', async () => {
    const { clock, target, exported } = await twoRegions();
    const { token } = await exported();
    await clock.advance(86_399_000);
    expect((await importInto(target, token)).status).toBe(200);
    await clock.advance(1000);
    expect((await importInto(target, token)).json.code).toBe('BadRequestInvalidImportToken');
  });

  test('serves once, or dies with its project, where it is told to', async () => {
    const given = await twoRegions({ source: { tokenReusable: 'no', tokenValidAfterSourceDeletion: 'no' } });
    const { source, target, project, exported } = given;
    const { token } = await exported();
    const other = await exported();
    expect((await importInto(target, token)).status).toBe(200);
    expect((await importInto(target, token)).json.code).toBe('BadRequestInvalidImportToken');
    source.resource.removeProject(project.id);
    expect((await importInto(target, other.token)).json.code).toBe('BadRequestInvalidImportToken');
  });

  test('leads nowhere once its region is gone', async () => {
    const { source, target, exported } = await twoRegions();
    const { token } = await exported();
    await source.close();
    const reply = await importInto(target, token);
    expect([reply.status, reply.json.code]).toEqual([500, 'ErrorProjectImportRequestFailed']);
    expect(target.problems[0]).not.toContain('sig=');
  });

  test('is not shown in the log of calls', async () => {
    const { target, exported } = await twoRegions();
    const { token } = await exported();
    await importInto(target, token, 'copy');
    expect(target.calls.of('ImportProject')[0]).toMatchObject({
      path: expect.stringContaining('token=***&name=copy') as string,
    });
  });
});
