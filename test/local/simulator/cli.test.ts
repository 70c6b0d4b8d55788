import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startSimulator } from '../../../src/local/simulator/index.ts';
import { call, simulatorsToClose } from './client.ts';

// Each test starts processes of its own.
jest.setTimeout(60_000);

const root = join(__dirname, '../../..');
const opened = simulatorsToClose();
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

function start(args: readonly string[], channel = false) {
  const child = spawn(process.execPath, ['src/local/simulator.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])],
  });
  running.add(child);
  const output = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr?.on('data', (chunk) => (output.err += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }));
  const url = async (): Promise<string> => {
    for (;;) {
      const listening = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(output.out);
      if (listening !== null) return listening[1]!;
      const end = await Promise.race([ended, once(child.stdout!, 'data')]);
      if ('code' in end) throw new Error(`The simulator ended: ${output.err}`);
    }
  };
  return { child, ended, url };
}

describe('the simulator on the command line', () => {
  test('listens as its flags say, and stops on SIGTERM', async () => {
    const { child, ended, url } = start([
      ...['--key', 'secret', '--name', 'west', '--projects-limit', '1', '--manual-clock'],
      ...['--unknown', 'projectStatus=omitted', '--fault', 'CreateProject:status=503:1'],
    ]);
    const base = await url();
    const create = () =>
      fetch(`${base}/customvision/v3.3/training/projects?name=a`, {
        method: 'POST',
        headers: { 'training-key': 'secret' },
      });
    expect((await create()).status).toBe(503);
    expect(await (await create()).json()).not.toHaveProperty('status');
    expect((await create()).status).toBe(400);
    expect(await (await fetch(`${base}/simulator/state`)).json()).toMatchObject({ name: 'west' });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });

  test('exports a project to a simulator in another process, in real time', async () => {
    const { url } = start(['--key', 'secret', '--import-seconds', '0']);
    const target = { url: await url(), key: 'secret' };
    const source = opened(await startSimulator());
    const { id } = await source.resource.addProject({ name: 'a', tags: [{ name: 't', images: 3 }], iterations: [{}] });
    const { token } = (await call(source, `GET /projects/${id}/export`)).value as { token: string };
    const copy = (await call(target, 'POST /projects/import', { query: { token } })).json;
    let { status } = copy;
    while (status === 'Importing') {
      await setTimeout(150);
      status = (await call(target, `GET /projects/${copy.id}`)).json.status;
    }
    expect([copy.name, status]).toEqual(['a', 'Succeeded']);
    expect((await call(target, `GET /projects/${copy.id}/images/count`)).value).toBe(3);
  });

  test('stops when the process that started it lets go of it', async () => {
    const { child, url } = start([], true);
    await url();
    const exited = once(child, 'exit');
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });

  test.each([
    [['--port', 'many'], '--port'],
    [['--unknown', 'nothing=1'], 'importNameTaken'],
    [['--unknown', 'importNameTaken=maybe'], 'suffix, refused'],
    [['--fault', 'ImportProject:explode'], 'drop-after-effect'],
    [['--fault', 'Explode:timeout'], 'There is no operation "Explode"'],
    [['--storage', 'nonsense'], 'AccountName'],
    [['--explode'], '--explode'],
  ])('refuses %j with exit code 2 and what is wrong', async (args, message) => {
    const end = await start(args).ended;
    expect(end).toMatchObject({ code: 2, out: '' });
    expect(end.err).toContain(message);
  });

  test('explains itself', async () => {
    const end = await start(['--help']).ended;
    expect(end.code).toBe(0);
    for (const text of ['--storage', 'importNameTaken=suffix|refused', 'drop-after-effect'])
      expect(end.out).toContain(text);
  });
});
