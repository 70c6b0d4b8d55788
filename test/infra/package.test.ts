import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
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
    expect(functions).toHaveLength(21);
  });

  it('is small enough to start quickly: a bundle of at most 2 MB', () => {
    expect(files['dist/main.cjs']?.length).toBeLessThan(2_000_000);
  });

  it('speaks English only: of zod, what the app does not use stays behind', () => {
    const bundle = strFromU8(files['dist/main.cjs'] ?? new Uint8Array());
    expect(bundle).toContain('Invalid input');
    expect(bundle).not.toContain('Ungültige Eingabe');
  });

  describe('while somebody else reads the folder', () => {
    const packaged = join(folder, 'package');
    const paths = ['dist/main.cjs', 'host.json', 'package.json'];
    const read = () => paths.map((path) => readFileSync(join(packaged, path), 'utf8'));
    const look = () => {
      try {
        return read().join();
      } catch {
        return 'incomplete';
      }
    };

    /** Packages `runs` times at once, and tells what was in the folder at each look meanwhile. */
    async function watchPackaging(runs: number): Promise<{ seen: string[]; exits: unknown[] }> {
      const args = [join(root, 'scripts', 'package.mjs'), '--no-measure', '--out', folder];
      const ends = Array.from({ length: runs }, () => once(spawn(process.execPath, args, { cwd: root }), 'exit'));
      const state = { isOver: false };
      const exits = Promise.all(ends).finally(() => (state.isOver = true));
      const seen: string[] = [];
      while (!state.isOver) {
        seen.push(look());
        await setTimeout(2);
      }
      return { seen, exits: (await exits).map(([code]) => code as unknown) };
    }

    it('leaves a folder alone that is already right', async () => {
      const [before, { ino, mtimeMs }] = [read(), statSync(packaged)];
      const { seen, exits } = await watchPackaging(1);
      expect(exits).toEqual([0]);
      expect(seen.length).toBeGreaterThan(10);
      expect(seen.filter((contents) => contents !== before.join())).toEqual([]);
      expect(statSync(packaged)).toMatchObject({ ino, mtimeMs });
    }, 60_000);

    it('replaces another folder whole, also where two do so at once', async () => {
      const right = read();
      const old = [right[0] ?? '', right[1] ?? '', '{}'];
      writeFileSync(join(packaged, 'package.json'), '{}');
      const { seen, exits } = await watchPackaging(2);
      expect(exits).toEqual([0, 0]);
      // A look may fall between the two renames of a run, which is the folder missing, but a run takes hundreds of looks.
      const others = seen.filter((contents) => ![old.join(), right.join()].includes(contents));
      expect(others.length).toBeLessThanOrEqual(2);
      expect(read()).toEqual(right);
      expect(readdirSync(folder).filter((name) => name.startsWith('package'))).toEqual(['package']);
    }, 60_000);
  });
});

describe('npm run build', () => {
  it('touches nothing in dist but the bundle, since a package there may be being deployed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'build-'));
    for (const path of ['src/functions', 'dist/package']) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'src', 'functions', 'main.ts'), 'export const answer: number = 42;');
    writeFileSync(join(folder, 'dist', 'package', 'host.json'), '{}');
    spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: folder });
    expect(readdirSync(join(folder, 'dist')).sort()).toEqual(['main.cjs', 'main.cjs.map', 'package']);
    expect(readdirSync(join(folder, 'dist', 'package'))).toEqual(['host.json']);
    rmSync(folder, { recursive: true, force: true });
  });
});
