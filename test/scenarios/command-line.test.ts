import { run } from '../../src/cli/program.ts';
import { FLOWERS } from '../support/scenery.ts';
import { Theatre, type Environment } from '../support/stage.ts';

jest.setTimeout(120_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(1);
});
afterAll(() => theatre.close());

async function cvr(line: string, environment: Environment) {
  const written = { out: '', err: '' };
  const terminal = {
    out: (text: string) => void (written.out += text),
    err: (text: string) => void (written.err += text),
    ...{ isInteractive: false, hasColours: false, columns: 100, ask: null },
  };
  const code = await run(line.split(' '), terminal, environment);
  return { code, ...written };
}

test('the command line tells how things stand whether or not the function app runs', async () => {
  const stage = await theatre.stage();
  await stage.primary.resource.addProject(FLOWERS);
  const app = await stage.start();
  await stage.settle(app);
  await app.kill();
  const { environment } = stage;

  const status = await cvr('status', environment);
  expect(status).toMatchObject({ code: 0, err: '' });
  expect(status.out).toMatch(/^ALL WELL · 1 of 1 protected/);
  expect(status.out).toMatch(/Flowers +in-sync .* ready +primary +production/);
  const { code, out } = await cvr('status --json', environment);
  expect([code, JSON.parse(out)]).toMatchObject([0, { schemaVersion: 1, status: { schemaVersion: 2 } }]);

  expect((await cvr('history flow', environment)).out).toMatch(/copy\.protected +Flowers/);
  expect((await cvr('history --csv', environment)).out).toMatch(/^at,event,projectId/);
  expect(await cvr('history --since yesterday', environment)).toMatchObject({ code: 64 });
  expect((await cvr('routing', environment)).out).toMatch(/Flowers +primary/);
  expect(await cvr('history birds', environment)).toMatchObject({
    ...{ code: 64, out: '' },
    err: expect.stringContaining('There are: Flowers') as string,
  });
  expect(await cvr('backups ls', environment)).toMatchObject({ code: 0, out: 'There are no such backups.\n' });
});

test('what makes no sense is told with how to call it, and bad settings line by line', async () => {
  expect(await cvr('stats', {})).toMatchObject({ code: 64, err: expect.stringContaining('status') as string });
  expect((await cvr('--help', {})).out.split('\n').length).toBeLessThan(25);
  const { code, err } = await cvr('history', { REPLICATOR_STORAGE: 'no' });
  expect(code).toBe(3);
  expect(err).toContain('PRIMARY_TRAINING_ENDPOINT is not set.');
  for (const shell of ['bash', 'zsh', 'fish']) {
    expect((await cvr(`completion ${shell}`, {})).out).toContain('history');
  }
});
