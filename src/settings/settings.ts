/** One app setting, as the documentation, the sample file and the messages about it tell of it. */
export interface Setting {
  readonly name: string;
  /** `yes`, `no`, or when. */
  readonly required: string;
  /** The value where it is not set; null where that is no value, which `meaning` then explains. */
  readonly default: string | null;
  readonly meaning: string;
  /** What a value looks like, in the words that follow "expected". */
  readonly expected: string;
  readonly example: string;
}

const ENDPOINT = 'an https URL without a path (http only for this machine)';
const ARM_ID =
  "a prediction resource's ARM id, " +
  '/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/{name}';
const TRAINING_KEY = 'a training key as one word, or no value for Microsoft Entra ID';
const CONNECTION_STRING =
  'a connection string with the endpoints or EndpointSuffix, or UseDevelopmentStorage=true, or no value together with ' +
  'the settings __blobServiceUri and __queueServiceUri';
const SERVICE_URI = "an https URL of the account's service";
const CREDENTIAL = 'managedidentity, or no value for whatever identity there is';
const CLIENT_ID = "the GUID of a user-assigned managed identity's client";
const PROJECTS = 'project names, ids or globs (* and ?), separated by commas';
const BOOLEAN = 'true or false';

function resourceSettings(prefix: 'PRIMARY' | 'SECONDARY', side: string, predictionUse: string): Setting[] {
  const host = prefix === 'PRIMARY' ? 'vision-north' : 'vision-west';
  const account = `/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/vision/providers/Microsoft.CognitiveServices/accounts/${host}-prediction`;
  return [
    {
      name: `${prefix}_TRAINING_ENDPOINT`,
      required: 'yes',
      default: null,
      meaning: `The training endpoint of the resource ${side}.`,
      expected: ENDPOINT,
      example: `https://${host}.cognitiveservices.azure.com`,
    },
    {
      name: `${prefix}_TRAINING_KEY`,
      required: 'no',
      default: null,
      meaning: 'Its training key, best as a Key Vault reference. Without one, Microsoft Entra ID is used.',
      expected: TRAINING_KEY,
      example: `@Microsoft.KeyVault(SecretUri=https://vision.vault.azure.net/secrets/${host})`,
    },
    {
      name: `${prefix}_PREDICTION_ENDPOINT`,
      required: 'no',
      default: null,
      meaning: `The endpoint at which clients ${predictionUse}; the routing manifest hands it on to them.`,
      expected: ENDPOINT,
      example: `https://${host}-prediction.cognitiveservices.azure.com`,
    },
    {
      name: `${prefix}_PREDICTION_RESOURCE_ID`,
      required: 'no',
      default: null,
      meaning:
        prefix === 'PRIMARY'
          ? 'The ARM id of the prediction resource that is published to today.'
          : 'The ARM id of the prediction resource that copies are published to. Without one, copies are not published.',
      expected: ARM_ID,
      example: account,
    },
  ];
}

function storageSettings(name: string, required: string, meaning: string): Setting[] {
  const optional = { required: 'no', default: null };
  const instead = required === 'no' ? 'no' : `without \`${name}\``;
  return [
    { name, required, default: null, meaning, expected: CONNECTION_STRING, example: 'UseDevelopmentStorage=true' },
    {
      name: `${name}__blobServiceUri`,
      required: instead,
      default: null,
      meaning: `In place of \`${name}\`: the blob service, reached by the app's identity.`,
      expected: SERVICE_URI,
      example: 'https://visionbackup.blob.core.windows.net',
    },
    {
      name: `${name}__queueServiceUri`,
      required: instead,
      default: null,
      meaning: `In place of \`${name}\`: the queue service, reached by the app's identity.`,
      expected: SERVICE_URI,
      example: 'https://visionbackup.queue.core.windows.net',
    },
    {
      name: `${name}__credential`,
      ...optional,
      meaning: 'Which identity: a managed one, or whatever the surroundings offer.',
      expected: CREDENTIAL,
      example: 'managedidentity',
    },
    {
      name: `${name}__clientId`,
      ...optional,
      meaning: 'Which user-assigned managed identity. Without one, the system-assigned identity is used.',
      expected: CLIENT_ID,
      example: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    },
  ];
}

