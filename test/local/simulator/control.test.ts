import { ManualClock, startSimulator } from '../../../src/local/simulator/index.ts';
import { call, control, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();

describe('the control endpoint', () => {
  test('orders faults, lists what is left of them, and clears them', async () => {
    const simulator = opened(await startSimulator());
    const orders = [1, 2].map((times) => ({ operation: 'GetProjects', kind: 'answer', status: 503, times }));
    expect((await control(simulator, 'POST /faults', orders)).status).toBe(200);
    expect((await call(simulator, 'GET /projects')).status).toBe(503);
    expect((await control(simulator, 'GET /faults')).json).toMatchObject([{ times: 2 }]);
    expect((await control(simulator, 'DELETE /faults')).status).toBe(204);
    expect((await call(simulator, 'GET /projects')).status).toBe(200);
  });

  test('places none of several faults where one is wrong', async () => {
    const simulator = opened(await startSimulator());
    const orders = [
      { operation: 'GetProjects', kind: 'timeout' },
      { operation: 'GetProjects', kind: 'explode' },
    ];
    const reply = await control(simulator, 'POST /faults', orders);
    expect([reply.status, reply.json.message]).toEqual([400, expect.stringContaining('not a fault') as string]);
    expect(simulator.faults.list).toEqual([]);
  });

  test('moves a manual clock, and says that it cannot move real time', async () => {
    const clock = new ManualClock('2026-01-01T00:00:00Z');
    const manual = opened(await startSimulator({ clock }));
    const real = opened(await startSimulator());
    const advance = { advanceInMs: 60_000 };
    expect((await control(manual, 'POST /clock', advance)).json).toEqual({
      now: '2026-01-01T00:01:00.000Z',
      manual: true,
    });
    expect((await control(real, 'POST /clock', advance)).status).toBe(400);
    expect((await control(real, 'GET /clock')).json).toMatchObject({ manual: false });
  });

  test('shows the calls and the state, and forgets the calls', async () => {
    const simulator = opened(await startSimulator({ name: 'west' }));
    await simulator.resource.addProject({ name: 'a', tags: [{ name: 't', images: 3 }], iterations: [{}] });
    await call(simulator, 'GET /projects');
    expect((await control(simulator, 'GET /calls')).json).toMatchObject([{ operation: 'GetProjects', status: 200 }]);
    expect((await control(simulator, 'DELETE /calls')).status).toBe(204);
    expect(simulator.calls.all).toEqual([]);
    const { text, json } = await control(simulator, 'GET /state');
    expect(json).toMatchObject({
      name: 'west',
      unknowns: { importNameTaken: 'suffix' },
      projects: [{ name: 'a', imageCount: 3, iterations: [{ status: 'Completed', published: false }] }],
    });
    expect(text).not.toContain('sig=');
  });

  test('changes unknowns and disaster recovery mode, or nothing where something is wrong', async () => {
    const simulator = opened(await startSimulator());
    const { id } = await simulator.resource.addProject({ name: 'a' });
    const settings = { unknowns: { projectStatus: 'omitted' }, drMode: true, projectDrMode: { [id]: true } };
    for (const wrong of [{ unknowns: { nothing: 'x' } }, { unknowns: { projectStatus: 'x' } }, { other: 1 }]) {
      expect((await control(simulator, 'POST /settings', { ...settings, ...wrong })).status).toBe(400);
    }
    expect([simulator.unknowns.projectStatus, simulator.resource.project(id).drMode]).toEqual(['present', false]);
    expect((await control(simulator, 'POST /settings', settings)).status).toBe(204);
    expect([simulator.unknowns.projectStatus, simulator.resource.project(id).drMode]).toEqual(['omitted', true]);
  });

  test('says where it does not know what is asked, or cannot read it', async () => {
    const simulator = opened(await startSimulator());
    expect((await control(simulator, 'GET /nothing')).status).toBe(404);
    expect((await control(simulator, 'POST /faults', 'not JSON')).status).toBe(400);
  });
});
