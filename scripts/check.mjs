// Runs every check in turn and stops at the first that fails, saying which: types, lint, format, dead code, build, test.
// The last line of a run that succeeds is the tests' own.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tool = (...path) => join(root, 'node_modules', ...path);

const steps = [
  ['types', tool('typescript', 'bin', 'tsc'), '-p', '.'],
  ['lint', tool('eslint', 'bin', 'eslint.js'), '.'],
  ['format', tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.'],
  // Twice: what nothing uses, then what only tests use. A hook for tests is exported under the tag @internal.
  ['dead code', tool('knip', 'bin', 'knip.js')],
  ['dead code in what ships', tool('knip', 'bin', 'knip.js'), '--production'],
  ['build', 'scripts/build.mjs'],
  ['test', 'scripts/test.mjs'],
];

for (const [name, ...command] of steps) {
  process.stdout.write(`check: ${name}\n`);
  const code = await runChild([process.execPath, ...command], { cwd: root, shell: false });
  if (code !== 0) {
    process.stderr.write(`check: ${name} failed (exit code ${code})\n`);
    process.exit(code);
  }
}
