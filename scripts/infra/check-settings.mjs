// Holds the names that are in more than one place together: settings, queues, containers, functions.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { itemsOf } from './check-resources.mjs';
import { literal, memberOf, membersOf } from './bicep.mjs';

/** Read by the Functions host itself. */
const HOST_SETTINGS = [
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__queueServiceUri',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
];
const HOST_IN_SAMPLE = ['AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME'];
/** A deployment uses the identity forms of these instead: a connection string is a secret. */
const NOT_DEPLOYED = ['REPLICATOR_STORAGE', 'INTEGRATION_STORAGE'];

/** @returns {Promise<string[]>} where a setting is in one place and not in another */
export async function checkSettings(root, files) {
  const { SETTINGS } = await import(pathToFileURL(join(root, 'src', 'config', 'settings.ts')).href);
  const known = SETTINGS.map(({ name }) => name);
  const main = files.get('infra/main.bicep');
  const app = files.get('infra/modules/app.bicep');
  const params = main.modules.find(({ symbol }) => symbol === 'app')?.body;
  const settings = params && memberOf(memberOf(params, 'params'), 'settings');
  const hostSettings = app?.vars.get('hostSettings');
  if (!settings || !hostSettings) return ['infra/main.bicep:1: the settings of the module app cannot be found'];
  const sample = JSON.parse(readFileSync(join(root, 'local.settings.sample.json'), 'utf8'));
  const page = readFileSync(join(root, 'docs', 'settings.md'), 'utf8');
  return [
    ...compare(
      'infra/main.bicep',
      namesOf(settings),
      known.filter((name) => !NOT_DEPLOYED.includes(name)),
    ),
    ...compare('infra/modules/app.bicep', namesOf(hostSettings), HOST_SETTINGS),
    ...compare('local.settings.sample.json', Object.keys(sample.Values), [
      ...HOST_IN_SAMPLE,
      ...known.filter((name) => !name.includes('__')),
    ]),
    ...compare('docs/settings.md', settingsOnPage(page), known),
  ];
}

function namesOf(object) {
  return membersOf(object).map(({ name }) => name);
}

function settingsOnPage(page) {
  const table = page.split('| setting | required | default | meaning |')[1]?.split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
}

/** @returns {string[]} the queues and containers of storage.bicep that the code does not know, and the reverse */
export function checkStorageNames(root, files) {
  const storage = files.get('infra/modules/storage.bicep');
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const config = read('src/settings/parse-config.ts');
  const own = (constant) => quoted(new RegExp(`${constant} = \\[([^\\]]*)\\]`).exec(config)?.[1]);
  const settings = read('src/settings/settings.ts');
  const byDefault = (name) => new RegExp(`name: '${name}',[^}]*?default: '([^']*)'`).exec(settings)?.[1];
  const queue = byDefault('NOTIFICATION_QUEUE');
  const inBicep = (variable) =>
    itemsOf(storage.vars.get(variable)).map((item) => literal(item) ?? literal(storage.vars.get(item.text)));
  const packages = literal(storage.vars.get('packageContainerName'));
  return [
    ...compare('infra/modules/storage.bicep', inBicep('queueNames'), [...own('OWN_QUEUES'), queue, `${queue}-poison`]),
    ...compare('infra/modules/storage.bicep', inBicep('containerNames'), [
      ...own('OWN_CONTAINERS'),
      byDefault('MODEL_EXPORT_CONTAINER'),
      packages,
    ]),
  ];
}

/** @returns {string[]} functions that infrastructure or documents name, and that the code does not register */
export function checkFunctionNames(root) {
  const folder = join(root, 'src', 'functions');
  const code = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const known = code.flatMap((text) => [...text.matchAll(/\bfunctions\.\w+\('(\w+)'/g)].map(([, name]) => name));
  const places = [
    'infra/modules/app.bicep',
    'docs/install.md',
    'docs/operations.md',
    'docs/security.md',
    'infra/README.md',
  ];
  return places
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const named = [...text.matchAll(/(?:admin\/functions\/|'function:|AzureWebJobs\.)(\w+)/g)];
      return named
        .filter(([, name]) => !known.includes(name))
        .map(
          ({ 1: name, index }) => `${path}:${text.slice(0, index).split('\n').length}: there is no function ${name}`,
        );
    });
}

function quoted(list = '') {
  return [...list.matchAll(/'([^']*)'/g)].map(([, text]) => text);
}

function compare(path, found, expected) {
  return [
    ...found.filter((name) => !expected.includes(name)).map((name) => `${path}:1: ${name} is not known to the code`),
    ...expected.filter((name) => !found.includes(name)).map((name) => `${path}:1: ${name} is missing`),
    ...found.filter((name, index) => found.indexOf(name) !== index).map((name) => `${path}:1: ${name} is there twice`),
  ];
}
