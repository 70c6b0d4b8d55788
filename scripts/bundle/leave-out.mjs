// An esbuild plugin: makes the bundle of what the app uses of its packages. Each module that is left out can't be
// reached, for the reason beside it; one that is reached after all throws, saying which. A rule that fits no module any
// more, because a package was changed, fails the build.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {{ readonly path: RegExp, readonly why: string }} Rule */

/** Windows writes paths the other way. */
const ending = (path) => new RegExp(`/node_modules/${path}$`.replaceAll('/', '[\\\\/]'));

/** @type {readonly Rule[]} */
export const LEFT_OUT = [
  { path: ending('undici/lib/dispatcher/client-h2\\.js'), why: 'HTTP/2: every agent is made with allowH2: false' },
  { path: ending('undici/lib/web/.*\\.js'), why: "fetch's bodies and forms: bodies of calls are strings" },
  { path: ending('@azure/storage-common/dist/esm/crc64\\.js'), why: 'checksums of storage: no call asks for one' },
  { path: ending('open/index\\.js'), why: 'the browser in which a person signs in: an app has none' },
];

const UNDICI = fileURLToPath(new URL('undici.mjs', import.meta.url));

/**
 * @param {readonly Rule[]} rules
 * @returns {import('esbuild').Plugin}
 */
export function leaveOut(rules = LEFT_OUT) {
  return {
    name: 'leave-out',
    setup(build) {
      const unused = new Set(rules);
      for (const rule of rules) {
        build.onLoad({ filter: rule.path }, ({ path }) => {
          unused.delete(rule);
          return { contents: absent(path, rule.why), loader: 'js' };
        });
      }
      build.onResolve({ filter: /^undici$/ }, () => ({ path: UNDICI }));
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({ contents: shakable(path), loader: 'ts' }));
      build.onEnd(() => ({
        errors: [...unused].map(({ path }) => ({
          text: `No module of the bundle fits ${String(path)}, which is to be left out: correct the rule or remove it.`,
        })),
      }));
    },
  };
}

/** esbuild drops what is unused of a namespace, but not of the object that `z` is: half of zod, its languages above all. */
function shakable(path) {
  return readFileSync(path, 'utf8').replace(/^import \{ z \} from 'zod';$/m, "import * as z from 'zod';");
}

/** A module that throws at its first use, whether it is called, made an instance of, or read from. */
function absent(path, why) {
  const name = path.replace(/^.*[\\/]node_modules[\\/]/, '').replaceAll('\\', '/');
  const message = `${name} is not in this bundle (${why}). scripts/bundle/leave-out.mjs leaves it out.`;
  // esbuild takes a file for what its package says that it is: an ES module or one in CommonJS.
  const exported = /^export /m.test(readFileSync(path, 'utf8')) ? 'export default' : 'module.exports =';
  return `
    const fail = () => { throw new Error(${JSON.stringify(message)}); };
    const isAsked = (name) => typeof name === 'string' && name !== '__esModule';
    const get = (target, name) => (isAsked(name) ? fail() : undefined);
    ${exported} new Proxy(fail, { apply: fail, construct: fail, get });`;
}
