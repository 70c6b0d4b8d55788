// Loads a built app once, in this process, and prints as JSON how long that took, which functions it registered and which
// packages it read. The Functions worker puts the module @azure/functions-core in place; here it is an empty one.
//
//   node scripts/load-once.mjs dist/main.cjs
import Module, { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);
const load = Module._load;
const functions = [];
const core = {
  version: '3.13.0',
  hostVersion: '4.1043.0',
  registerFunction: (metadata) => (functions.push(metadata.name), { dispose() {} }),
  registerHook: () => ({ dispose() {} }),
  setProgrammingModel() {},
  log() {},
};
Module._load = (request, ...rest) => (request === '@azure/functions-core' ? core : load(request, ...rest));

const start = performance.now();
try {
  require(resolve(process.argv[2]));
} catch (error) {
  // The stack of a bundle quotes its lines, and each of those is a megabyte long.
  process.stderr.write(`${process.argv[2]} does not load: ${error.message}\n`);
  process.exit(1);
}
const milliseconds = performance.now() - start;

if (functions.length === 0) throw new Error(`${process.argv[2]} registers no function.`);
const packageOf = /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/](?!.*node_modules)/;
const packages = Object.keys(require.cache).map((path) => packageOf.exec(path)?.[1].replaceAll('\\', '/'));
process.stdout.write(JSON.stringify({ milliseconds, functions, packages: [...new Set(packages)].filter(Boolean) }));
