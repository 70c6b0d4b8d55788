import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface HostOptions {
  /** 0 is any that is free. */
  readonly port: number;
  /** The app's built entry file. */
  readonly appPath: string;
  /** Told each line that it prints. */
  readonly onLine: (line: string) => void;
  /** Told, in words, where it ends without having been asked to. */
  readonly onEnd: (reason: string) => void;
}

const STOP_LIMIT_IN_MS = 6_000;
const LAST_WORDS = 5;

/** What any process needs of its surroundings. All else stays behind, the developer's own app settings above all. */
const PASSED_ON = ['PATH', 'HOME', 'USERPROFILE', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'windir', 'LANG'];

/** The part of this process's environment that a function host is given beside the app's settings. */
export function inheritedEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
}

/**
 * Starts the function host as a process of its own; resolves once every trigger listens. Where it ends before that, this
 * rejects and `onEnd` is told, with what it complained of last.
 */
export async function startHost(options: HostOptions, settings: Readonly<Record<string, string>>, signal: AbortSignal) {
  // The host reads local.settings.json from its working directory; there is none in a new one.
  const folder = mkdtempSync(join(tmpdir(), 'custom-vision-demo-'));
  const child = spawn(process.execPath, hostCommand(options), {
    cwd: folder,
    env: { ...inheritedEnvironment(), ...settings },
    // The channel tells the host when this process is gone, however it ends.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = once(child, 'close');
  const complaints: string[] = [];
  let isStopping = false;
  const stop = async (): Promise<void> => {
    isStopping = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_IN_MS);
    await ended.catch(() => undefined);
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = await new Promise<string>((listening, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      child.once('error', reject);
      child.once('close', (code, ending) => {
        const what = `The function host has ended (${ending ?? `exit code ${code ?? 'unknown'}`}).`;
        const reason = [what, ...complaints.slice(-LAST_WORDS)].join('\n  ');
        if (!isStopping) options.onEnd(reason);
        reject(new Error(reason));
      });
      for (const input of [child.stdout, child.stderr]) {
        if (input === null) continue;
        createInterface({ input }).on('line', (line) => {
          options.onLine(line);
          if (/^host: (error|warning): /.test(line)) complaints.push(line);
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

function hostCommand({ port, appPath }: HostOptions): string[] {
  const flags = ['--port', String(port), '--app', resolve(appPath), '--host-json', resolve('host.json')];
  // Node.js 22 says of each file in TypeScript that running it is an experiment.
  return ['--disable-warning=ExperimentalWarning', resolve('src/local/host.ts'), ...flags];
}
