import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findCompiler, root, runScript } from './compiler.ts';

const project = readFileSync(join(root, 'tools', 'bicep', 'bicep.csproj'), 'utf8');
const pinned = /<BicepVersion>([^<]+)</.exec(project)?.[1] ?? '';
const toolsReason = reasonWithoutTools();

/** check-infra.mjs would install them, which a test must not. */
function reasonWithoutTools(): string {
  try {
    readFileSync(join(root, 'tools', 'infra', 'node_modules', '.installed-from'));
    return '';
  } catch {
    return ' [skipped: tools/infra is not installed, which npm run check:infra does]';
  }
}

describe('finding the Bicep compiler', () => {
  let folder = '';
  /** A machine with nothing but Node.js: no .NET, no Bicep, no packages. */
  let bare: Record<string, string | undefined> = {};

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'find-compiler-'));
    const packages = join(folder, 'packages');
    bare = { PATH: dirname(process.execPath), HOME: folder, AZURE_CONFIG_DIR: undefined, NUGET_PACKAGES: packages };
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A program that answers --version as the compiler does. */
  function install(path: string, version: string): string {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho "Bicep CLI version ${version} (0123456789)"\n`, { mode: 0o755 });
    return file;
  }

  const onPath = (): string => `${join(folder, 'bin')}:${bare.PATH ?? ''}`;

  it('takes the pinned version from the PATH', () => {
    const path = install('bin/bicep', pinned);
    expect(findCompiler({ ...bare, PATH: onPath() })).toEqual({ isThere: true, answer: path });
  });

  it('takes what az bicep has installed', () => {
    const path = install('.azure/bin/bicep', pinned);
    expect(findCompiler(bare)).toEqual({ isThere: true, answer: path });
  });

  it('prefers the pinned version to a newer one that comes first', () => {
    install('bin/bicep', '99.0.1');
    const path = install('.azure/bin/bicep', pinned);
    expect(findCompiler({ ...bare, PATH: onPath() })).toEqual({ isThere: true, answer: path });
  });

  it('makes do with a newer version', () => {
    const path = install('bin/bicep', '99.0.1');
    expect(findCompiler({ ...bare, PATH: onPath() })).toEqual({ isThere: true, answer: path });
  });

  it('refuses an older version, and says so', () => {
    const path = install('bin/bicep', '0.9.1');
    const { isThere, answer } = findCompiler({ ...bare, PATH: onPath() });
    expect(isThere).toBe(false);
    expect(answer).toContain(`${path} is 0.9.1, older than ${pinned}`);
  });

  const onLinux = process.platform === 'linux' && process.arch === 'x64';
  const itOnLinux = onLinux ? it : it.skip;
  itOnLinux(`refuses a package that holds another program${onLinux ? '' : ' [skipped: Linux on x64 only]'}`, () => {
    install(`packages/azure.bicep.commandline.linux-x64/${pinned}/tools/bicep`, pinned);
    const { isThere, answer } = findCompiler(bare);
    expect(isThere).toBe(false);
    expect(answer).toContain('is not the Bicep compiler that tools/bicep/bicep.csproj pins');
  });

  const itWithTools = toolsReason === '' ? it : it.skip;
  itWithTools.each([
    ['fails in CI', 'true', 1],
    ['goes on elsewhere', undefined, 0],
  ])(`without one, %s and says loudly what was not checked${toolsReason}`, (_name, ci, expected) => {
    const { status, stdout, stderr } = runScript(['scripts/check-infra.mjs'], { ...bare, CI: ci });
    expect(stderr).toContain('THE BICEP WAS NOT CHECKED');
    expect(stdout).toContain('NO TEMPLATE CHECKED');
    expect(status).toBe(expected);
  });
});
