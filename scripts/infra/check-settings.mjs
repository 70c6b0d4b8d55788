// Holds the names that are in more than one place together: settings, queues, containers, functions.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serviceResource } from './check-azd.mjs';

/** Read by the Functions host itself. */
const HOST_SETTINGS = [
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__queueServiceUri',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'AzureWebJobsDisableHomepage',
];
const HOST_IN_SAMPLE = ['AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME'];
const STORAGE = 'Microsoft.Storage/storageAccounts';
/** A deployment names the two services of an account, and its identity by its client, in place of these. */
const NOT_DEPLOYED = ['REPLICATOR_STORAGE', 'INTEGRATION_STORAGE'].flatMap((account) => [
  account,
  ...['accountName', 'endpointSuffix', 'managedIdentityResourceId'].map((member) => `${account}__${member}`),
]);

const SETTINGS_TABLE = 'src/settings/settings.ts';

function moduleOf(root, path) {
  return pathToFileURL(join(root, path)).href;
}

/** @returns {Promise<string[]>} where a setting is in one place and not in another */
export async function checkSettings(root, template) {
  const { SETTINGS } = await import(moduleOf(root, SETTINGS_TABLE));
  const known = SETTINGS.map(({ name }) => name);
  const deployed = serviceResource(template, 'app')?.properties.siteConfig?.appSettings;
  if (!Array.isArray(deployed)) return ['infra/modules/app.bicep:1: the settings of the app cannot be found'];
  const sample = JSON.parse(readFileSync(join(root, 'local.settings.sample.json'), 'utf8'));
  const page = readFileSync(join(root, 'docs', 'settings.md'), 'utf8');
  return [
    ...compare(
      'infra/main.bicep',
      deployed.map(({ name }) => name),
      [...HOST_SETTINGS, ...known.filter((name) => !NOT_DEPLOYED.includes(name))],
    ),
    ...compare('local.settings.sample.json', Object.keys(sample.Values), [
      ...HOST_IN_SAMPLE,
      ...known.filter((name) => !name.includes('__')),
    ]),
    ...compare('docs/settings.md', settingsOnPage(page), known),
  ];
}

function settingsOnPage(page) {
  const table = page.split('| setting | required | default | meaning |')[1]?.split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
}

/** @returns {Promise<string[]>} the queues and containers of storage.bicep that the code does not know, and the reverse */
export async function checkStorageNames(root, template) {
  const { OPTIONS } = await import(moduleOf(root, SETTINGS_TABLE));
  const { OWN_QUEUES, OWN_CONTAINERS, poisonQueueOf } = await import(moduleOf(root, 'src/core/facts/storage-names.ts'));
  const queue = OPTIONS.notificationQueue.default;
  const made = (type) =>
    template.resources.filter((resource) => resource.type === type).map(({ name }) => name.split('/').at(-1));
  return [
    ...compare('infra/modules/storage.bicep', made(`${STORAGE}/queueServices/queues`), [
      ...OWN_QUEUES,
      queue,
      poisonQueueOf(queue),
    ]),
    ...compare('infra/modules/storage.bicep', made(`${STORAGE}/blobServices/containers`), [
      ...OWN_CONTAINERS,
      OPTIONS.modelExportContainer.default,
      packageContainer(template),
    ]),
  ];
}

/** The container that the app is deployed from: the last part of its address, the rest of which is a run-time value. */
function packageContainer(template) {
  const address = serviceResource(template, 'app')?.properties.functionAppConfig?.deployment.storage.value;
  return /'([^']+)'\)\]$/.exec(address ?? '')?.[1] ?? 'the container of the app package';
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

function compare(path, found, expected) {
  return [
    ...found.filter((name) => !expected.includes(name)).map((name) => `${path}:1: ${name} is not known to the code`),
    ...expected.filter((name) => !found.includes(name)).map((name) => `${path}:1: ${name} is missing`),
    ...found.filter((name, index) => found.indexOf(name) !== index).map((name) => `${path}:1: ${name} is there twice`),
  ];
}
