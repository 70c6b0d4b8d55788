import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const packages = join(root, 'node_modules');

/** What the app's own entry needs of each rule, so that a build of another entry is refused for no rule that is unused. */
const USES_ALL_RULES = `
  import { Agent } from 'undici';
  import * as blobs from '${packages}/@azure/storage-blob/dist/esm/index.js';
  export const kept = [Agent, blobs.BlobServiceClient, () => import('${packages}/open/index.js')];
`;

describe('the bundle', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function node(...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    // The stack of a bundle quotes its lines, and each of those is a megabyte long.
    const lines = (stdout + stderr).split('\n').filter((line) => line.length < 1_000);
    return { status, output: lines.join('\n') };
  }

  function bundle(source: string): { status: number | null; output: string; path: string } {
    const entry = join(folder, 'entry.mjs');
    const path = join(folder, 'bundle.cjs');
    writeFileSync(entry, source);
    return { ...node(join(root, 'scripts', 'build.mjs'), '--entry', entry, '--outfile', path), path };
  }

  test.each([
    ['a browser to sign in with', 'open/index.js', 'module.default("https://example.org")'],
    ['HTTP/2', 'undici/lib/dispatcher/client-h2.js', 'module.default({})'],
    ['what a body of fetch is', 'undici/lib/web/fetch/body.js', 'console.log(module.default.extractBody)'],
    ["storage's own checksums", '@azure/storage-common/dist/esm/crc64.js', 'module.default()'],
  ])('says which module was left out when %s is reached after all', (_what, path, use) => {
    // Node.js would quote the line that threw, which is a megabyte long.
    const tell = '(error) => { console.log(String(error)); process.exitCode = 1; }';
    const built = bundle(`${USES_ALL_RULES} import('${packages}/${path}').then((module) => ${use}).catch(${tell});`);
    expect(built).toMatchObject({ status: 0 });
    const { status, output } = node(built.path);
    expect(status).not.toBe(0);
    expect(output).toContain(`Error: ${path} is not in this bundle`);
  });

  test('is not built where the app imports more of undici than is put into it', () => {
    const { status, output } = bundle(
      `${USES_ALL_RULES} import { fetch } from 'undici'; fetch('https://example.org');`,
    );
    expect(status).not.toBe(0);
    expect(output).toContain('No matching export in "scripts/bundle/undici.mjs" for import "fetch"');
  });

  test('is not built where a module that is to be left out is not there any more', () => {
    const { status, output } = bundle("import { Agent } from 'undici'; export const kept = Agent;");
    expect(status).not.toBe(0);
    expect(output).toContain('which is to be left out: correct the rule or remove it');
  });

  test('calls a server over HTTP with what is left of undici', () => {
    const built = bundle(`
      ${USES_ALL_RULES}
      import { createServer } from 'node:http';
      const server = createServer((request, response) => {
        request.on('data', (data) => response.end('got ' + data));
      });
      server.listen(0, '127.0.0.1', async () => {
        const agent = new Agent({ allowH2: false });
        const origin = 'http://127.0.0.1:' + server.address().port;
        const { statusCode, body } = await agent.request({ origin, path: '/', method: 'POST', body: '{}' });
        console.log(statusCode, await body.text());
        await agent.close();
        server.close();
      });
    `);
    expect(built).toMatchObject({ status: 0 });
    expect(node(built.path)).toEqual({ status: 0, output: '200 got {}\n' });
  });
});
