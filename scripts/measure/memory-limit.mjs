// A control group of Linux: processes in it get no more memory than it allows, and one that needs more is killed.
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MEGABYTE = 1024 * 1024;
const ROOT = '/sys/fs/cgroup';

/**
 * Makes a group; needs root. `wrap` turns a command into one that runs in it from its first moment, which is when
 * Node.js reads how much memory there is.
 * @param {number} megabytes
 */
export function limitMemory(megabytes) {
  const isFirstVersion = existsSync(join(ROOT, 'memory'));
  const folder = join(ROOT, isFirstVersion ? 'memory' : '', `custom-vision-replicator-${process.pid}`);
  const file = isFirstVersion ? 'memory.limit_in_bytes' : 'memory.max';
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file), String(megabytes * MEGABYTE));
  } catch (error) {
    throw new Error(`No group with a limit could be made in ${ROOT}; that takes root on Linux. ${error.message}`, {
      cause: error,
    });
  }
  const procs = join(folder, 'cgroup.procs');
  return {
    wrap: (command, args) => ['/bin/sh', ['-c', `echo $$ > ${procs} && exec "$0" "$@"`, command, ...args]],
    remove: () => rmdirSync(folder),
  };
}
