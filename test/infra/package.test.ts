import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';

const root = join(__dirname, '..', '..');

function run(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', script), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${script} ended with ${String(status)}: ${stderr}`);
  return stdout;
}

describe('npm run package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  let files: Record<string, Uint8Array> = {};

  beforeAll(() => {
    run('package.mjs', '--no-measure', '--out', folder);
    const archive = readdirSync(folder).find((name) => name.endsWith('.zip')) ?? '';
    files = unzipSync(readFileSync(join(folder, archive)));
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds the bundle, the host settings and what names the bundle, and nothing else', () => {
    expect(Object.keys(files).sort()).toEqual(['dist/main.cjs', 'host.json', 'package.json']);
    expect(strFromU8(files['host.json'] ?? new Uint8Array())).toBe(readFileSync(join(root, 'host.json'), 'utf8'));
  });

  it('leaves nothing to install or to run in the cloud', () => {
    const deployed = JSON.parse(strFromU8(files['package.json'] ?? new Uint8Array())) as Record<string, unknown>;
    expect(deployed['main']).toBe('dist/main.cjs');
    for (const absent of ['scripts', 'dependencies', 'devDependencies']) expect(deployed).not.toHaveProperty(absent);
  });

  it('loads by itself and registers every function', () => {
    const { functions } = JSON.parse(run('measure-load.mjs', join(folder, 'package', 'dist', 'main.cjs'))) as {
      functions: string[];
    };
    expect(functions).toEqual(expect.arrayContaining(['replicateOnSchedule', 'replicationWork', 'health']));
  });
});
