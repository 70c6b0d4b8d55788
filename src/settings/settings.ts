import { OWN_CONTAINERS, OWN_QUEUES, poisonQueueOf } from '../core/facts/storage-names.ts';
import {
  apiVersion,
  containerName,
  duration,
  durationOrNone,
  exportPlatforms,
  queueName,
  title,
  trueOrFalse,
  wholeNumber,
} from './formats.ts';
import { resourceSettings } from './resource-settings.ts';
import { ncrontab } from './schedule.ts';
import { projectPatterns } from './scope.ts';
import { optional, type Setting } from './setting.ts';
import { storageSettings } from './storage-settings.ts';

/** Of a queue and of a container, as Azure Storage allows. */
const LONGEST_NAME = 63;
/** The name of its poison queue has to fit too. */
const LONGEST_QUEUE_NAME = LONGEST_NAME - poisonQueueOf('').length;

export const RESOURCES = {
  primary: resourceSettings({
    prefix: 'PRIMARY',
    exampleHost: 'vision-north',
    side: 'whose projects are protected',
    clientsPredict: 'predict today',
    predictionResource: 'is published to today.',
  }),
  secondary: resourceSettings({
    prefix: 'SECONDARY',
    exampleHost: 'vision-west',
    side: 'that holds the copies',
    clientsPredict: 'predict after a failover',
    predictionResource: 'copies are published to. Without one, copies are not published.',
  }),
};

export const STORAGE = {
  own: storageSettings(
    'REPLICATOR_STORAGE',
    'yes',
    "The storage account for this app's own state, queues and model backups, in the secondary region.",
  ),
  integration: storageSettings(
    'INTEGRATION_STORAGE',
    'no',
    'The storage account that Custom Vision itself writes to. Without one, it is that of `REPLICATOR_STORAGE`.',
  ),
};

/** Every setting that need not be there and is read by itself, under its name in `Config`. */
export const OPTIONS = {
  notificationQueue: optional({
    name: 'NOTIFICATION_QUEUE',
    default: 'custom-vision-notifications',
    meaning: 'The queue that Custom Vision sends its notifications to, in that account.',
    example: 'custom-vision-notifications',
    ...queueName(LONGEST_QUEUE_NAME, OWN_QUEUES),
  }),
  modelExportContainer: optional({
    name: 'MODEL_EXPORT_CONTAINER',
    default: 'model-exports',
    meaning: 'The container that Custom Vision writes exported models to, in that account.',
    example: 'model-exports',
    ...containerName(LONGEST_NAME, OWN_CONTAINERS),
  }),
  configureStorageIntegration: optional({
    name: 'CONFIGURE_STORAGE_INTEGRATION',
    default: 'false',
    meaning: 'Set the queue and the container on every project in scope that lacks them.',
    example: 'true',
    ...trueOrFalse,
  }),
  schedule: optional({
    name: 'REPLICATION_SCHEDULE',
    default: '0 */30 * * * *',
    meaning: 'When all projects are looked at, in UTC. Notifications bring single projects forward.',
    example: '0 0 */2 * * *',
    ...ncrontab,
  }),
  recoveryPointObjectiveInSeconds: optional({
    name: 'RECOVERY_POINT_OBJECTIVE',
    default: 'PT2H',
    meaning: 'How far a copy may lag behind its source before status reports a breach.',
    example: 'PT4H',
    ...duration,
  }),
  includeProjects: optional({
    name: 'INCLUDE_PROJECTS',
    default: null,
    meaning: 'The projects to replicate: names, ids or globs. Without any, all are.',
    example: 'shop-*,Farm',
    ...projectPatterns,
  }),
  excludeProjects: optional({
    name: 'EXCLUDE_PROJECTS',
    default: null,
    meaning: 'The projects to leave out, even where they are included: names, ids or globs. Without any, none is.',
    example: '*-test,0f8fad5b-d9cb-469f-a165-70867728950e',
    ...projectPatterns,
  }),
  generationsToKeep: optional({
    name: 'GENERATIONS_TO_KEEP',
    default: '2',
    meaning: 'How many copies of a project to keep, the current one included. Older ones yield when slots are short.',
    example: '3',
    ...wholeNumber(1, 20),
  }),
  keepCopiesForInSeconds: optional({
    name: 'KEEP_COPIES_FOR',
    default: 'P7D',
    meaning: 'One copy that is at least this old is kept besides, while slots allow; `PT0S` for none.',
    example: 'P14D',
    ...durationOrNone,
  }),
  shrinkLimitInPercent: optional({
    name: 'SHRINK_LIMIT',
    default: '20',
    meaning:
      'How many percent of the images, tags, regions or trained iterations of the largest copy that is kept a project may ' +
      'lose before that copy is pinned.',
    example: '10',
    ...wholeNumber(1, 100),
  }),
  secondaryProjectLimit: optional({
    name: 'SECONDARY_PROJECT_LIMIT',
    default: '100',
    meaning: 'How many projects the secondary may hold: 100 in tier S0, 2 in tier F0.',
    example: '100',
    ...wholeNumber(1, 10_000),
  }),
  exportPlatforms: optional({
    name: 'EXPORT_PLATFORMS',
    default: null,
    meaning: 'The model packages to back up after each training, platform or platform:flavor. Without any, none is.',
    example: 'ONNX,TensorFlow:TensorFlowLite',
    ...exportPlatforms,
  }),
  callsPerSecond: optional({
    name: 'CALLS_PER_SECOND',
    default: '8',
    meaning: 'The most calls per second to one Custom Vision resource from one instance; the service allows 10 in all.',
    example: '4',
    ...wholeNumber(1, 100),
  }),
  apiVersion: optional({
    name: 'CUSTOM_VISION_API_VERSION',
    default: 'v3.3',
    meaning: 'The version of the training API.',
    example: 'v3.3',
    ...apiVersion,
  }),
  storageIntegrationApiVersion: optional({
    name: 'STORAGE_INTEGRATION_API_VERSION',
    default: 'v3.4-preview',
    meaning: "The version of the training API for a project's queue and container.",
    example: 'v3.4-preview',
    ...apiVersion,
  }),
  appTitle: optional({
    name: 'APP_TITLE',
    default: null,
    meaning: 'What pages, tabs and alerts call this installation. Without one, the name of the function app.',
    example: 'Vision north to west',
    ...title,
  }),
  dryRun: optional({
    name: 'DRY_RUN',
    default: 'false',
    meaning:
      'Change nothing in either resource, in routing or in the backups; only look, and report what would be done.',
    example: 'true',
    ...trueOrFalse,
  }),
};

/** Every app setting, in the order of the documentation. */
export const SETTINGS: readonly Setting[] = [
  ...[RESOURCES.primary, RESOURCES.secondary, STORAGE.own, STORAGE.integration, OPTIONS].flatMap(
    (group: Readonly<Record<string, Setting>>) => Object.values(group),
  ),
];
