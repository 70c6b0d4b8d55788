#!/usr/bin/env node
// Runs a command of this project on a fresh clone: finds a Node.js that is new enough, installs the dependencies
// where they are missing or out of date, builds where asked to, then hands over. It depends on nothing and runs on
// Node 18 and later, because it is what runs before anything else is there.
//
//   node scripts/run.mjs [build] [COMMAND [ARGUMENT...]]
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const windows = process.platform === 'win32';

/** The lowest version that `engines` in package.json allows, e.g. [22, 19]. */
function requiredNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return engines.node.match(/\d+/g).map(Number);
}

function isNewEnough(version, [major, minor]) {
  const [ownMajor, ownMinor] = version.replace(/^v/, '').split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Installs a folder's locked dependencies unless its node_modules was made from this very lock file. */
async function install(folder, env, extra = []) {
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex');
  const stamp = join(folder, 'node_modules', '.installed-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  process.stderr.write(`installing the dependencies of ${folder === root ? 'the project' : 'tools/node'} …\n`);
  const command = ['npm', 'ci', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const options = { cwd: folder, env: { ...env, npm_config_update_notifier: 'false' }, stdio: ['ignore', 2, 2] };
  const code = await runChild([...command, ...extra], options);
  if (code !== 0) fail(`\`npm install\` in ${folder} ended with ${code}: see its message above, then run this again.`);
  writeFileSync(stamp, digest);
}

/** The Node.js to use: this process's own where it is new enough, else the pinned one from tools/node. */
async function findNode() {
  const required = requiredNode();
  if (isNewEnough(process.version, required)) return process.execPath;
  const folder = join(root, 'tools', 'node');
  await install(folder, process.env, ['--ignore-scripts']);
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const binary = join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;
  return fail(
    `Node.js ${required.join('.')} or newer is needed; this is ${process.version}, and the npm registry has no ` +
      `build for ${process.platform}-${process.arch}. Install one from https://nodejs.org and run this again.`,
  );
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const node = await findNode();
const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
const env = { ...process.env, PATH: path };
await install(root, env);

const command = process.argv.slice(2);
if (command[0] === 'build') {
  command.shift();
  const code = await runChild([node, 'scripts/build.mjs'], { cwd: root, env });
  if (code !== 0) process.exit(code);
}
if (command.length > 0) {
  // The channel lets a long-lived command notice that this process was killed, and end too.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  process.exitCode = await runChild(command, { cwd: root, env, stdio });
}
