// Holds azure.yaml and the parameter file to what azd reads, and to the template that they are for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './tools.mjs';

const TOP_LEVEL = ['name', 'metadata', 'infra', 'services', 'hooks', 'pipeline', 'requiredVersions', 'workflows'];
const SERVICE = ['project', 'language', 'host', 'remoteBuild', 'dist', 'hooks', 'resourceName', 'apiVersion', 'config'];
const HOOKS = ['prepackage', 'predeploy', 'preprovision', 'postprovision', 'postdeploy', 'preup', 'postup'];
const PLACEHOLDER = /^\$\{([A-Z][A-Z0-9_]*)(=[^}]*)?\}$/;
/** Asked for by azd itself. */
const ASKED_FOR = ['AZURE_ENV_NAME', 'AZURE_LOCATION'];

/** @returns {string[]} what is wrong with azure.yaml */
export function checkAzureYaml(root, files) {
  const path = 'azure.yaml';
  const { parseDocument } = requireTool('yaml');
  const document = parseDocument(readFileSync(join(root, path), 'utf8'));
  if (document.errors.length > 0) return document.errors.map((error) => `${path}:1: ${error.message}`);
  const project = document.toJS();
  const problems = unknown(project, TOP_LEVEL, 'azure.yaml');
  const module = `${project.infra?.path ?? 'infra'}/${project.infra?.module ?? 'main'}.bicep`;
  if (!files.has(module)) problems.push(`there is no ${module}`);
  const services = Object.entries(project.services ?? {});
  if (services.length === 0) problems.push('there is no service');
  for (const [name, service] of services) {
    problems.push(...unknown(service, SERVICE, `the service ${name}`));
    if (service.host !== 'function' || service.language !== 'ts')
      problems.push(`the service ${name} is no function app in ts`);
    if (service.remoteBuild !== false)
      problems.push(`the service ${name} is built here, so remoteBuild has to be false`);
    if (existsSync(join(root, service.project, '.funcignore'))) {
      problems.push(`azd refuses remoteBuild: false where ${service.project}/.funcignore leaves out node_modules`);
    }
    const tag = `'azd-service-name': '${name}'`;
    if (!files.get('infra/main.bicep')?.tree.text.includes(tag)) problems.push(`no resource has the tag ${tag}`);
  }
  problems.push(...unknown(project.hooks ?? {}, HOOKS, 'hooks'), ...checkScripts(root, project.hooks ?? {}));
  return problems.map((problem) => `${path}:1: ${problem}`);
}

function checkScripts(root, hooks) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const commands = Object.values(hooks).flatMap((hook) => [hook.run, hook.posix?.run, hook.windows?.run]);
  return commands
    .map((command) => /^npm run (?:--silent )?([\w:]+)/.exec(command ?? '')?.[1])
    .filter((name) => name !== undefined && !(name in scripts))
    .map((name) => `package.json has no script ${name}`);
}

function unknown(object, names, where) {
  return Object.keys(object)
    .filter((name) => !names.includes(name))
    .map((name) => `${where} has no ${name}`);
}

/** @returns {string[]} what is wrong with main.parameters.json */
export function checkParameters(root, files) {
  const path = 'infra/main.parameters.json';
  const text = readFileSync(join(root, path), 'utf8');
  let parameters;
  try {
    ({ parameters } = JSON.parse(text));
  } catch (error) {
    return [`${path}:1: ${error.message}`];
  }
  const { params } = files.get('infra/main.bicep');
  const given = Object.entries(parameters);
  return [
    ...given.flatMap(([name, { value }]) => checkParameter(name, value, params.get(name))),
    ...[...params]
      .filter(([name, { isRequired }]) => isRequired && !(name in parameters))
      .map(([name]) => `${name} is needed by infra/main.bicep`),
  ].map((problem) => `${path}:1: ${problem}`);
}

/** azd puts an environment variable's text in; a default has to be of the parameter's type and the same as in Bicep. */
function checkParameter(name, value, param) {
  if (param === undefined) return [`infra/main.bicep has no parameter ${name}`];
  const [, variable, assigned] = PLACEHOLDER.exec(value) ?? [];
  if (variable === undefined) return [`${name} is no placeholder such as \${NAME=default}`];
  if (assigned === undefined) return ASKED_FOR.includes(variable) ? [] : [`${name} has no default`];
  const expected = param.node.namedChildren[2]?.text.replace(/^'|'$/g, '') ?? null;
  return assigned.slice(1) === expected
    ? []
    : [`${name} is ${assigned.slice(1)} here and ${expected} in infra/main.bicep`];
}
