// Makes what is deployed, dist/package, and a zip of it: the bundle, host.json, and a package.json that asks for
// nothing to be installed. Prints the zip's size, and how long the app takes to load beside the same app with its
// packages unbundled.
//
//   node scripts/package.mjs [--no-measure] [--out FOLDER]
import { zipSync } from 'fflate';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureLoad } from './measure-load.mjs';

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
print('package', `${archive}: ${kilobytes(archive)} (${paths.join(', ')})`);
print('bundle', `${bundle}: ${kilobytes(bundle)} before compression`);
if (!values['no-measure']) for (const line of await measureLoad([bundle], RUNS)) print('load', line);

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
