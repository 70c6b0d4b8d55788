// Talks to the Bicep compiler, one process for all that is asked of it: a start costs more than a template.
import { spawn } from 'node:child_process';
import { COMPILER_ENVIRONMENT } from './find-compiler.mjs';
import { requireTool } from './tools.mjs';

/** Where snapshots are deployed to; nothing of it exists. */
const DEPLOYMENT = {
  tenantId: '00000000-0000-0000-0000-000000000000',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  location: 'northeurope',
  deploymentName: 'main',
  resourceGroup: null,
};
export const SUBSCRIPTION = `/subscriptions/${DEPLOYMENT.subscriptionId}`;

/** Of this machine, what a program needs to run. Nothing else may reach a parameter. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'USERPROFILE', 'LOCALAPPDATA', 'APPDATA'];

/**
 * Starts the compiler.
 *
 * @param {string} path its executable
 * @param {Record<string, string>} environment what parameter files read
 * @returns an object whose methods take the path of a file and answer with
 *   `compileParameters`: `{ success, diagnostics, parameters, template }` of a parameter file and its template, both as
 *   the text of JSON and only where they compile; the diagnostics are those of both, and of the linter;
 *   `snapshot`: `{ predictedResources, outputs, diagnostics }`, what a deployment of a parameter file would make.
 *   Each diagnostic is `{ source, range, level, code, message }`. `close` ends the process.
 */
export function startCompiler(path, environment) {
  const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
  const env = { ...inherited, ...COMPILER_ENVIRONMENT, ...environment };
  const child = spawn(path, ['jsonrpc', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = requireTool('vscode-jsonrpc/node');
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const ended = new Promise((_resolve, reject) => {
    child.on('error', (error) => reject(new Error(`${path} could not be started: ${error.message}`)));
    child.on('exit', (code) => reject(new Error(`the Bicep compiler ended by itself, with exit code ${code}`)));
  });
  ended.catch(() => {}); // Told by the request that waits for it.
  const ask = (method, params) => Promise.race([connection.sendRequest(`bicep/${method}`, params), ended]);
  return {
    compileParameters: (file) => ask('compileParams', { path: file, parameterOverrides: {} }),
    snapshot: async (file) => JSON.parse((await ask('getSnapshot', { path: file, metadata: DEPLOYMENT })).snapshot),
    close: () => {
      connection.dispose();
      child.kill();
    },
  };
}
