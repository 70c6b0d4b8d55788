import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { importCircles, roomOf, packagesOf, violations, type Room, type SourceFile } from './support/rooms.ts';
import { scanSource } from './support/source-scan.ts';

const root = join(__dirname, '..');
const LONGEST_FILE_IN_LINES = 300;

const BELOW_APP = [
  'core',
  'masking',
  'deadline',
  'replicator',
  'backups',
  'customvision',
  'storage',
  'settings',
  'telemetry',
];

// prettier-ignore
const ROOMS: readonly Room[] = [
  { rooms: ['masking'],      mayImport: [],                                          packages: [],                                      mayTouch: [] },
  { rooms: ['deadline'],     mayImport: [],                                          packages: [],                                      mayTouch: ['clock'] },
  { rooms: ['json-file'],    mayImport: [],                                          packages: ['node:fs'],                             mayTouch: [] },
  { rooms: ['core/facts'],   mayImport: ['masking'],                                 packages: ['zod'],                                 mayTouch: [] },
  { rooms: ['core/content'], mayImport: ['core/facts'],                              packages: ['node:crypto'],                         mayTouch: [] },
  { rooms: ['core/plan'],    mayImport: ['core/facts', 'core/content'],              packages: [],                                      mayTouch: [] },
  { rooms: ['core/backups'], mayImport: ['core/facts'],                              packages: ['zod'],                                 mayTouch: [] },
  { rooms: ['core/history'], mayImport: ['core/facts'],                              packages: [],                                      mayTouch: [] },
  { rooms: ['core/status'],  mayImport: ['core'],                                    packages: [],                                      mayTouch: [] },
  { rooms: ['replicator'],   mayImport: ['core', 'masking'],                         packages: ['p-map'],                               mayTouch: [] },
  { rooms: ['backups'],      mayImport: ['core', 'masking', 'replicator/ports', 'replicator/context', 'replicator/documents', 'replicator/intake', 'replicator/observe', 'replicator/tell-history'], packages: [],                                     mayTouch: [] },
  { rooms: ['customvision'], mayImport: ['core', 'masking', 'deadline', 'replicator/ports', 'backups/ports'], packages: ['undici', 'zod', '@azure/core-auth'], mayTouch: [] },
  { rooms: ['storage'],      mayImport: ['core', 'masking', 'deadline', 'replicator/ports', 'backups/ports'], packages: ['@azure/storage-blob', '@azure/storage-queue', '@azure/core-auth', 'zod', 'node:buffer', 'node:crypto', 'node:stream', 'node:stream/consumers'], mayTouch: [] },
  { rooms: ['settings'],     mayImport: ['core', 'masking', 'replicator/ports'],     packages: ['zod', 'croner', 'tinyduration'], mayTouch: [] },
  { rooms: ['telemetry'],    mayImport: ['core', 'masking', 'replicator/ports'],     packages: [],                                      mayTouch: [] },
  { rooms: ['app'],          mayImport: BELOW_APP,                                   packages: ['@azure/identity', '@azure/core-auth', 'node:crypto', 'node:timers/promises'], mayTouch: ['env', 'clock', 'randomness'] },
  { rooms: ['page'],         mayImport: ['core'],                                    packages: ['hono', 'node:crypto'],                 mayTouch: [] },
  { rooms: ['functions'],    mayImport: ['app', 'core', 'page'],                     packages: ['@azure/functions'],                    mayTouch: [] },
  { rooms: ['cli'],          mayImport: ['app', 'core', 'settings', 'json-file'],    packages: ['commander', 'cli-table3', 'node:child_process', 'node:util', 'node:readline/promises', 'node:stream/promises', 'node:fs', 'node:path', 'node:crypto', 'node:timers/promises'], mayTouch: ['everything'] },
  { rooms: ['local'],        mayImport: ['settings', 'json-file'],                                packages: ['anything'],                            mayTouch: ['everything'] },
];

/** Below a folder of the project, the files of one of the endings, with their text. */
function readSources(folder: string, endings: readonly string[]): SourceFile[] {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path, text: readFileSync(join(root, folder, path), 'utf8') }));
}

const sources = readSources('src', ['.ts']);
/** What is deployed; the command line goes its own way. */
const shipped = sources.filter(({ path }) => !['local', 'cli'].includes(roomOf(path).split('/')[0] ?? ''));

