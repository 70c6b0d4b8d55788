import { ManualClock, startSimulator } from '../../../src/local/simulator/index.ts';
import { call, PREDICTION_ID, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();
const DETECTION = 'da2e3a8a-40a5-4171-82f4-58522f70fbc1';
const COMPACT = '0732100f-1a38-4e49-a514-c9b44c697ab5';

describe('projects', () => {
  test('are created, read, changed and deleted', async () => {
    const clock = new ManualClock('2026-03-01T00:00:00Z');
    const simulator = opened(await startSimulator({ clock }));
    const created = await call(simulator, 'POST /projects', { query: { name: 'one', description: 'd' } });
    const path = `/projects/${created.json.id}`;
    expect(created.json).toMatchObject({ name: 'one', settings: { classificationType: 'Multilabel' } });
    await clock.advance(1000);
    const body = { name: 'two', description: '', settings: { domainId: COMPACT } };
    const changed = await call(simulator, `PATCH ${path}`, { body });
    expect(changed.json).toMatchObject({ name: 'two', description: '', lastModified: '2026-03-01T00:00:01.000Z' });
    expect((await call(simulator, 'GET /projects')).json).toEqual([changed.json]);
    expect((await call(simulator, `DELETE ${path}`)).status).toBe(204);
    const gone = await call(simulator, `GET ${path}`);
    expect([gone.status, gone.json.code]).toEqual([404, 'NotFoundProject']);
  });

  test.each([
    ['a taken name', { name: 'taken' }, 'BadRequestProjectNameNotUnique'],
    ['no name', {}, 'BadRequestRequiredParamIsNull'],
    ['an unknown domain', { name: 'a', domainId: PREDICTION_ID }, 'BadRequestProjectUnknownDomain'],
    ['an unknown type', { name: 'a', classificationType: 'Other' }, 'BadRequestProjectUnknownClassification'],
    ['an unknown platform', { name: 'a', targetExportPlatforms: 'Tape' }, 'BadRequestProjectUnsupportedExportPlatform'],
  ])('are not created with %s', async (_, query, code) => {
    const simulator = opened(await startSimulator());
    await simulator.resource.addProject({ name: 'taken' });
    const reply = await call(simulator, 'POST /projects', { query: query });
    expect([reply.status, reply.json.code]).toEqual([400, code]);
    expect(simulator.resource.projects).toHaveLength(1);
  });

  test('are not created beyond the limit', async () => {
    const simulator = opened(await startSimulator({ limits: { projects: 1 } }));
    await simulator.resource.addProject({ name: 'first' });
    const reply = await call(simulator, 'POST /projects', { query: { name: 'second' } });
    expect(reply.json.code).toBe('BadRequestExceedProjectLimit');
  });

  test('do not change from classification to detection', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject({ name: 'a' });
    const reply = await call(simulator, `PATCH /projects/${id}`, { body: { settings: { domainId: DETECTION } } });
    expect(reply.json.code).toBe('BadRequestProjectUnsupportedDomainTypeChange');
  });

  test.each([
    ['refused', 400],
    ['allowed', 200],
  ] as const)('are renamed to a taken name: %s', async (renameToTakenName, status) => {
    const simulator = opened(await startSimulator({ unknowns: { renameToTakenName } }));
    await simulator.resource.addProject({ name: 'taken' });
    const { id } = await simulator.resource.addProject({ name: 'other' });
    expect((await call(simulator, `PATCH /projects/${id}`, { body: { name: 'taken' } })).status).toBe(status);
    expect((await call(simulator, `PATCH /projects/${id}`, { body: { name: 'free' } })).status).toBe(200);
  });

  test('hold texts to the limits that they are given', async () => {
    const unknowns = { descriptionLimit: '128', projectNameLimit: '64' } as const;
    const simulator = opened(await startSimulator({ unknowns }));
    const { id } = await simulator.resource.addProject({ name: 'n'.repeat(64) });
    const patch = async (body: object) =>
      (await call(simulator, `PATCH /projects/${id}`, { body })).json.code as string;
    expect(await patch({ description: 'd'.repeat(129) })).toBe('BadRequestProjectDescription');
    expect(await patch({ name: 'n'.repeat(65) })).toBe('BadRequestProjectName');
    expect(await patch({ description: 'd'.repeat(128) })).toBeUndefined();
  });

  test('are kept as they were where a change leaves members out, or need them all', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject({ name: 'a', description: 'kept' });
    const patch = () => call(simulator, `PATCH /projects/${id}`, { body: { name: 'b' } });
    expect((await patch()).json).toMatchObject({ name: 'b', description: 'kept' });
    simulator.setUnknowns({ patchOmittedMembers: 'refused' });
    expect((await patch()).json.code).toBe('BadRequestRequiredParamIsNull');
  });

  test('are not deleted while an iteration is published', async () => {
    const simulator = opened(await startSimulator());
    const { id, iterations } = await simulator.resource.addProject({
      name: 'a',
      iterations: [{ publishName: 'live', predictionId: PREDICTION_ID }],
    });
    const [iteration] = iterations.keys();
    const refused = await call(simulator, `DELETE /projects/${id}`);
    expect([refused.status, refused.json.code]).toEqual([400, 'BadRequestIterationIsPublished']);
    await call(simulator, `DELETE /projects/${id}/iterations/${iteration!}/publish`);
    expect((await call(simulator, `DELETE /projects/${id}`)).status).toBe(204);
  });

  test('are read-only in disaster recovery mode, one by one or all together', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject({ name: 'a' });
    const rename = async () => (await call(simulator, `PATCH /projects/${id}`, { body: { name: 'b' } })).status;
    const create = async () => (await call(simulator, 'POST /projects', { query: { name: 'c' } })).status;
    simulator.resource.setDrMode(true, id);
    expect((await call(simulator, `GET /projects/${id}`)).json.drModeEnabled).toBe(true);
    expect([await rename(), await create()]).toEqual([403, 200]);
    simulator.resource.setDrMode(false, id);
    simulator.resource.setDrMode(true);
    expect([await rename(), await create()]).toEqual([403, 403]);
    const reply = await call(simulator, 'POST /projects', { query: { name: 'd' } });
    expect(reply.json.code).toBe('ForbiddenDRModeEnabled');
  });

  test('show their status only where they are told to, unless it says something', async () => {
    const clock = new ManualClock();
    const simulator = opened(await startSimulator({ clock, unknowns: { projectStatus: 'omitted' } }));
    const { id } = await simulator.resource.addProject({ name: 'a' });
    expect((await call(simulator, `GET /projects/${id}`)).json).not.toHaveProperty('status');
    const { token } = (await call(simulator, `GET /projects/${id}/export`)).value as { token: string };
    const copy = await call(simulator, 'POST /projects/import', { query: { token, name: 'copy' } });
    expect(copy.json.status).toBe('Importing');
  });
});
