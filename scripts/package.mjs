// Makes what is deployed, dist/package, and a zip of it: the bundle, host.json, and a package.json that asks for
// nothing to be installed. Prints the zip's size, and how long the app takes to load beside the same app with its
// packages unbundled.
//
//   node scripts/package.mjs [--no-measure] [--out FOLDER]
import { build } from 'esbuild';
import { zipSync } from 'fflate';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const RUNS = 9;
/** The earliest time that a zip can hold, so that the same source makes the same file. */
const NO_TIME = new Date(1980, 0, 1);

const { values } = parseArgs({ options: { 'no-measure': { type: 'boolean' }, out: { type: 'string' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = resolve(values.out ?? join(root, 'dist'));
const folder = join(dist, 'package');
const bundle = join(folder, 'dist', 'main.cjs');
const { name, version, description, license, main, engines } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const archive = join(dist, `${name}-${version}.zip`);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
run([join(root, 'scripts', 'build.mjs'), '--outfile', bundle]);
// Node.js reads a source map only when told to, and reading eight megabytes would cost more than it gives at a start.
renameSync(`${bundle}.map`, join(dist, `${name}-${version}.cjs.map`));
cpSync(join(root, 'host.json'), join(folder, 'host.json'));
const deployed = { name, version, description, license, private: true, main, engines };
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(deployed, null, 2)}\n`);

const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .replaceAll('\\', '/'),
  )
  .sort();
const contents = Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path))]));
writeFileSync(archive, zipSync(contents, { level: 9, mtime: NO_TIME }));

const kilobytes = (path) => `${Math.round(statSync(path).size / 1_000)} kB`;
print('package', archive, `${kilobytes(archive)} (${paths.join(', ')})`);
print('bundle', bundle, `${kilobytes(bundle)} before compression`);
if (!values['no-measure']) await measure();

/** Loads the app in processes of its own, as the Functions worker does, bundled and unbundled in turn. */
async function measure() {
  const unbundled = join(dist, 'unbundled.cjs');
  const entryPoints = [join(root, 'src', 'functions', 'main.ts')];
  await build({ entryPoints, outfile: unbundled, bundle: true, packages: 'external', platform: 'node', format: 'cjs' });
  const times = { bundled: [], unbundled: [] };
  let loaded = null;
  for (let count = 0; count < RUNS; count += 1) {
    times.bundled.push(load(bundle).milliseconds);
    loaded = load(unbundled);
    times.unbundled.push(loaded.milliseconds);
  }
  rmSync(unbundled);
  for (const [kind, all] of Object.entries(times)) {
    const sorted = all.toSorted((one, other) => one - other);
    const [least, median, most] = [sorted[0], sorted[(RUNS - 1) / 2], sorted[RUNS - 1]].map(Math.round);
    print('load', kind, `${median} ms (median of ${RUNS}, ${least} to ${most}), Node.js ${process.version}`);
  }
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [atStart, later] = [true, false].map((isLoaded) =>
    Object.keys(dependencies).filter((dependency) => loaded.packages.includes(dependency) === isLoaded),
  );
  print('start', 'loads', atStart.join(', '));
  print('start', 'leaves for later', later.join(', ') || 'nothing');
}

function load(path) {
  const output = run([join(root, 'scripts', 'measure-load.mjs'), path]);
  return JSON.parse(output);
}

function run(args) {
  const { status, stdout, error } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status ?? error?.message}`, { cause: error });
  return stdout;
}

function print(what, which, value) {
  process.stdout.write(`${what.padEnd(8)} ${which}: ${value}\n`);
}
