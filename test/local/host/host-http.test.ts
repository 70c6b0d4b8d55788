import { rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { openStage, runNow, type HostProcess, type Stage } from './host-process.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

describe('HTTP triggers', () => {
  let host: HostProcess;
  let url: string;

  beforeAll(async () => {
    host = stage.start({}, ['--steerable-clock']);
    url = await host.url();
  });
  afterAll(() => host.end());

  test('get the request whole, and answer as the function says', async () => {
    const body = '{"a": "ü"}';
    const answer = await fetch(`${url}/api/items/a%20b?q=1`, { method: 'PUT', body, headers: { 'x-sent': 'yes' } });
    expect(answer.status).toBe(207);
    expect(answer.headers.get('x-seen')).toBe('yes');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual({ id: 'a b', query: '1', method: 'PUT', body });
  });

  test('prefer the more literal route', async () => {
    expect(await (await fetch(`${url}/api/items/all`)).text()).toBe('all of them');
  });

  test.each([
    ['no route of the app', 'GET', '/api/none', 404],
    ['a path without the prefix', 'GET', '/items/all', 404],
    ['a method that the function does not take', 'DELETE', '/api/items/1', 404],
    ['a function that throws', 'GET', '/api/broken', 500],
    ['a function that returns nothing', 'GET', '/api/nothing', 204],
  ])('answer to %s: %s %s', async (_, method, path, status) => {
    expect((await fetch(`${url}${path}`, { method })).status).toBe(status);
  });

  test('report on stderr why a function failed', async () => {
    await fetch(`${url}/api/broken`);
    expect(await host.until(() => /broken failed .*told to break/.exec(host.stderr)?.[0])).toBeDefined();
  });

  test('are told the steered time', async () => {
    const before = Date.now();
    const steered = await fetch(`${url}/admin/clock`, { method: 'POST', body: '{"advanceSeconds": 7200}' });
    expect(steered.status).toBe(200);
    const time = (await (await fetch(`${url}/api/time`)).json()) as { now: number; date: string; fixed: string };
    for (const reading of [time.now, Date.parse(time.date)]) {
      expect(reading - before).toBeGreaterThanOrEqual(7_200_000);
      expect(reading - Date.now()).toBeLessThanOrEqual(7_200_000);
    }
    await (await stage.makeQueue('work')).sendMessage('while steered');
    await host.recorded(({ message }) => message === 'while steered');
    expect(time.fixed).toBe('1970-01-01T00:00:00.000Z');
    expect((await fetch(`${url}/admin/clock`, { method: 'POST', body: '{"advanceSeconds": -1}' })).status).toBe(400);
  });
});

describe('the app in the host', () => {
  test('logs JSON and plain lines as they are, others with their level, and has its hooks called', async () => {
    const host = stage.start();
    await fetch(`${await host.url()}/api/levels`);
    expect(await host.end()).toBe(0);
    const lines = host.stdout.filter((line) => !line.startsWith('listening on '));
    expect(lines).toEqual(['before', 'warning: a warning', '{"event":"warned"}', 'a ***', 'terminated']);
  });

  test('has the settings of local.settings.json, below those of the environment', async () => {
    writeFileSync(
      join(stage.folder, 'local.settings.json'),
      '{ "Values": { "FROM_FILE": "file", "WORK_QUEUE": "not-this" } }',
    );
    const host = stage.start();
    expect(await (await fetch(`${await host.url()}/api/levels`)).text()).toBe('file');
    expect(host.stderr).toContain('work takes messages from the queue work\n');
    await host.end();
    writeFileSync(join(stage.folder, 'local.settings.json'), '{ "Values": [] }');
    const refused = stage.start();
    expect(await refused.exited()).toBe(1);
    expect(refused.stderr).toContain('local.settings.json does not look like a settings file');
    rmSync(join(stage.folder, 'local.settings.json'));
  });

  test('runs without the function whose %NAME% is not set, and the host says so', async () => {
    const host = stage.start();
    const url = await host.url();
    expect(host.stderr).toContain("unresolved is in error and does not run: '%NOT_SET%' does not resolve to a value");
    const status = (await (await fetch(`${url}/admin/host/status`)).json()) as object;
    expect(status).toMatchObject({ state: 'Running' });
    expect(status).not.toHaveProperty('errors');
    const own = (await (await fetch(`${url}/admin/functions/unresolved/status`)).json()) as { errors: string[] };
    expect(own.errors).toEqual([expect.stringContaining("'%NOT_SET%'")]);
    expect(await runNow(url, 'unresolved')).toBe(404);
    expect((await fetch(`${url}/admin/clock`, { method: 'POST', body: '{"advanceSeconds": 1}' })).status).toBe(404);
    await host.end();
  });

  test('answers HTTP while its storage is away, and takes messages once that is back', async () => {
    const queueUri = new URL(stage.azurite.queueUri());
    const gate = await openGate(Number(queueUri.port));
    const away = stage.azurite.connectionString().replace(queueUri.host, `127.0.0.1:${gate.port}`);
    const queue = await stage.makeQueue('away');
    const host = stage.start({ WORK_STORAGE: away, WORK_QUEUE: 'away' });
    expect((await fetch(`${await host.url()}/api/items/all`)).status).toBe(200);
    await host.until(() => (host.stderr.includes('the queue away does not answer') ? true : undefined));
    gate.open();
    await queue.sendMessage('back');
    await host.recorded(({ message }) => message === 'back');
    await host.end();
    gate.close();
  });

  test.each([
    ['its host.json is missing', 1, ['--host-json', 'none.json'], 'There is no none.json'],
    ['its entry file is missing', 1, ['--app', 'none.cjs'], 'npm run build'],
    ['a flag is wrong', 2, ['--port', '70000'], 'Expected a whole number from 0 to 65535'],
  ])('does not start where %s', async (_, code, flags, message) => {
    const host = stage.start({}, flags);
    expect(await host.exited()).toBe(code);
    expect(host.stderr).toContain(message);
  });
});

/** A port that hangs up on everybody until it is opened; from then on it leads to another one. */
async function openGate(target: number): Promise<{ port: number; open(): void; close(): void }> {
  let isOpen = false;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (!isOpen) {
      socket.destroy();
      return;
    }
    const beyond = connect(target, '127.0.0.1');
    for (const end of [socket, beyond]) {
      sockets.add(end);
      end.on('error', () => end.destroy());
    }
    socket.pipe(beyond).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    open() {
      isOpen = true;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
