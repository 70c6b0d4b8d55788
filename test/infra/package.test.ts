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

  it('loads by itself and registers every function of the source, with the real packages', () => {
    const { functions } = JSON.parse(run('load-once.mjs', join(folder, 'package', 'dist', 'main.cjs'))) as {
      functions: string[];
    };
    const sources = readdirSync(join(root, 'src', 'functions')).map((name) =>
      readFileSync(join(root, 'src', 'functions', name), 'utf8'),
    );
    const named = sources.flatMap((text) => [...text.matchAll(/functions\.(?:http|timer|storageQueue)\(\s*'(\w+)'/g)]);
    expect(functions.toSorted()).toEqual(named.map((match) => match[1]).toSorted());
    expect(functions).toHaveLength(12);
  });

  it('is small enough to start quickly: a bundle of at most 1.8 MB', () => {
    expect(files['dist/main.cjs']?.length).toBeLessThan(1_800_000);
  });

  it('speaks English only: of zod, what the app does not use stays behind', () => {
    const bundle = strFromU8(files['dist/main.cjs'] ?? new Uint8Array());
    expect(bundle).toContain('Invalid input');
    expect(bundle).not.toContain('Ungültige Eingabe');
  });
});
