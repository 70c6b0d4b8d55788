import type { SettingProblem } from '../core/facts/events.ts';
import type { Config, ResourceConfig } from './config.ts';
import { misspeltSettings } from './misspelt.ts';
import { scheduleSchema } from './schedule.ts';
import { createScope, projectPatternsSchema } from './scope.ts';
import { SettingReader, type Environment } from './setting-reader.ts';
import { readStorage } from './storage-settings.ts';
import {
  apiVersionSchema,
  booleanSchema,
  durationSchema,
  endpointSchema,
  exportPlatformsSchema,
  keySchema,
  predictionResourceIdSchema,
  storageNameSchema,
  wholeNumberSchema,
} from './value-schemas.ts';

/** A poison queue's name is eight characters longer, and a name has at most 63. */
const LONGEST_QUEUE_NAME = 56;
const LONGEST_CONTAINER_NAME = 63;
const OWN_QUEUES = ['replication-work', 'replication-work-poison', 'custom-vision-notifications-rejected'];
const OWN_CONTAINERS = ['replication-state', 'model-backups'];

/** A regional endpoint serves many resources and tells them apart by key alone. */
const REGIONAL_HOST = /\.api\.cognitive\.microsoft\.[a-z.]+(:\d+)?$/;

/**
 * Reads the app settings. Never throws: where anything is missing or bad, `config` is null and `problems` lists all of it,
 * by setting. No problem quotes a secret.
 */
export function parseConfig(env: Environment): { config: Config | null; problems: SettingProblem[] } {
  const reader = new SettingReader(env);
  const config = readConfig(reader);
  for (const { found, meant } of misspeltSettings(env)) {
    reader.report(found, `is not a setting of this app; ${meant} is, and is not set.`, `the name ${meant}`);
  }
  return { config: reader.problems.length === 0 ? config : null, problems: reader.problems };
}

/** The configuration, or null where a part of it has a problem. */
function readConfig(reader: SettingReader): Config | null {
  const parts = {
    primary: readResource(reader, 'PRIMARY'),
    secondary: readResource(reader, 'SECONDARY'),
    storage: readStorage(reader, 'REPLICATOR_STORAGE', true),
    notificationQueue: reader.optional('NOTIFICATION_QUEUE', storageNameSchema(LONGEST_QUEUE_NAME, OWN_QUEUES)),
    modelExportContainer: reader.optional(
      'MODEL_EXPORT_CONTAINER',
      storageNameSchema(LONGEST_CONTAINER_NAME, OWN_CONTAINERS),
    ),
    configureStorageIntegration: reader.optional('CONFIGURE_STORAGE_INTEGRATION', booleanSchema),
    schedule: reader.optional('REPLICATION_SCHEDULE', scheduleSchema),
    recoveryPointObjectiveInSeconds: reader.optional('RECOVERY_POINT_OBJECTIVE', durationSchema),
    generationsToKeep: reader.optional('GENERATIONS_TO_KEEP', wholeNumberSchema(1, 20)),
    secondaryProjectLimit: reader.optional('SECONDARY_PROJECT_LIMIT', wholeNumberSchema(1, 10_000)),
    callsPerSecond: reader.optional('CALLS_PER_SECOND', wholeNumberSchema(1, 100)),
    apiVersion: reader.optional('CUSTOM_VISION_API_VERSION', apiVersionSchema),
    storageIntegrationApiVersion: reader.optional('STORAGE_INTEGRATION_API_VERSION', apiVersionSchema),
    dryRun: reader.optional('DRY_RUN', booleanSchema),
  };
  const integrationStorage = readStorage(reader, 'INTEGRATION_STORAGE', false);
  const include = reader.optional('INCLUDE_PROJECTS', projectPatternsSchema);
  const exclude = reader.optional('EXCLUDE_PROJECTS', projectPatternsSchema);
  const exportPlatforms = reader.optional('EXPORT_PLATFORMS', exportPlatformsSchema);
  checkPair(reader, parts.primary, parts.secondary);
  if (!isComplete(parts)) return null;
  return {
    ...parts,
    integrationStorage,
    scope: createScope(include, exclude ?? []),
    exportPlatforms: exportPlatforms ?? [],
  };
}

function isComplete<T extends object>(parts: T): parts is { [Name in keyof T]: NonNullable<T[Name]> } {
  return Object.values(parts).every((part) => part !== null);
}

function readResource(reader: SettingReader, prefix: 'PRIMARY' | 'SECONDARY'): ResourceConfig | null {
  const training = reader.required(`${prefix}_TRAINING_ENDPOINT`, endpointSchema);
  const key = reader.optional(`${prefix}_TRAINING_KEY`, keySchema);
  const prediction = reader.optional(`${prefix}_PREDICTION_ENDPOINT`, endpointSchema);
  const predictionResourceId = reader.optional(`${prefix}_PREDICTION_RESOURCE_ID`, predictionResourceIdSchema);
  if (training === null) return null;
  if (REGIONAL_HOST.test(training.host) && !reader.has(`${prefix}_TRAINING_KEY`)) {
    reader.report(
      `${prefix}_TRAINING_KEY`,
      'is not set, but the training endpoint is a regional one, which takes no tokens of Microsoft Entra ID.',
      `a training key, or in ${prefix}_TRAINING_ENDPOINT the endpoint of the resource itself, https://<name>.cognitiveservices.azure.com`,
    );
  }
  return {
    trainingEndpoint: training.origin,
    host: training.host,
    key,
    predictionEndpoint: prediction?.origin ?? null,
    predictionResourceId,
  };
}

/** Copying a resource to itself would double its projects. */
function checkPair(reader: SettingReader, primary: ResourceConfig | null, secondary: ResourceConfig | null): void {
  if (primary === null || secondary === null || primary.host !== secondary.host) return;
  reader.report(
    'SECONDARY_TRAINING_ENDPOINT',
    'has the same host as PRIMARY_TRAINING_ENDPOINT.',
    'the endpoint of another resource, in another region',
  );
}
