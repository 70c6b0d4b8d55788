// The template as the compiler sees it: what it says of it, and what a deployment with azd's own defaults would make.
import { join, relative } from 'node:path';

const PARAMETERS = 'infra/main.bicepparam';
/** What azd sets itself. */
export const AZD_ENVIRONMENT = { AZURE_ENV_NAME: 'test', AZURE_LOCATION: 'northeurope' };
/** Which API version is the newest depends on the compiler that is asked. */
const OF_THE_COMPILER = 'use-recent-api-versions';

/**
 * Compiles and lints the template of a project and its parameter file; warnings count as much as errors.
 *
 * @param compiler as `startCompiler` gives it, started with AZD_ENVIRONMENT
 * @param {string} root the project's folder
 * @param {{ isPinned: boolean }} options whether it is the compiler that the template was written with
 * @returns {Promise<{ problems: string[], template: object | null }>} `template` is null where there are problems, else
 *   `parameters` as they are declared; `given`, parameter name to value; and `resources`, each with `id`, `type`,
 *   `name`, `tags` and `properties`, its loops unrolled and all but run-time values evaluated
 */
export async function readTemplate(compiler, root, { isPinned }) {
  // Compiling the parameters compiles and lints the template that they are for.
  const { success, diagnostics, parameters, template } = await compiler.compileParameters(join(root, PARAMETERS));
  const problems = diagnostics
    .filter(({ level, code }) => level !== 'Info' && (isPinned || code !== OF_THE_COMPILER))
    .map((diagnostic) => describe(root, diagnostic));
  if (!success && problems.length === 0) {
    problems.push(`${PARAMETERS}:1: the compiler refuses it, or its template, and does not say why`);
  }
  if (problems.length > 0) return { problems, template: null };
  const snapshot = await compiler.snapshot(join(root, PARAMETERS));
  return {
    problems: snapshot.diagnostics.map((text) => `${PARAMETERS}:1: ${text}`),
    template: {
      parameters: JSON.parse(template).parameters,
      given: valuesOf(JSON.parse(parameters).parameters),
      resources: snapshot.predictedResources,
    },
  };
}

function describe(root, { source, range, code, message }) {
  return `${relative(root, source).replaceAll('\\', '/')}:${range.start.line + 1}: ${message} (${code})`;
}

function valuesOf(parameters) {
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
}
