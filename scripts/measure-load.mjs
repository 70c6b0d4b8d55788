// How long the app takes to load: its packages unbundled, bundled, and bundled with Node's compile cache, each in
// processes of its own, in turn, so that whatever else the machine does falls on all alike. The ratios are what counts.
//
//   node scripts/measure-load.mjs [BUNDLE ...] [--runs 15]
//
// BUNDLE is dist/main.cjs unless given; with several, such as one from before a change, they are compared too.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const loader = join(root, 'scripts', 'load-once.mjs');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { runs: { type: 'string', default: '15' } },
    allowPositionals: true,
  });
  const bundles = positionals.length > 0 ? positionals : [join(root, 'dist', 'main.cjs')];
  for (const line of await measureLoad(bundles, Number(values.runs))) process.stdout.write(`${line}\n`);
}

/**
 * Loads each variant `runs` times.
 * @param {readonly string[]} bundles paths of built entries
 * @param {number} runs how often, an odd number for a median that was really measured
 * @returns {Promise<string[]>} lines for people, milliseconds and ratios to the unbundled app
 */
export async function measureLoad(bundles, runs) {
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number of at least 1.');
  // Packages are found from the folder of what loads them.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(root, 'dist', 'measure-load-'));
  try {
    const variants = [await unbundled(folder), ...bundles.flatMap((path, index) => variantsOf(path, folder, index))];
    for (let run = 0; run < runs; run += 1) {
      for (const variant of variants) variant.times.push(loadOnce(variant).milliseconds);
    }
    const base = median(variants[0].times);
    return [...variants.map((variant) => lineOf(variant, base)), dependenciesOf(loadOnce(variants[0]))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function unbundled(folder) {
  const path = join(folder, 'unbundled.cjs');
  const entryPoints = [join(root, 'src', 'functions', 'main.ts')];
  await build({ entryPoints, outfile: path, bundle: true, packages: 'external', platform: 'node', format: 'cjs' });
  return { name: 'unbundled', path, cache: () => null, times: [] };
}

/** A bundle alone; where it has to write the compile cache first, as an instance of its own has to; where it finds it. */
function variantsOf(bundle, folder, index) {
  const path = resolve(bundle);
  const name = `${relative(root, path)} (${Math.round(statSync(path).size / 1_000)} kB)`;
  // The cache knows a file by its path: a copy for each keeps one variant from warming another.
  const copy = join(folder, `cached-${index}.cjs`);
  cpSync(path, copy);
  const warm = join(folder, `warm-${index}`);
  const cold = join(folder, `cold-${index}`);
  const emptied = () => {
    rmSync(cold, { recursive: true, force: true });
    return cold;
  };
  loadOnce({ path: copy, cache: () => warm });
  return [
    { name, path, cache: () => null, times: [] },
    { name: `${name}, compile cache empty`, path: copy, cache: emptied, times: [] },
    { name: `${name}, compile cache filled`, path: copy, cache: () => warm, times: [] },
  ];
}

function loadOnce({ path, cache }) {
  const folder = cache();
  const env = { ...process.env, ...(folder === null ? {} : { NODE_COMPILE_CACHE: folder }) };
  if (folder === null) delete env.NODE_COMPILE_CACHE;
  const { status, stdout, error } = spawnSync(process.execPath, [loader, path], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${path} was not loaded (${status ?? error?.message}).`, { cause: error });
  return JSON.parse(stdout);
}

function lineOf({ name, times }, base) {
  const sorted = times.toSorted((one, other) => one - other).map(Math.round);
  const ratio = (median(times) / base).toFixed(2);
  const range = `median of ${times.length}, ${sorted[0]} to ${sorted.at(-1)}`;
  return `${name}: ${Math.round(median(times))} ms (${range}), ${ratio} of unbundled, Node.js ${process.version}`;
}

function dependenciesOf({ packages }) {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [atStart, later] = [true, false].map((isLoaded) =>
    Object.keys(dependencies).filter((dependency) => packages.includes(dependency) === isLoaded),
  );
  return `a start loads ${atStart.join(', ')}; it leaves for later: ${later.join(', ') || 'nothing'}`;
}

function median(times) {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)];
}
