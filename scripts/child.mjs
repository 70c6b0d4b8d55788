// Runs a child process to its end for the scripts of this folder, and sees to it that it does not outlive them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const ORPHAN_CHECK_IN_MS = 200;
const GRACE_IN_MS = 10_000;

const parent = process.ppid;
// `npm run` starts a shell that starts this process. Where that shell stays, it is npm that must be watched through it.
const shellsParent = process.env.npm_lifecycle_event !== undefined && isShell(parent) ? parentOf(parent) : null;

/**
 * Runs a command, passing signals on to it. When whoever started this process is gone, killed outright and unable to
 * say so, the child is asked to end too, and killed where it does not.
 *
 * @param {string[]} command the program and its arguments
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code; 128 + n where signal n ended it, 127 where it could not be started
 */
export function runChild([program, ...args], options) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', shell: process.platform === 'win32', ...options });
    // Ctrl-C reaches the child by itself, from the terminal; this process only has to outlive it.
    const pass = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    const watch = setInterval(() => {
      if (!isOrphan()) return;
      clearInterval(watch);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), GRACE_IN_MS).unref();
    }, ORPHAN_CHECK_IN_MS);
    const end = (code) => {
      clearInterval(watch);
      for (const signal of SIGNALS) process.off(signal, pass);
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write(`${program} could not be started: ${error.message}\n`);
      end(127);
    });
    child.on('exit', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

function isOrphan() {
  return process.ppid !== parent || (shellsParent !== null && parentOf(parent) !== shellsParent);
}

function isShell(pid) {
  return /^\d+ \((da|ba|)sh\)/.test(statOf(pid));
}

/** A process's parent, from Linux's /proc; null elsewhere, where npm's shell makes way for what it runs. */
function parentOf(pid) {
  const stat = statOf(pid);
  const [, parentId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return parentId === undefined ? null : Number(parentId);
}

function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
