import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Azurite: Azure Storage's blobs and queues on this machine, held in memory. */
export interface Azurite {
  /** Of its process. */
  readonly pid: number | undefined;
  /** For one account, `devstoreaccount1` unless named; throws for an account that it was not started with. */
  connectionString(account?: string): string;
  /** The same for every account: the storage emulator's published key, which protects nothing. */
  readonly accountKey: string;
  /** e.g. `http://127.0.0.1:40001/devstoreaccount1`. */
  blobUri(account?: string): string;
  queueUri(account?: string): string;
  /** Ends it, with everything in it. Safe to call twice. */
  stop(): Promise<void>;
}

export interface AzuriteOptions {
  /** Accounts besides `devstoreaccount1`: 3 to 24 lower-case letters and digits. */
  readonly accounts?: readonly string[];
  /** Told where it ends without having been asked to, once it had started. */
  readonly onEnd?: () => void;
}

const DEFAULT_ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const START_LIMIT_IN_MS = 60_000;
const OUTPUT_LIMIT_IN_CHARACTERS = 10_000;

// The channel between the two processes closes however this one ends, a SIGKILL included.
const END_WITH_PARENT = 'data:text/javascript,process.on("disconnect",()=>process.exit())';

/** Starts Azurite on free ports; resolves once it listens. Throws, with its output, where it ends or hangs instead. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const accounts = [DEFAULT_ACCOUNT, ...(options.accounts ?? [])];
  const child = spawnAzurite(accounts);
  const { blob, queue } = await addressesOf(child);
  const { onEnd } = options;
  if (onEnd !== undefined) child.once('exit', onEnd);
  const uri = (service: string, account: string): string => {
    if (!accounts.includes(account)) {
      throw new Error(`Azurite has no account '${account}'; it was started with ${accounts.join(', ')}.`);
    }
    return `${service}/${account}`;
  };
  return {
    pid: child.pid,
    accountKey: ACCOUNT_KEY,
    blobUri: (account = DEFAULT_ACCOUNT) => uri(blob, account),
    queueUri: (account = DEFAULT_ACCOUNT) => uri(queue, account),
    connectionString: (account = DEFAULT_ACCOUNT) =>
      `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${ACCOUNT_KEY};` +
      `BlobEndpoint=${uri(blob, account)};QueueEndpoint=${uri(queue, account)};`,
    stop: () => {
      if (onEnd !== undefined) child.off('exit', onEnd);
      return stop(child);
    },
  };
}

function spawnAzurite(accounts: readonly string[]): ChildProcess {
  // Looked up from the working directory, since this file runs as an ES module and, in tests, as CommonJS.
  const main = createRequire(join(process.cwd(), 'package.json')).resolve('azurite/dist/src/azurite.js');
  const anyPort = ['blob', 'queue', 'table'].flatMap((service) => [`--${service}Port`, '0']);
  const flags = ['--inMemoryPersistence', '--disableTelemetry', '--silent', '--skipApiVersionCheck'];
  return spawn(process.execPath, ['--import', END_WITH_PARENT, main, ...flags, ...anyPort], {
    cwd: tmpdir(),
    env: { ...process.env, AZURITE_ACCOUNTS: accounts.map((account) => `${account}:${ACCOUNT_KEY}`).join(';') },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** Waits until Azurite has said where it listens. */
function addressesOf(child: ChildProcess): Promise<{ blob: string; queue: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (what: string, cause?: Error): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`Azurite ${what}. What it printed:\n${output || '(nothing)'}`, { cause }));
    };
    const timer = setTimeout(() => {
      fail(`did not start within ${START_LIMIT_IN_MS / 1000} s`);
    }, START_LIMIT_IN_MS);
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-OUTPUT_LIMIT_IN_CHARACTERS);
      const blob = addressIn(output, 'Blob');
      const queue = addressIn(output, 'Queue');
      if (blob === undefined || queue === undefined) return;
      clearTimeout(timer);
      resolve({ blob, queue });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail('could not be started', error));
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? `code ${code ?? 'unknown'}`}`));
  });
}

function addressIn(output: string, service: 'Blob' | 'Queue'): string | undefined {
  return new RegExp(`Azurite ${service} service is successfully listening at (\\S+)\\n`).exec(output)?.[1];
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // It holds nothing that is worth an orderly end.
  child.kill('SIGKILL');
  await ended;
}
