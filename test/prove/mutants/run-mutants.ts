import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

/** What came of one break: the suite that noticed, or null where none did. */
interface Fate {
  readonly mutant: Mutant;
  readonly killedBy: string | null;
  readonly inMs: number;
}

/** What the suites need of the tree. */
const PARTS = [
  'src',
  'test',
  'docs',
  'infra',
  'package.json',
  'jest.config.mjs',
  'tsconfig.json',
  'host.json',
  'local.settings.sample.json',
];
/** Where the likeliest suites do not notice; those that need a real storage account or a browser are none of them. */
const BROADER = ['test/core', 'test/replicator', 'test/customvision', 'test/prove/seeds'];
const LONGEST_IN_MS = 240_000;

/** The file with the break in it. @throws {Error} where what it replaces is not there exactly once */
export function broken({ file, find, replace, does }: Mutant, text: string): string {
  const parts = text.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(`"${does}" does not apply: ${file} holds ${parts.length - 1} times: ${find}`);
}

/** Breaks a copy of the tree in each way in turn, and runs the suites in it until one fails. */
export async function runMutants(
  root: string,
  workers: number,
  chosen: (mutant: Mutant) => boolean,
  tell: (fate: Fate) => void,
): Promise<Fate[]> {
  const left = MUTANTS.filter(chosen);
  const fates: Fate[] = [];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const copy = copyOf(root);
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const began = performance.now();
        const killedBy = await killerOf(copy, mutant);
        const fate = { mutant, killedBy, inMs: performance.now() - began };
        fates.push(fate);
        tell(fate);
      }
      rmSync(copy, { recursive: true, force: true });
    }),
  );
  return MUTANTS.flatMap((mutant) => fates.find((fate) => fate.mutant === mutant) ?? []);
}

function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

async function killerOf(copy: string, mutant: Mutant): Promise<string | null> {
  const path = join(copy, mutant.file);
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, broken(mutant, whole));
  let killer: string | null;
  try {
    killer = (await failingSuite(copy, mutant.tests)) ?? (await failingSuite(copy, BROADER));
  } finally {
    writeFileSync(path, whole);
  }
  if (killer === null || (await passesWhole(copy, killer))) return killer;
  // It fails anyway, and so has noticed nothing: the others have to.
  unsound.add(killer);
  return killerOf(copy, mutant);
}

/** Suites that were seen to pass, or to fail, with nothing broken. */
const sound = new Set<string>();
const unsound = new Set<string>();

async function passesWhole(copy: string, suite: string): Promise<boolean> {
  if (sound.has(suite) || !suite.endsWith('.test.ts')) return true;
  if ((await failingSuite(copy, [suite])) !== null) return false;
  sound.add(suite);
  return true;
}

/** The first of the suites that fails; null where all pass. One that never ends has noticed, too. */
function failingSuite(copy: string, tests: readonly string[]): Promise<string | null> {
  const jest = join(copy, 'node_modules', 'jest', 'bin', 'jest.js');
  const without = [...unsound].map((suite) => `--testPathIgnorePatterns=${suite}`);
  const given = [jest, '--runInBand', '--bail', '--silent', '--ci', '--testTimeout=30000', ...tests, ...without];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, given, { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_IN_MS);
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(late);
      const [, suite] = /^FAIL (\S+)/m.exec(said) ?? [];
      resolve(code === 0 ? null : (suite ?? `a suite that never ended (${tests.join(', ')})`));
    });
  });
}
