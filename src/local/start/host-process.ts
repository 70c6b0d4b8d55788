import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface HostProcessOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** The app's built entry file. */
  readonly appPath: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Told each line that it prints, until it is asked to stop. */
  readonly onLine: (line: string) => void;
  /** Told, with the reason in words, where it ends without having been asked to. */
  readonly onEnd: (reason: string) => void;
}

/** The function host in a process of its own. */
export interface HostProcess {
  /** e.g. `http://127.0.0.1:7071`. */
  readonly url: string;
  stop(): Promise<void>;
}

const STOP_LIMIT_IN_MS = 6_000;

/** Starts the function host; resolves once every trigger listens. Where it ends before that, `onEnd` is told and this rejects. */
export async function startHostProcess(options: HostProcessOptions, signal: AbortSignal): Promise<HostProcess> {
  // The host reads local.settings.json from its working directory; there is none in a new one.
  const folder = mkdtempSync(join(tmpdir(), 'custom-vision-demo-'));
  const child = spawnHost(options, folder);
  let isStopping = false;
  const stop = async (): Promise<void> => {
    isStopping = true;
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  child.once('close', (code, ending) => {
    if (!isStopping) options.onEnd(`The function host has ended (${ending ?? `exit code ${code ?? 'unknown'}`}).`);
  });
  try {
    const url = await new Promise<string>((listening, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      child.once('error', reject);
      child.once('close', () => reject(new Error('The function host did not start; it said why above.')));
      for (const output of [child.stdout, child.stderr]) {
        if (output === null) continue;
        createInterface({ input: output }).on('line', (line) => {
          if (!isStopping) options.onLine(line);
          const address = /^listening on (\S+)$/.exec(line)?.[1];
          if (address !== undefined) listening(address);
        });
      }
    });
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnHost({ port, appPath, environment }: HostProcessOptions, folder: string): ChildProcess {
  const flags = ['--port', String(port), '--app', resolve(appPath), '--host-json', resolve('host.json')];
  // Node.js 22 says of each file in TypeScript that running it is an experiment.
  const command = ['--disable-warning=ExperimentalWarning', resolve('src/local/host.ts'), ...flags];
  return spawn(process.execPath, command, {
    cwd: folder,
    env: environment,
    // The channel tells the host when this process is gone, however it ends.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_IN_MS);
  await ended;
  clearTimeout(timer);
}
