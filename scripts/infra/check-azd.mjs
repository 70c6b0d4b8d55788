// Holds azure.yaml and the parameters to what azd reads, and to the template that they are for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './tools.mjs';

const TOP_LEVEL = ['name', 'metadata', 'infra', 'services', 'hooks', 'pipeline', 'requiredVersions', 'workflows'];
const SERVICE = ['project', 'language', 'host', 'remoteBuild', 'dist', 'hooks', 'resourceName', 'apiVersion', 'config'];
const HOOKS = ['prepackage', 'predeploy', 'preprovision', 'postprovision', 'postdeploy', 'preup', 'postup'];

/** @returns {string[]} what is wrong with azure.yaml; `template` is as `readTemplate` gives it, or null */
export function checkAzureYaml(root, template) {
  const path = 'azure.yaml';
  const { parseDocument } = requireTool('yaml');
  const document = parseDocument(readFileSync(join(root, path), 'utf8'));
  if (document.errors.length > 0) return document.errors.map((error) => `${path}:1: ${error.message}`);
  const project = document.toJS();
  const problems = unknown(project, TOP_LEVEL, 'azure.yaml');
  const module = `${project.infra?.path ?? 'infra'}/${project.infra?.module ?? 'main'}.bicep`;
  if (!existsSync(join(root, module))) problems.push(`there is no ${module}`);
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
    if (template !== null && serviceResource(template, name) === undefined) {
      problems.push(`no function app has the tag azd-service-name: ${name}`);
    }
  }
  problems.push(...unknown(project.hooks ?? {}, HOOKS, 'hooks'), ...checkScripts(root, project.hooks ?? {}));
  return problems.map((problem) => `${path}:1: ${problem}`);
}

/** The function app that azd deploys a service to: it knows it by this tag. */
export function serviceResource({ resources }, service) {
  return resources.find(({ type, tags }) => type === 'Microsoft.Web/sites' && tags?.['azd-service-name'] === service);
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

/**
 * @param template as `readTemplate` gives it, where azd has set no variable but its own
 * @returns {string[]} parameters that azd can't reach, and defaults that are not the same in both files
 */
export function checkParameters({ parameters, given }) {
  return Object.entries(parameters).flatMap(([name, { defaultValue }]) => {
    if (!(name in given)) return [`infra/main.bicepparam:1: ${name} is not there, so azd can't set it`];
    // A default that is worked out is an expression in the template, and its value in the parameter file.
    const isWorkedOut = typeof defaultValue === 'string' && defaultValue.startsWith('[');
    if (defaultValue === undefined || isWorkedOut || given[name] === defaultValue) return [];
    return [`infra/main.bicepparam:1: ${name} is ${given[name]} here and ${defaultValue} in infra/main.bicep`];
  });
}
