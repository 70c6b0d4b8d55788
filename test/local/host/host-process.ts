import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAzurite, type Azurite } from '../../../src/local/azurite.ts';

const root = join(__dirname, '..', '..', '..');

/** A folder with the fixture app, built as the real one is, and a host.json. */
export interface AppFolder {
  readonly path: string;
  writeHostJson(hostJson: object): void;
  remove(): void;
}

const FIXTURE = join(__dirname, 'fixture', 'app.ts');

/** @param entry the app's source; the fixture app unless another is given */
export async function makeAppFolder(entry = FIXTURE): Promise<AppFolder> {
  const path = mkdtempSync(join(tmpdir(), 'host-test-'));
  await build({
    entryPoints: [entry],
    outfile: join(path, 'dist', 'main.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@azure/functions-core'],
    logLevel: 'warning',
  });
  return {
    path,
    writeHostJson: (hostJson) => writeFileSync(join(path, 'host.json'), JSON.stringify(hostJson)),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** `npm run host` as a process of its own, with what it prints. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #ended = false;

  constructor(folder: string, flags: readonly string[], env: Readonly<Record<string, string>>, channel = false) {
    const { PATH = '' } = process.env;
    this.#child = spawn(process.execPath, [join(root, 'src', 'local', 'host.ts'), '--port', '0', ...flags], {
      cwd: folder,
      env: { PATH, ...env },
      stdio: channel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
      this.#changed();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
      this.#changed();
    });
    this.#exit = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        this.#ended = true;
        resolve(code);
        this.#changed();
      });
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the host was not started');
    return pid;
  }

  get stdout(): readonly string[] {
    return this.#stdout.split('\n').slice(0, -1);
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** What the app's functions recorded, in order. */
  get records(): readonly Record<string, unknown>[] {
    const lines = this.stdout.filter((line) => line.startsWith('{"function":'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Its address, once it is ready. */
  async url(): Promise<string> {
    const line = await this.until(() => this.stdout.find((text) => text.startsWith('listening on ')));
    return line.slice('listening on '.length);
  }

  /** Waits until what it has printed yields a value; throws where it ends before. */
  async until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#ended) throw new Error(`the host ended. It printed:\n${this.#stdout}\n${this.#stderr}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  recorded(matches: (record: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    return this.until(() => this.records.find(matches));
  }

  /** Sends a signal; resolves to the exit code, null where a signal ended it. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exit;
  }

  /** Closes the channel, as the end of this process would; resolves to the exit code. */
  disconnect(): Promise<number | null> {
    // `close`, which the other ways to end wait for, does not come after a disconnect.
    const exit = new Promise<number | null>((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    return exit;
  }

  exited(): Promise<number | null> {
    return this.#exit;
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Has a timer or queue function run now; resolves to the status of the answer. */
export async function runNow(url: string, functionName: string, body: object = {}): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const run = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${url}/admin/functions/${functionName}`, run)).status;
}

/** host.json's options for queues, quick enough for tests. */
export const QUICK_QUEUES = {
  messageEncoding: 'none',
  batchSize: 2,
  newBatchThreshold: 1,
  maxDequeueCount: 2,
  visibilityTimeout: '00:00:01',
  maxPollingInterval: '00:00:00.2',
};

export const LOCK_IN_SECONDS = 1;

/** It does not occur while the tests run. */
export const RARELY = '0 0 0 1 1 *';

/** A storage account and an app folder for one suite's hosts. */
export interface Stage {
  /** Where the app, its host.json and its local.settings.json are. */
  readonly folder: string;
  readonly azurite: Azurite;
  readonly queues: QueueServiceClient;
  start(env?: Readonly<Record<string, string>>, flags?: readonly string[], channel?: boolean): HostProcess;
  /** A queue that is there, as the app or the deployment would have made it: no host does. */
  makeQueue(name: string): Promise<QueueClient>;
  close(): Promise<void>;
}

export async function openStage(hostJson: object = {}, entry = FIXTURE): Promise<Stage> {
  const [azurite, folder] = await Promise.all([startAzurite({ accounts: ['timers'] }), makeAppFolder(entry)]);
  folder.writeHostJson({ version: '2.0', extensions: { queues: QUICK_QUEUES }, ...hostJson });
  const connection = azurite.connectionString();
  const settings = {
    AzureWebJobsStorage: connection,
    WORK_STORAGE: connection,
    WORK_QUEUE: 'work',
    TICK_SCHEDULE: RARELY,
  };
  const queues = QueueServiceClient.fromConnectionString(connection);
  return {
    folder: folder.path,
    azurite,
    queues,
    async makeQueue(name) {
      await queues.createQueue(name);
      return queues.getQueueClient(name);
    },
    start(env = {}, flags = [], channel = false) {
      const all = ['--message-lock', String(LOCK_IN_SECONDS), ...flags];
      return new HostProcess(folder.path, all, { ...settings, ...env }, channel);
    },
    async close() {
      await azurite.stop();
      folder.remove();
    },
  };
}
