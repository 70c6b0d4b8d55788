// Checks the infrastructure as far as it can be without a subscription: Bicep's syntax, names and resource properties,
// parameters, azure.yaml, the queries of alerts and workbook, and that settings, queues, containers and functions
// have the same names everywhere.
//
//   node scripts/check-infra.mjs [--json] [FOLDER...]
//
// Each FOLDER is laid out as this project; without any, this project is checked. With --json it prints the problems of
// each as JSON and exits with 0.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBicepParser, readBicep } from './infra/bicep.mjs';
import { checkAzureYaml, checkParameters } from './infra/check-azd.mjs';
import { checkQueries } from './infra/check-queries.mjs';
import { checkResources } from './infra/check-resources.mjs';
import { checkFunctionNames, checkSettings, checkStorageNames } from './infra/check-settings.mjs';
import { checkSymbols } from './infra/check-symbols.mjs';
import { installTools } from './infra/tools.mjs';

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const folders = positionals.length > 0 ? positionals : [fileURLToPath(new URL('..', import.meta.url))];

try {
  installTools();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const parser = await createBicepParser();
const results = [];
for (const folder of folders) results.push(await check(folder));

if (values.json) {
  process.stdout.write(`${JSON.stringify(results.map(({ problems }) => problems))}\n`);
} else {
  for (const problem of results.flatMap(({ problems }) => problems)) process.stderr.write(`${problem}\n`);
  const sum = (count) => results.reduce((total, result) => total + count(result), 0);
  process.stdout.write(
    `infra: ${sum(({ files }) => files)} Bicep files, ${sum(({ resources }) => resources)} resources, ` +
      `${sum(({ queries }) => queries)} queries, ${sum(({ problems }) => problems.length)} problems\n`,
  );
  process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

async function check(root) {
  const paths = readdirSync(join(root, 'infra'), { recursive: true }).map(
    (path) => `infra/${path.replaceAll('\\', '/')}`,
  );
  const files = paths.filter((path) => path.endsWith('.bicep')).map((path) => readBicep(parser, root, path));
  const problems = files.flatMap((file) => file.problems);
  // What could not be parsed has no names to compare.
  if (problems.length === 0) problems.push(...(await checkParsed(root, files)));
  return {
    problems,
    files: files.length,
    resources: files.reduce((count, { resources }) => count + resources.length, 0),
    queries: paths.filter((path) => path.endsWith('.kql')).length,
  };
}

async function checkParsed(root, files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const problems = [];
  for (const file of files) problems.push(...(await checkResources(file)), ...checkSymbols(root, file, byPath));
  return [
    ...problems,
    ...checkParameters(root, byPath),
    ...checkAzureYaml(root, byPath),
    ...(await checkSettings(root, byPath)),
    ...checkStorageNames(root, byPath),
    ...checkFunctionNames(root),
    ...checkQueries(root, files),
  ];
}
