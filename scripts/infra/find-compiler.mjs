// Finds the Bicep compiler: the version that tools/bicep pins, wherever it is, or one that is newer.
//
//   node scripts/infra/find-compiler.mjs
//
// prints where it is without restoring anything, and ends with 1 where there is none.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const windows = process.platform === 'win32';
const executable = windows ? 'bicep.exe' : 'bicep';
const project = fileURLToPath(new URL('../../tools/bicep/bicep.csproj', import.meta.url));
const PACKAGE = 'Azure.Bicep.CommandLine.linux-x64';
const hasPackage = process.platform === 'linux' && process.arch === 'x64';

/** What the compiler is started with: it asks for no culture's rules, which would need a library that may be missing. */
export const COMPILER_ENVIRONMENT = { DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };

/**
 * @typedef {object} Compiler
 * @property {string} path the executable
 * @property {string} version such as 0.49.2
 * @property {boolean} isPinned whether it is the version of tools/bicep; another, newer one may know more
 */

/**
 * The pinned compiler as `bicep` on the PATH, as what `az bicep install` installs, or as a package that
 * `dotnet` restores; where it can't be had, a newer one of the first two.
 *
 * @param {{ mayRestore: boolean }} options whether a package that is missing may be fetched
 * @returns {{ compiler: Compiler | null, reasons: string[] }} `reasons` say why each way led nowhere
 * @throws {Error} where the package holds another executable than the pinned one
 */
export function findCompiler({ mayRestore }) {
  const pinned = readPinned();
  const found = installed().map((path) => ({ path, version: versionOf(path) }));
  const exact = found.find(({ version }) => version === pinned.version);
  if (exact !== undefined) return { compiler: { ...exact, isPinned: true }, reasons: [] };
  const restored = fromPackage(pinned, mayRestore);
  if (restored.path !== null) {
    return { compiler: { path: restored.path, version: pinned.version, isPinned: true }, reasons: [] };
  }
  const newer = found.find(({ version }) => version !== null && isNewer(version, pinned.version));
  if (newer !== undefined) return { compiler: { ...newer, isPinned: false }, reasons: [restored.reason] };
  return { compiler: null, reasons: [...found.map((other) => reasonAgainst(other, pinned)), restored.reason] };
}

/** The version and the hash that tools/bicep/bicep.csproj pins. */
function readPinned() {
  const text = readFileSync(project, 'utf8');
  const read = (name) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)[1];
  return { version: read('BicepVersion'), sha512: read('BicepSha512') };
}

/** The compilers that are there: those on the PATH, then the Azure CLI's own. */
function installed() {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, executable));
  const azureCli = join(process.env.AZURE_CONFIG_DIR ?? join(homedir(), '.azure'), 'bin', executable);
  return [...onPath, azureCli].filter((path) => existsSync(path));
}

function versionOf(path) {
  const env = { ...process.env, ...COMPILER_ENVIRONMENT };
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', env });
  return /(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1] ?? null;
}

function isNewer(version, than) {
  return version.localeCompare(than, 'en', { numeric: true }) > 0;
}

function reasonAgainst({ path, version }, pinned) {
  return version === null ? `${path} does not run` : `${path} is ${version}, older than ${pinned.version}`;
}

/** @returns {{ path: string | null, reason: string }} the executable of the package, or why there is none */
function fromPackage(pinned, mayRestore) {
  if (!hasPackage) return { path: null, reason: `NuGet has no package for ${process.platform}-${process.arch}` };
  const inFolder = (folder) => join(folder, PACKAGE.toLowerCase(), pinned.version, 'tools', executable);
  const usual = inFolder(process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget', 'packages'));
  if (existsSync(usual)) return { path: verified(usual, pinned), reason: '' };
  if (!mayRestore) return { path: null, reason: `the package ${PACKAGE} ${pinned.version} was not restored yet` };
  process.stderr.write(`restoring the Bicep compiler ${pinned.version} …\n`);
  const { status, error, stdout } = dotnet('restore', project);
  if (status !== 0) {
    const said = error === undefined ? `\`dotnet restore\` ended with ${status}: ${stdout.trim()}` : error.message;
    return { path: null, reason: `the package ${PACKAGE} ${pinned.version} could not be restored: ${said}` };
  }
  // NuGet's own settings may name another folder.
  const folder = /global-packages: (.*)/.exec(dotnet('nuget', 'locals', 'global-packages', '--list').stdout)?.[1];
  return { path: verified(inFolder(folder.trim()), pinned), reason: '' };
}

function dotnet(...args) {
  const env = { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1', DOTNET_CLI_UI_LANGUAGE: 'en' };
  return spawnSync('dotnet', args, { encoding: 'utf8', env });
}

/** The path, once what is there has proved to be what was pinned. */
function verified(path, pinned) {
  const sha512 = createHash('sha512').update(readFileSync(path)).digest('base64');
  if (sha512 !== pinned.sha512) {
    throw new Error(
      `${path} is not the Bicep compiler that tools/bicep/bicep.csproj pins: its SHA-512 is ${sha512}, expected ` +
        `${pinned.sha512}. Delete the package's folder and run this again; if that does not help, do not run it.`,
    );
  }
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
  return path;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { compiler, reasons } = findCompiler({ mayRestore: false });
  process.stdout.write(`${compiler?.path ?? reasons.join('; ')}\n`);
  process.exitCode = compiler === null ? 1 : 0;
}
