// Makes what is deployed, dist/package, and a zip of it: the bundle, host.json, and a package.json that asks for
// nothing to be installed. azd may be zipping the folder while a hook of azd makes it anew, so that it is made aside and
// put in its place whole, and one that is already as it should be is left alone. Prints the zip's size, and how long the app takes to load beside the same app with its
// packages unbundled.
//
//   node scripts/package.mjs [--no-measure] [--out FOLDER]
import { zipSync } from 'fflate';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureLoad } from './measure-load.mjs';

const RUNS = 9;
const REPLACE_ATTEMPTS = 50;
const REPLACE_PAUSE_IN_MS = 100;
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

mkdirSync(dist, { recursive: true });
// As deep as the folder itself, or the source map would name other paths and no two packages would be the same.
const made = mkdtempSync(join(dist, 'package-'));
const builtBundle = join(made, 'dist', 'main.cjs');
try {
  run([join(root, 'scripts', 'build.mjs'), '--outfile', builtBundle]);
  // Node.js reads a source map only when told to, and reading eight megabytes would cost more than it gives at a start.
  renameSync(`${builtBundle}.map`, join(dist, `${name}-${version}.cjs.map`));
  cpSync(join(root, 'host.json'), join(made, 'host.json'));
  const deployed = { name, version, description, license, private: true, main, engines };
  writeFileSync(join(made, 'package.json'), `${JSON.stringify(deployed, null, 2)}\n`);
  const contents = contentsOf(made);
  writeFileSync(`${made}.zip`, zipSync(contents, { level: 9, mtime: NO_TIME }));
  renameSync(`${made}.zip`, archive);
  if (!existsSync(folder) || !isSame(contentsOf(folder), contents)) replaceFolder();
} finally {
  for (const path of [made, `${made}.old`, `${made}.zip`]) rmSync(path, { recursive: true, force: true });
}
const paths = Object.keys(contentsOf(folder));

const kilobytes = (path) => `${Math.round(statSync(path).size / 1_000)} kB`;
print('package', `${archive}: ${kilobytes(archive)} (${paths.join(', ')})`);
print('bundle', `${bundle}: ${kilobytes(bundle)} before compression`);
if (!values['no-measure']) for (const line of await measureLoad([bundle], RUNS)) print('load', line);

/** @returns {Record<string, Buffer>} what each file of a folder holds, by its path in there */
function contentsOf(of) {
  const files = readdirSync(of, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(files.map((path) => [path.slice(of.length + 1).replaceAll('\\', '/'), readFileSync(path)]));
}

function isSame(some, others) {
  const all = Object.keys(some);
  return all.length === Object.keys(others).length && all.every((path) => others[path]?.equals(some[path]) ?? false);
}

/**
 * Two renames: a folder can't be replaced by one. Whoever looks in between finds none, never a part of one. Tried again
 * where another run was quicker, or where Windows still has a file of the old folder open.
 */
function replaceFolder() {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (existsSync(folder)) renameSync(folder, `${made}.old`);
      renameSync(made, folder);
      return;
    } catch (error) {
      if (attempt === REPLACE_ATTEMPTS) throw error;
      rmSync(`${made}.old`, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REPLACE_PAUSE_IN_MS);
    }
  }
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

function print(what, text) {
  process.stdout.write(`${what.padEnd(8)} ${text}\n`);
}
