// The whole system on this machine, to be measured: Azurite, two simulated Custom Vision resources in this process, and
// the built app in the local function host, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAzurite } from '../../src/local/azurite.ts';
import { startSimulator } from '../../src/local/simulator/index.ts';
import { inheritedEnvironment } from '../../src/local/start/host.ts';
import { appSettings } from '../../src/local/start/stage.ts';
import { limitMemory } from './memory-limit.mjs';

/** Once in twelve hours: what is measured is asked for, and nothing else runs meanwhile. */
const RARELY = '0 59 11/12 * * *';
const IDLE_IN_MS = 6_000;
const WAIT_LIMIT_IN_MS = 20 * 60 * 1_000;

/**
 * @param {object} options
 * @param {string} options.app the built entry file
 * @param {Record<string, string>} [options.settings] app settings beside those that every run has
 * @param {number} [options.importInSeconds] how long a simulated import takes
 * @param {number} [options.callsPerSecond] what each resource allows; no limit unless given
 * @param {number} [options.limitInMegabytes] of memory for the host; none unless given
 * @param {(primary: { url: string, key: string }) => Promise<{ url: string, close(): void }>} [options.inFront] what
 *   the app is given in the place of the primary
 */
export async function startSystem({ importInSeconds = 2, callsPerSecond = Infinity, ...options }) {
  const azurite = await startAzurite();
  const open = (name) =>
    startSimulator({
      name,
      delays: { importInSeconds, exportModelInSeconds: 1, trainingInSeconds: 1 },
      limits: { callsPerSecond, projects: Infinity },
      storageConnectionString: azurite.connectionString(),
    });
  const [primary, secondary] = [await open('primary'), await open('secondary')];
  const front = (await options.inFront?.(primary)) ?? { url: primary.url, close() {} };
  const backend = { azurite, primary: { url: front.url, key: primary.key }, secondary };
  const environment = {
    ...inheritedEnvironment(),
    ...appSettings(backend, 1),
    REPLICATION_SCHEDULE: RARELY,
    SECONDARY_PROJECT_LIMIT: '10000',
    EXPORT_PLATFORMS: '',
    ...options.settings,
  };
  const host = await startHost(options.app, environment, options.limitInMegabytes);
  const stop = async () => {
    await host.stop();
    front.close();
    await Promise.all([primary.close(), secondary.close()]);
    await azurite.stop();
  };
  return { azurite, primary, secondary, host, stop };
}

/** The local function host with an app; resolves once it listens. */
export async function startHost(app, environment, limitInMegabytes) {
  const folder = mkdtempSync(join(tmpdir(), 'measure-'));
  const limit = limitInMegabytes === undefined ? null : limitMemory(limitInMegabytes);
  const files = ['--app', resolve(app), '--host-json', resolve('host.json')];
  const flags = ['--port', '0', ...files, '--verbose', '--steerable-clock'];
  const node = ['--disable-warning=ExperimentalWarning', resolve('src/local/host.ts'), ...flags];
  const [command, args] = limit?.wrap(process.execPath, node) ?? [process.execPath, node];
  const child = spawn(command, args, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines = [];
  /** When each line came, in milliseconds since the epoch. */
  const times = [];
  const ended = once(child, 'exit');
  const url = await new Promise((listening, fail) => {
    child.once('exit', (code, signal) => fail(new Error(`The host ended (${code ?? signal}): ${lines.at(-1)}`)));
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        lines.push(line);
        times.push(Date.now());
        const address = /^listening on (\S+)$/.exec(line)?.[1];
        if (address !== undefined) listening(address);
      });
    }
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    limit?.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return { url, pid: child.pid, lines, times, isRunning, stop };
}

/** Waits until something is so; throws where the host ends meanwhile, or where it takes twenty minutes. */
export async function until(host, what, isSo) {
  const deadline = Date.now() + WAIT_LIMIT_IN_MS;
  while (!(await isSo())) {
    if (!host.isRunning())
      throw new Error(`The host ended before ${what}; it said: ${host.lines.slice(-3).join('\n')}`);
    if (Date.now() > deadline) throw new Error(`It took too long: ${what}.`);
    await sleep(200);
  }
}

/** Has the app look at all projects, to the end of that sweep. */
export async function sweep(host) {
  const before = eventsOf(host.lines, 'sweep.metrics').length;
  const run = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  const response = await fetch(`${host.url}/admin/functions/replicateOnSchedule`, run);
  if (response.status !== 202) throw new Error(`The sweep was not begun: ${response.status}.`);
  await until(host, 'the sweep was completed', () => eventsOf(host.lines, 'sweep.metrics').length > before);
}

/** Sweeps, with time in between, until so many packages were kept in all; answers how many sweeps that took. */
export async function untilKept(host, count) {
  for (let sweeps = 1; sweeps <= 10; sweeps += 1) {
    await sweep(host);
    await idle(host);
    if (eventsOf(host.lines, 'backup.recorded').length >= count) return sweeps;
    // What the app waits for is due at once. Time must not jump while something runs: leases would be taken for lost.
    await advance(host, 300);
  }
  throw new Error(`${count} packages were not kept; the host said: ${host.lines.slice(-3).join('\n')}`);
}

/** Waits until nothing runs, and nothing began for as long as a message may take to be delivered. */
async function idle(host) {
  const count = (text) => host.lines.filter((line) => text.test(line)).length;
  const running = () => count(/^host: \w+ begins /) - count(/^host: (error: )?\w+ (succeeded|failed) after /);
  for (let before = -1; before !== host.lines.length || running() > 0;) {
    before = host.lines.length;
    await sleep(IDLE_IN_MS);
  }
}

/** Lets time pass for the app alone. */
export async function advance(host, seconds) {
  const body = JSON.stringify({ advanceSeconds: seconds });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${host.url}/admin/clock`, { method: 'POST', headers, body });
  if (response.status !== 200) throw new Error(`The clock was not moved: ${response.status}.`);
}

/** The app's own log lines of one event. */
export function eventsOf(lines, event) {
  return lines.filter((line) => line.startsWith(`{"event":"${event}"`)).map((line) => JSON.parse(line));
}

/** What a project of an ordinary size holds, beside its images. */
export function projectSeed(number, images) {
  const each = Math.floor(images / 4);
  const tags = ['flawless', 'scratch', 'dent', 'stain'].map((name) => ({ name, images: each }));
  return {
    name: `Line ${number}`,
    description: 'A project of an ordinary size',
    classificationType: 'Multiclass',
    tags,
    iterations: [{}, {}],
  };
}