/** Every app setting, in the order of the documentation. */
export const SETTINGS: readonly Setting[] = [
  ...resourceSettings('PRIMARY', 'whose projects are protected', 'predict today'),
  ...resourceSettings('SECONDARY', 'that holds the copies', 'predict after a failover'),
  ...storageSettings(
    'REPLICATOR_STORAGE',
    'yes',
    "The storage account for this app's own state, queues and model backups, in the secondary region.",
  ),
  ...storageSettings(
    'INTEGRATION_STORAGE',
    'no',
    'The storage account that Custom Vision itself writes to. Without one, it is that of `REPLICATOR_STORAGE`.',
  ),
  {
    name: 'NOTIFICATION_QUEUE',
    required: 'no',
    default: 'custom-vision-notifications',
    meaning: 'The queue that Custom Vision sends its notifications to, in that account.',
    expected: 'a queue name: 3 to 56 lower-case letters, digits and single hyphens, none of our own queues',
    example: 'custom-vision-notifications',
  },
  {
    name: 'MODEL_EXPORT_CONTAINER',
    required: 'no',
    default: 'model-exports',
    meaning: 'The container that Custom Vision writes exported models to, in that account.',
    expected: 'a container name: 3 to 63 lower-case letters, digits and single hyphens, none of our own containers',
    example: 'model-exports',
  },
  {
    name: 'CONFIGURE_STORAGE_INTEGRATION',
    required: 'no',
    default: 'false',
    meaning: 'Set the queue and the container on every project in scope that lacks them.',
    expected: BOOLEAN,
    example: 'true',
  },
  {
    name: 'REPLICATION_SCHEDULE',
    required: 'no',
    default: '0 */30 * * * *',
    meaning: 'When all projects are looked at, in UTC. Notifications bring single projects forward.',
    expected:
      'an NCRONTAB expression of six fields, {second} {minute} {hour} {day} {month} {day-of-week}, each of *, numbers, ' +
      'ranges (1-5), lists (1,3) and steps (*/5, 10-50/5); 0 is Sunday',
    example: '0 0 */2 * * *',
  },
  {
    name: 'RECOVERY_POINT_OBJECTIVE',
    required: 'no',
    default: 'PT2H',
    meaning: 'How far a copy may lag behind its source before status reports a breach.',
    expected: 'an ISO 8601 duration of weeks, days, hours, minutes and seconds, e.g. PT2H or P1DT12H',
    example: 'PT4H',
  },
  {
    name: 'INCLUDE_PROJECTS',
    required: 'no',
    default: null,
    meaning: 'The projects to replicate: names, ids or globs. Without any, all are.',
    expected: PROJECTS,
    example: 'shop-*,Farm',
  },
  {
    name: 'EXCLUDE_PROJECTS',
    required: 'no',
    default: null,
    meaning: 'The projects to leave out, even where they are included: names, ids or globs. Without any, none is.',
    expected: PROJECTS,
    example: '*-test,0f8fad5b-d9cb-469f-a165-70867728950e',
  },
  {
    name: 'GENERATIONS_TO_KEEP',
    required: 'no',
    default: '2',
    meaning: 'How many copies of a project to keep, the current one included. Older ones yield when slots are short.',
    expected: 'a whole number from 1 to 20',
    example: '3',
  },
  {
    name: 'SECONDARY_PROJECT_LIMIT',
    required: 'no',
    default: '100',
    meaning: 'How many projects the secondary may hold: 100 in tier S0, 2 in tier F0.',
    expected: 'a whole number from 1 to 10000',
    example: '100',
  },
  {
    name: 'EXPORT_PLATFORMS',
    required: 'no',
    default: null,
    meaning: 'The model packages to back up after each training, platform or platform:flavor. Without any, none is.',
    expected:
      'platforms separated by commas, each CoreML, TensorFlow, DockerFile, ONNX, VAIDK or OpenVino, with a flavor where ' +
      'wanted: TensorFlow:TensorFlowNormal, TensorFlow:TensorFlowLite, DockerFile:Linux, DockerFile:Windows, ' +
      'DockerFile:ARM, ONNX:ONNX10, ONNX:ONNX12',
    example: 'ONNX,TensorFlow:TensorFlowLite',
  },
  {
    name: 'CALLS_PER_SECOND',
    required: 'no',
    default: '8',
    meaning: 'The most calls per second to one Custom Vision resource from one instance; the service allows 10 in all.',
    expected: 'a whole number from 1 to 100',
    example: '4',
  },
  {
    name: 'CUSTOM_VISION_API_VERSION',
    required: 'no',
    default: 'v3.3',
    meaning: 'The version of the training API.',
    expected: 'a version such as v3.3 or v3.4-preview',
    example: 'v3.3',
  },
  {
    name: 'STORAGE_INTEGRATION_API_VERSION',
    required: 'no',
    default: 'v3.4-preview',
    meaning: "The version of the training API for a project's queue and container.",
    expected: 'a version such as v3.3 or v3.4-preview',
    example: 'v3.4-preview',
  },
  {
    name: 'DRY_RUN',
    required: 'no',
    default: 'false',
    meaning:
      'Change nothing in either resource, in routing or in the backups; only look, and report what would be done.',
    expected: BOOLEAN,
    example: 'true',
  },
];
