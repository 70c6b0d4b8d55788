import {
  HostProcess,
  makeAppFolder,
  openStage,
  QUICK_QUEUES,
  RARELY,
  type AppFolder,
  type Stage,
} from './host-process.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

const startedAgain = (host: HostProcess) => host.stderr.split('it is started again').length - 1;

describe('a worker that dies', () => {
  test('takes what runs in it along, and is started again', async () => {
    const host = stage.start();
    const url = await host.url();
    const slow = fetch(`${url}/api/slow?ms=60000`);
    await host.recorded(({ slow }) => slow === 'begun');
    expect((await fetch(`${url}/api/die`)).status).toBe(500);
    expect((await slow).status).toBe(500);
    expect(host.stderr).toMatch(/die failed .*the worker ended by itself/);
    expect(host.stderr).toContain('told to die');
    expect(await (await fetch(`${url}/api/items/all`)).text()).toBe('all of them');
    expect(await host.end()).toBe(0);
  });

  test('has its message back after visibilityTimeout, and in the end in the poison queue', async () => {
    const queue = await stage.makeQueue('deadly');
    const host = stage.start({ WORK_QUEUE: 'deadly' });
    await host.url();
    await queue.sendMessage('{"die": true}');
    await host.until(() => (host.stderr.includes('goes to deadly-poison after 2 deliveries') ? true : undefined));
    expect(startedAgain(host)).toBe(2);
    await host.end();
  });

  test('for the third time within 20 s takes the host along', async () => {
    const host = stage.start();
    const url = await host.url();
    const die = () =>
      fetch(`${url}/api/die`).then(
        ({ status }) => status,
        () => 'cut off',
      );
    expect([await die(), await die()]).toEqual([500, 500]);
    await die();
    expect(await host.exited()).toBe(1);
    expect(startedAgain(host)).toBe(2);
    expect(host.stderr).toContain('that was the third time within 20 s');
  });

  test('keeps the time that the app was moved to', async () => {
    const host = stage.start({}, ['--steerable-clock']);
    const url = await host.url();
    await fetch(`${url}/admin/clock`, { method: 'POST', body: '{"advanceSeconds": 7200}' });
    await fetch(`${url}/api/die`);
    const { now } = (await (await fetch(`${url}/api/time`)).json()) as { now: number };
    expect(now - Date.now()).toBeGreaterThan(7_100_000);
    await host.end();
  });
});

describe('an invocation beyond functionTimeout', () => {
  let impatient: AppFolder;
  beforeAll(async () => {
    impatient = await makeAppFolder();
    impatient.writeHostJson({ version: '2.0', functionTimeout: '00:00:01', extensions: { queues: QUICK_QUEUES } });
  });
  afterAll(() => impatient.remove());

  test.each(['slow?ms=60000', 'spin'])(
    'fails with all that runs beside it, and the worker is started again: %s',
    async (route) => {
      const host = new HostProcess(impatient.path, [], { TICK_SCHEDULE: RARELY });
      const url = await host.url();
      const [late, beside] = [fetch(`${url}/api/${route}`), fetch(`${url}/api/slow?ms=60000`)];
      expect((await late).status).toBe(500);
      expect((await beside).status).toBe(500);
      expect(host.stderr).toContain('ran for more than the 1 s that functionTimeout in host.json allows');
      expect(startedAgain(host)).toBe(1);
      expect((await fetch(`${url}/api/items/all`)).status).toBe(200);
      expect(await host.end()).toBe(0);
    },
  );

  test('is found by the time that the app sees, where that is steered', async () => {
    const patient = await makeAppFolder();
    patient.writeHostJson({ version: '2.0', functionTimeout: '00:10:00', extensions: { queues: QUICK_QUEUES } });
    try {
      const host = new HostProcess(patient.path, ['--steerable-clock', '--verbose'], { TICK_SCHEDULE: RARELY });
      const url = await host.url();
      const advance = (advanceSeconds: number) =>
        fetch(`${url}/admin/clock`, { method: 'POST', body: JSON.stringify({ advanceSeconds }) });
      const late = fetch(`${url}/api/slow?ms=60000`);
      await host.recorded(({ slow }) => slow === 'begun');
      await advance(500);
      await advance(99);
      expect(startedAgain(host)).toBe(0);
      await advance(1);
      expect((await late).status).toBe(500);
      expect(host.stderr).toContain('slow ran for more than the 600 s that functionTimeout in host.json allows');
      expect(host.stderr).toMatch(/slow failed after 60\d{4} ms/);
      expect(await host.end()).toBe(0);
    } finally {
      patient.remove();
    }
  });
});
