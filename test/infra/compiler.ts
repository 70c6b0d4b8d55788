import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');

/** Runs a script of this project to its end, with these variables set and, where they are undefined, unset. */
export function runScript(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } });
}

/** Where the Bicep compiler is, or why there is none; nothing is restored for it. */
export function findCompiler(env: Readonly<Record<string, string | undefined>> = {}): {
  isThere: boolean;
  answer: string;
} {
  const { status, stdout, stderr } = runScript(['scripts/infra/find-compiler.mjs'], env);
  return { isThere: status === 0, answer: `${stdout}${stderr}`.trim() };
}

/** Why the compiler can't be asked here, or an empty text. In CI it has to be there. */
export function reasonToSkip(): string {
  if (process.env.CI === 'true') return '';
  if (!existsSync(join(root, 'tools', 'infra', 'node_modules', '.installed-from'))) {
    return 'tools/infra is not installed, which npm run check:infra does';
  }
  const { isThere, answer } = findCompiler();
  return isThere ? '' : `no Bicep compiler, which npm run check:infra looks for: ${answer}`;
}
