import { CARS } from '../support/scenery.ts';
import { Theatre } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(10);
});
afterAll(() => theatre.close());

test.concurrent('an app with bad settings loads, and names each of them wherever it is asked', async () => {
  const stage = await theatre.stage({
    env: {
      PRIMARY_TRAINING_ENDPOINT: '',
      SECONDARY_TRAINING_ENDPOINT: 'ftp://vision',
      SECONDARY_TRAINING_KEY: '@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/key)',
      RECOVERY_POINT_OBJECTIVE: 'two hours',
      GENERATIONS_TO_KEEP: '0',
    },
  });
  const app = await stage.start();
  const bad = [
    'GENERATIONS_TO_KEEP',
    'PRIMARY_TRAINING_ENDPOINT',
    'RECOVERY_POINT_OBJECTIVE',
    'SECONDARY_TRAINING_ENDPOINT',
    'SECONDARY_TRAINING_KEY',
  ];
  const settingsOf = (problems: unknown) => (problems as { setting: string }[]).map(({ setting }) => setting).sort();

  const { status, body } = await app.get('/api/status');
  expect(status).toBe(503);
  const { settings, projects } = body as { settings: { problems: object[] }; projects: unknown };
  expect(settingsOf(settings.problems)).toEqual(bad);
  for (const problem of settings.problems) {
    expect(problem).toEqual({
      setting: expect.any(String) as unknown,
      message: expect.stringMatching(/./) as unknown,
      expected: expect.stringMatching(/./) as unknown,
    });
  }
  expect(projects).toEqual([]);
  expect(await app.get('/api/health')).toEqual({ status: 503, body: { code: 'SETTINGS_INVALID' } });
  expect(await app.get('/api/routing')).toMatchObject({ status: 503, body: { code: 'SETTINGS_INVALID' } });
  expect((await app.post('/admin/functions/replicateOnSchedule')).status).toBe(202);
  const swept = await app.logged('settings.invalid');
  expect(settingsOf(swept['problems'])).toEqual(bad);
  expect(stage.secondary.calls.all).toEqual([]);
});

/** What the Functions host reads otherwise than a person means it, or refuses, so that a function silently never runs. */
const READ_BY_THE_HOST = [
  ['REPLICATOR_STORAGE', 'UseDevelopmentStorage=true\n'],
  ['INTEGRATION_STORAGE', ' '],
  ['INTEGRATION_STORAGE__accountName', 'no name'],
  ['AzureWebJobsREPLICATOR_STORAGE', ''],
  ['NOTIFICATION_QUEUE', 'trainings '],
  ['REPLICATION_SCHEDULE', '0 0 3 * * FRI-SUN'],
  ['TZ', 'America/New_York'],
] as const;

test.concurrent.each(READ_BY_THE_HOST)('%s of %j is told by health and status', async (name, value) => {
  const stage = await theatre.stage();
  const app = await stage.start({ [name]: value });
  expect(await app.get('/api/health')).toEqual({ status: 503, body: { code: 'SETTINGS_INVALID' } });
  const { body } = await app.get('/api/status');
  expect(body).toMatchObject({ settings: { problems: [{ setting: name }] } });
  expect((await app.post('/admin/functions/replicateOnSchedule')).status).toBe(202);
  expect(await app.logged('settings.invalid')).toMatchObject({ problems: [{ setting: name }] });
});

test.concurrent('a key that is refused is shown as what it is, and mended by the right one', async () => {
  const stage = await theatre.stage({ env: { PRIMARY_TRAINING_KEY: 'not-the-key-of-this-resource' } });
  await stage.primary.resource.addProject(CARS);
  const app = await stage.start();
  const ended = await app.sweep();
  expect(ended).toMatchObject({ event: 'sweep.failed' });
  expect(String(ended['message'])).toContain('401');
  const { sweep } = await app.status();
  expect(sweep.lastCompletedAt).toBeNull();
  expect(sweep.problem).toMatch(/was answered with 401.*training key/);
  expect(JSON.stringify(sweep) + app.process.stderr).not.toContain('not-the-key');
  await app.kill();
  const mended = await stage.start({ PRIMARY_TRAINING_KEY: stage.primary.key });
  await stage.settle(mended);
  expect((await mended.status()).summary.protected).toBe(1);
});

test.concurrent(
  'without a key the app asks Microsoft Entra ID; where that has no answer, it says so and stays up',
  async () => {
    const stage = await theatre.stage({ env: { PRIMARY_TRAINING_KEY: '' } });
    await stage.primary.resource.addProject(CARS);
    const app = await stage.start();
    const ended = await app.sweep();
    expect(ended).toMatchObject({ event: 'sweep.failed', code: 'TOKEN_UNAVAILABLE' });
    expect(String(ended['hint'])).not.toBe('');
    expect((await app.status()).sweep.problem).toContain('access token');
    expect(await app.get('/api/health')).toEqual({ status: 200, body: { code: 'OK' } });
    expect(stage.primary.calls.all).toEqual([]);
    expect(app.runs).toBe(true);
  },
);
