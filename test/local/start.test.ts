import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SEEDED_PROJECTS } from '../../src/local/start/projects.ts';

jest.setTimeout(180_000);

const root = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'start-test-'));
const app = join(folder, 'main.cjs');

const running = new Set<ChildProcess>();
beforeAll(() => promisify(execFile)(process.execPath, ['scripts/build.mjs', '--outfile', app], { cwd: root }));
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm start` without npm, on any port, in a hurry. */
function start(flags: readonly string[], { channel = false, env = {} } = {}) {
  const command = ['src/local/start.ts', '--port', '0', '--app', app, '--speed', '10', ...flags];
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])],
  });
  running.add(child);
  const output = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr?.on('data', (chunk) => (output.err += String(chunk)));
  const closed = once(child, 'close');
  const ended = once(child, 'exit').then(async ([code]) => {
    // Where this side closes the channel, Node.js never says that the output is closed.
    if (!channel) await closed;
    return { code: code as number | null, ...output };
  });
  const until = async (text: string, from = 0): Promise<void> => {
    while (!output.out.includes(text, from)) {
      if (child.exitCode !== null) throw new Error(`It ended: ${output.out}${output.err}`);
      await sleep(50);
    }
  };
  return { child, ended, until, output };
}

/** The processes that a process has started, as Linux tells of them. */
function childrenOf({ pid: parent }: ChildProcess): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    const [stat, command] = [read(`/proc/${name}/stat`), read(`/proc/${name}/cmdline`)];
    const [, parentId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /^\d+$/.test(name) && Number(parentId) === parent ? [{ pid: Number(name), command }] : [];
  });
}

/** Empty for what is not there, or no longer. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive({ pid }: { readonly pid: number }): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('npm start -- --once', () => {
  test('protects every seeded project and says so in a table', async () => {
    const env = {
      PRIMARY_TRAINING_ENDPOINT: 'https://real.example',
      INCLUDE_PROJECTS: 'none',
      HTTP_PROXY: 'http://127.0.0.1:9',
    };
    const { code, out, err } = await start(['--once'], { env }).ended;
    // Whoever is in trouble says so in a line of its own.
    expect(out).not.toMatch(/answers [45]\d\d/);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    const rows = lines.filter((line) => line.startsWith('│')).map((line) => line.split('│').map((cell) => cell.trim()));
    expect(
      new Set(rows.slice(1).map(([, name, sync, lag]) => [name, sync, lag?.replace(/^\d+ s$/, 'some s')].join())),
    ).toEqual(new Set(SEEDED_PROJECTS.map(({ name }) => `${name},in-sync,some s`)));
    expect(rows.find(([, name]) => name === 'Dish recognition')?.[5]).toBe('canary, production');
    for (const { name } of SEEDED_PROJECTS) expect(out).toContain(` s  app        ${name}: protected`);
    expect(lines.at(-1)).toMatch(/^12 of 12 projects protected in \d+ s$/);
  });

  test('ends with 1, and with what is missing, where that takes too long', async () => {
    const { code, out } = await start(['--once', '--within', '0', '--speed', '1']).ended;
    expect(code).toBe(1);
    expect(out).toContain('Not everything is protected after 0 s.');
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^\d+ of \d+ projects protected in \d+ s$/);
  });
});

/** What a simulator holds: how many images, by project name. */
async function imagesIn(simulator: string): Promise<Record<string, number>> {
  const { projects } = (await (await fetch(`${simulator}/simulator/state`)).json()) as {
    projects: { name: string; imageCount: number }[];
  };
  return Object.fromEntries(projects.map(({ name, imageCount }) => [name, imageCount]));
}

describe('an outage in npm start', () => {
  // What the page tells people to try is what is tried.
  const page = readFileSync(join(root, 'docs/simulator.md'), 'utf8');
  const line = /^# (\w+) +(.+)\ncurl http:\/\/127\.0\.0\.1:(707[23])\/simulator\/faults -d '(.+)'$/gm;
  const outages = [...page.matchAll(line)].map(([, name = '', words = '', port, fault = '']) => {
    return { name, words, port, fault };
  });

  test('is shown on the page for both resources, at the ports that they have', () => {
    const ports = new Set(outages.map(({ name, port }) => `${name} ${port}`));
    expect(ports).toEqual(new Set(['primary 7072', 'secondary 7073']));
    expect(outages.length).toBeGreaterThan(4);
  });

  test('is told in a line, ends nothing, and is over when it is over, whoever it befalls', async () => {
    const { child, ended, until, output } = start([]);
    await until('Ctrl-C stops everything.\n');
    const addressOf = (name: string) => new RegExp(`^  ${name} +(\\S+)  `, 'm').exec(output.out)?.[1] ?? '';
    for (const { name, words, fault } of outages) {
      const faults = `${addressOf(name)}/simulator/faults`;
      const before = output.out.length;
      expect((await fetch(faults, { method: 'POST', body: fault })).status).toBe(200);
      await until(` s  ${name.padEnd(11)}${words}\n`, before);
      await fetch(faults, { method: 'DELETE' });
      await until(` s  ${name.padEnd(11)}answers again, after `, before);
    }
    const storage = Number(/Azurite, process (\d+);/.exec(output.out)?.[1]);
    process.kill(storage, 'SIGSTOP');
    await until(' s  app        does not answer within 5 s\n');
    process.kill(storage, 'SIGCONT');
    await until(' s  app        answers again, after ');
    await until('From now on something is done to the primary');
    for (;;) {
      const [source, copies] = [await imagesIn(addressOf('primary')), await imagesIn(addressOf('secondary'))];
      if (Object.entries(source).every(([name, images]) => copies[name] === images)) break;
      await sleep(500);
    }
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toMatch(/^.*\bat .*:\d+:\d+/m);
  });
});

const hasProc = existsSync('/proc/self/stat');
const why = hasProc ? '' : ' [skipped: there is no /proc to look for child processes in]';
(hasProc ? describe : describe.skip)(`the end of npm start${why}`, () => {
  test.each([
    ['SIGINT', [], 0],
    ['SIGTERM', ['--once'], 1],
  ] as const)('ends on %s, with flags %j, and leaves nothing behind', async (signal, flags, exitCode) => {
    const { child, ended, until } = start(flags);
    await until('Ctrl-C stops everything.\n');
    const children = childrenOf(child);
    expect(children.map(({ command }) => /azurite\.js|host\.ts/.exec(command)?.[0]).sort()).toEqual([
      'azurite.js',
      'host.ts',
    ]);
    child.kill(signal);
    const { code, err } = await ended;
    expect({ code, err }).toEqual({ code: exitCode, err: '' });
    expect(children.filter(isAlive)).toEqual([]);
  });

  test('ends when the process that started it goes away', async () => {
    const { child, ended, until } = start([], { channel: true });
    await until('Ctrl-C stops everything.\n');
    const children = childrenOf(child);
    child.disconnect();
    expect(await ended).toMatchObject({ code: 0 });
    expect(children.filter(isAlive)).toEqual([]);
  });

  test.each([
    ['azurite.js', 'error: Azurite, the storage of the demo, has ended.\n'],
    ['host.ts', 'error: The function host has ended (SIGKILL).\n'],
  ])('ends with a message when %s does', async (part, message) => {
    const { child, ended, until } = start([]);
    await until('Ctrl-C stops everything.\n');
    const children = childrenOf(child);
    process.kill(children.find(({ command }) => command.includes(part))!.pid, 'SIGKILL');
    const { code, err } = await ended;
    expect({ code, err }).toEqual({ code: 1, err: message });
    expect(children.filter(isAlive)).toEqual([]);
  });
});

/** A port that is taken, with two free ones after it: below those that the system gives to whoever asks for any. */
async function takePort(): Promise<{ server: Server; port: number }> {
  const isFree = (port: number) =>
    listenOn(port).then(
      (server) => new Promise<boolean>((resolve) => server.close(() => resolve(true))),
      () => false,
    );
  for (let port = 20_000 + (process.pid % 10_000); ; port = port >= 30_000 ? 20_000 : port + 3) {
    if (!(await isFree(port + 1)) || !(await isFree(port + 2))) continue;
    const server = await listenOn(port).catch(() => null);
    if (server !== null) return { server, port };
  }
}

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

describe('npm start', () => {
  test('does not begin where its port is taken', async () => {
    const { server, port } = await takePort();
    const end = await start(['--port', String(port)]).ended;
    server.close();
    expect(end.code).toBe(1);
    expect(end.err).toContain(`Port ${port} is taken: stop what listens there, or choose another one with --port.`);
  });

  test('says what is wrong where the app is not built', async () => {
    const { code, err } = await start(['--app', join(folder, 'nothing.cjs')]).ended;
    expect(code).toBe(1);
    expect(err).toContain('error: The function host has ended (exit code 1).\n');
    expect(err).toContain('Build it first: npm run build.');
  });

  test.each([
    [['--port', '70000'], 'Expected a whole number from 0 to 65533.'],
    [['--speed', '0'], 'Expected a whole number from 1 to 12.'],
    [['--sometimes'], '--sometimes'],
  ])('refuses %j with exit code 2', async (flags, message) => {
    const end = await start(flags).ended;
    expect(end).toMatchObject({ code: 2, out: '' });
    expect(end.err).toContain(message);
  });

  test('explains itself', async () => {
    const { code, out } = await start(['--help']).ended;
    expect(code).toBe(0);
    for (const flag of ['--once', '--port', '--within', '--speed', '--verbose']) expect(out).toContain(flag);
  });
});
