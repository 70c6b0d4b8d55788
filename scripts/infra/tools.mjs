// The packages that only these checks need live in tools/infra: they are large, and nothing else uses them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const toolsFolder = fileURLToPath(new URL('../../tools/infra', import.meta.url));
const stamp = join(toolsFolder, 'node_modules', '.installed-from');

/** Loads a package of tools/infra. */
export const requireTool = createRequire(join(toolsFolder, 'package.json'));

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(toolsFolder, 'package-lock.json')))
    .digest('hex');
}

/** Whether the packages are there, made from the present lock file. */
function toolsAreInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest();
}

/** Installs the packages where they are missing. @throws {Error} where npm could not */
export function installTools() {
  if (toolsAreInstalled()) return;
  process.stderr.write('installing the packages of tools/infra …\n');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, {
    cwd: toolsFolder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) {
    writeFileSync(stamp, lockDigest());
    return;
  }
  throw new Error(
    `The infrastructure was not checked: \`npm ci\` in tools/infra ended with ${status ?? error?.message}. ` +
      'Its packages come from the npm registry; see its message above, then run this again.',
  );
}