interface PackageJson {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;

describe('the rooms of src', () => {
  test('import and touch only what the table allows them', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(violations(ROOMS, sources)).toEqual([]);
  });

  test('hold no files that import each other in a circle, types included', () => {
    expect(importCircles(sources)).toEqual([]);
  });

  test('are never imported from local, which does not ship', () => {
    const offenders = shipped.filter(({ path, text }) =>
      scanSource(path, text).imports.some(({ specifier }) => /(^|\/)local\//.test(specifier)),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  test('hold no file of more than 300 lines', () => {
    const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > LONGEST_FILE_IN_LINES);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

describe('the project', () => {
  test('leaves no note of what is still to be done', () => {
    const files = [...sources, ...readSources('test', ['.ts']), ...readSources('scripts', ['.mjs'])];
    const note = new RegExp(['TO', 'FIX'].map((word) => `\\b${word}${word === 'TO' ? 'DO' : 'ME'}\\b`).join('|'));
    expect(files.filter(({ text }) => note.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('lists exactly the packages that shipped code runs on as its dependencies', () => {
    expect(packagesOf(shipped, { typesToo: false })).toEqual(Object.keys(packageJson.dependencies).sort());
  });

  test('lists every package that it uses, if only for its types', () => {
    const listed = { ...packageJson.dependencies, ...packageJson.devDependencies };
    const used = packagesOf([...sources, ...readSources('test', ['.ts'])], { typesToo: true });
    expect(used.filter((name) => !(name in listed))).toEqual([]);
  });
});

describe('the table is held to', () => {
  test.each([
    [
      'core/plan/plan.ts',
      `import { client } from '../../customvision/client.ts';`,
      'core/plan/plan.ts: imports customvision/client',
    ],
    [
      'core/plan/plan.ts',
      `import type { Clock } from '../../replicator/ports/storage.ts';`,
      'core/plan/plan.ts: imports replicator/ports/storage',
    ],
    ['core/plan/plan.ts', `import { readFileSync } from 'node:fs';`, 'core/plan/plan.ts: imports the package node:fs'],
    ['core/plan/plan.ts', `const now = Date.now();`, 'core/plan/plan.ts: touches clock'],
    ['core/plan/plan.ts', `const now = new Date();`, 'core/plan/plan.ts: touches clock'],
    ['core/plan/plan.ts', `const late = () => setTimeout(() => {}, 5);`, 'core/plan/plan.ts: touches clock'],
    ['core/content/mark.ts', `import { randomUUID } from 'node:crypto';`, 'core/content/mark.ts: touches randomness'],
    ['core/plan/plan.ts', `const id = crypto.randomUUID();`, 'core/plan/plan.ts: touches randomness'],
    ['core/plan/plan.ts', `const part = Math.random();`, 'core/plan/plan.ts: touches randomness'],
    ['core/plan/plan.ts', `const { env } = process;`, 'core/plan/plan.ts: touches everything'],
    ['replicator/sweep.ts', `import { z } from 'zod';`, 'replicator/sweep.ts: imports the package zod'],
    [
      'replicator/sweep.ts',
      `export * from '../storage/record-store.ts';`,
      'replicator/sweep.ts: imports storage/record-store',
    ],
    [
      'storage/leases.ts',
      `import { sweep } from '../replicator/sweep/sweep.ts';`,
      'storage/leases.ts: imports replicator/sweep/sweep',
    ],
    ['storage/leases.ts', `const key = process.env['KEY'];`, 'storage/leases.ts: touches env'],
    ['customvision/client.ts', `const answer = await fetch('https://a');`, 'customvision/client.ts: touches network'],
    ['functions/status.ts', `const app = await import('../storage/x.ts');`, 'functions/status.ts: imports storage/x'],
    [
      'core/plan/plan.ts',
      `const load = (path: string) => import(path);`,
      'core/plan/plan.ts: imports the package (computed)',
    ],
    ['app/app.ts', `console.log('ready');`, 'app/app.ts: touches console'],
    ['app/app.ts', `import { host } from '../local/host.ts';`, 'app/app.ts: imports local/host'],
    [
      'telemetry.ts',
      `type Up = import('../../scripts/run.mjs').Up;`,
      'telemetry.ts: imports ../../scripts/run.mjs, outside src',
    ],
    ['helpers/all.ts', `export const one = 1;`, 'helpers/all.ts: helpers is in no row of the table'],
  ])('%s may not have: %s', (path, text, violation) => {
    expect(violations(ROOMS, [{ path, text }])).toEqual([violation]);
  });

  test.each([
    ['two files', { 'a.ts': 'b', 'b.ts': 'a', 'c.ts': 'a' }, [['a.ts', 'b.ts']]],
    ['three files', { 'a.ts': 'b', 'b.ts': 'c', 'c.ts': 'a' }, [['a.ts', 'b.ts', 'c.ts']]],
    ['no file', { 'a.ts': 'b', 'b.ts': 'c', 'c.ts': 'd' }, []],
  ])('by circles of %s', (_what, files, circles) => {
    const sources = Object.entries(files).map(([path, target]) => ({
      path,
      text: `import type { Thing } from './${target}.ts';`,
    }));
    expect(importCircles(sources)).toEqual(circles);
  });

  test('by code that only looks like a violation', () => {
    const text = `
      import { createHash } from 'node:crypto';
      import type { Project } from '../facts/model.ts';
      interface Reader { fetch(): Date; process: string; console: typeof process.env }
      export const age = (project: Project, now: Date) => now.getTime() - new Date(project.id).getTime();
      export const read = (fetch: () => Reader) => ({ console: fetch().process, setTimeout: 5 });
      export const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    `;
    expect(violations(ROOMS, [{ path: 'core/content/age.ts', text }])).toEqual([]);
  });
});

describe('test', () => {
  /** What is held there belongs to no one folder of src. */
  const APART = ['prove', 'prove/mutants', 'support', 'scenarios', 'docs', 'infra'];
  const suites = readSources('test', ['.test.ts'])
    .map(({ path }) => posix.parse(path.replace(/\.test\.ts$/, '')))
    .filter(({ dir }) => dir !== '' && !APART.includes(dir.split('/')[0] ?? ''));
  const folders = new Set(sources.map(({ path }) => posix.dirname(path)));

  test('mirrors src: each of its folders, but for those apart, is one of src too', () => {
    expect(suites.length).toBeGreaterThan(0);
    expect(suites.map(({ dir }) => dir).filter((dir) => !folders.has(dir))).toEqual([]);
    expect(APART.filter((name) => !existsSync(join(root, 'test', name)))).toEqual([]);
  });

  test('has each suite that bears the name of a source file lie where that file lies', () => {
    const files = sources.map(({ path }) => posix.parse(path));
    const astray = suites.flatMap(({ dir, name }) => {
      const found = files.filter((file) => file.name === name).map((file) => file.dir);
      return found.length === 0 || found.includes(dir)
        ? []
        : [`${dir}/${name}.test.ts: ${name}.ts is in ${found.join(', ')}`];
    });
    expect(astray).toEqual([]);
  });
});
