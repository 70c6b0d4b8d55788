// Checks the infrastructure as far as it can be without a subscription: Bicep's own compiler and linter over the
// template and its parameters, what a deployment would make for each set of options, azure.yaml, the queries of alerts
// and workbook, and that settings, queues, containers and functions have the same names everywhere.
//
//   node scripts/check-infra.mjs [--update] [--json] [FOLDER...]
//
// Each FOLDER is laid out as this project; without any, this project is checked. --update writes what a deployment
// would make anew, in test/infra/options. With --json it prints the problems of each folder as JSON and exits with 0.
// Without a compiler it checks what it can, says what it did not check, and fails where CI=true.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkAzureYaml, checkParameters } from './infra/check-azd.mjs';
import { checkQueries } from './infra/check-queries.mjs';
import { checkFunctionNames, checkSettings, checkStorageNames } from './infra/check-settings.mjs';
import { startCompiler } from './infra/compiler.mjs';
import { findCompiler } from './infra/find-compiler.mjs';
import { checkSnapshots } from './infra/snapshots.mjs';
import { AZD_ENVIRONMENT, readTemplate } from './infra/template.mjs';
import { installTools } from './infra/tools.mjs';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, update: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folders = positionals.length > 0 ? positionals : [fileURLToPath(new URL('..', import.meta.url))];

try {
  installTools();
  const { compiler, reasons } = findCompiler({ mayRestore: true });
  if (compiler === null) tellWhatIsNotChecked(reasons);
  else if (!compiler.isPinned) tellOtherVersion(compiler, reasons);
  await checkAll(compiler);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function checkAll(compiler) {
  const running = compiler === null ? null : startCompiler(compiler.path, AZD_ENVIRONMENT);
  const results = [];
  try {
    for (const folder of folders) results.push(await check(folder, running, compiler?.isPinned));
  } finally {
    running?.close();
  }
  if (values.json) process.stdout.write(`${JSON.stringify(results.map(({ problems }) => problems))}\n`);
  else report(results, compiler);
}

async function check(root, running, isPinned) {
  const { problems, template } =
    running === null ? { problems: [], template: null } : await readTemplate(running, root, { isPinned });
  problems.push(...checkAzureYaml(root, template), ...checkFunctionNames(root), ...checkQueries(root, template));
  let options = 0;
  if (template !== null) {
    problems.push(
      ...checkParameters(template),
      ...(await checkSettings(root, template)),
      ...(await checkStorageNames(root, template)),
    );
    const snapshots = await checkSnapshots(running, root, { update: values.update });
    problems.push(...snapshots.problems);
    options = snapshots.count;
  }
  const queries = readdirSync(join(root, 'infra', 'queries')).length;
  return { problems, resources: template?.resources.length ?? 0, options, queries };
}

function report(results, compiler) {
  for (const problem of results.flatMap(({ problems }) => problems)) process.stderr.write(`${problem}\n`);
  const sum = (count) => results.reduce((total, result) => total + count(result), 0);
  const template =
    compiler === null
      ? 'NO TEMPLATE CHECKED'
      : `Bicep ${compiler.version}, ${sum(({ resources }) => resources)} resources, ` +
        `${sum(({ options }) => options)} sets of options`;
  const problems = sum((result) => result.problems.length);
  process.stdout.write(`infra: ${template}, ${sum(({ queries }) => queries)} queries, ${problems} problems\n`);
  if (problems > 0) process.exitCode = 1;
}

function tellWhatIsNotChecked(reasons) {
  process.stderr.write(
    'THE BICEP WAS NOT CHECKED: there is no Bicep compiler.\n' +
      reasons.map((reason) => `  ${reason}\n`).join('') +
      'Not checked: the template, its parameters, what it makes, and that its settings, queues, containers and queries\n' +
      'are those of the code. Install the .NET SDK (Linux, x64) or Bicep itself (`az bicep install`), and run this again.\n',
  );
  if (process.env.CI === 'true') process.exitCode = 1;
}

function tellOtherVersion({ path, version }, reasons) {
  process.stderr.write(
    `Checked with Bicep ${version} (${path}), which is not the one of tools/bicep: ${reasons.join('; ')}.\n` +
      'Whether API versions are the newest is left out, and what a deployment would make may be told otherwise.\n',
  );
}
