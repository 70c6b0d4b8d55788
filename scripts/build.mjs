// Bundles the function app into one file, dist/main.cjs: the deployed entry. One file loads in about half the time
// of the unbundled packages, and nothing else has to be installed in the cloud.
//
//   node scripts/build.mjs [--outfile FILE]
import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { outfile } = parseArgs({ options: { outfile: { type: 'string' } } }).values;
if (outfile === undefined) rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/functions/main.ts'],
  outfile: outfile ?? 'dist/main.cjs',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: true,
  // The Functions worker puts this module in place at run time; it is in no package.
  external: ['@azure/functions-core'],
  logLevel: 'warning',
});
