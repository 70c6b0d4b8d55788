import { secretsOf, type Config } from '../../src/settings/config.ts';
import { parseConfig } from '../../src/settings/parse-config.ts';

const CANARY = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';
const ARM_ID =
  '/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/vision/providers/Microsoft.CognitiveServices/accounts/p';

type Settings = Readonly<Record<string, string>>;

const MINIMAL: Settings = {
  PRIMARY_TRAINING_ENDPOINT: 'https://North.cognitiveservices.azure.com/',
  SECONDARY_TRAINING_ENDPOINT: 'https://west.cognitiveservices.azure.com',
  REPLICATOR_STORAGE: 'UseDevelopmentStorage=true',
};

function configOf(settings: Settings): Config {
  const { config, problems } = parseConfig({ ...MINIMAL, ...settings });
  expect(problems).toEqual([]);
  return config!;
}

/** The settings that are complained of, each with what is wrong. */
function problemsOf(settings: Settings): Record<string, string> {
  const { config, problems } = parseConfig({ ...MINIMAL, ...settings });
  expect(config === null).toBe(problems.length > 0);
  for (const { expected } of problems) expect(expected).toMatch(/\w/);
  return Object.fromEntries(problems.map(({ setting, message }) => [setting, message]));
}

describe('the configuration', () => {
  it('needs three settings, and has a default for every other', () => {
    const config = configOf({});
    expect(config).toMatchObject({
      primary: {
        trainingEndpoint: 'https://north.cognitiveservices.azure.com',
        host: 'north.cognitiveservices.azure.com',
        key: null,
        predictionEndpoint: null,
        predictionResourceId: null,
      },
      secondary: { host: 'west.cognitiveservices.azure.com' },
      storage: { kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' },
      integrationStorage: null,
      notificationQueue: 'custom-vision-notifications',
      modelExportContainer: 'model-exports',
      configureStorageIntegration: false,
      recoveryPointObjectiveInSeconds: 7_200,
      generationsToKeep: 2,
      keepCopiesForInSeconds: 604_800,
      shrinkLimitInPercent: 20,
      secondaryProjectLimit: 100,
      exportPlatforms: [],
      callsPerSecond: 8,
      apiVersion: 'v3.3',
      storageIntegrationApiVersion: 'v3.4-preview',
      dryRun: false,
    });
    expect(config.schedule).toMatchObject({ expression: '0 */30 * * * *', longestWaitInSeconds: 1_800 });
    expect(config.scope.exclusionOf({ id: 'any', name: 'Any' })).toBeNull();
  });

  it('lists everything that is wrong at once', () => {
    const { config, problems } = parseConfig({
      PRIMARY_TRAINING_ENDPOINT: 'north',
      CALLS_PER_SECOND: 'many',
      DRY_RUN: 'perhaps',
      PATH: '/usr/bin',
    });
    expect(config).toBeNull();
    expect(problems).toEqual([
      {
        setting: 'PRIMARY_TRAINING_ENDPOINT',
        message: 'is not a URL.',
        expected: 'an https URL without a path (http only for this machine)',
      },
      expect.objectContaining({ setting: 'SECONDARY_TRAINING_ENDPOINT', message: 'is not set.' }),
      expect.objectContaining({ setting: 'REPLICATOR_STORAGE', message: 'is not set.' }),
      {
        setting: 'CALLS_PER_SECOND',
        message: "is 'many', which is not a whole number.",
        expected: 'a whole number from 1 to 100',
      },
      { setting: 'DRY_RUN', message: "is 'perhaps'.", expected: 'true or false' },
    ]);
  });

  it.each([
    ['SHRINK_LIMIT', '1', 'shrinkLimitInPercent', 1],
    ['SHRINK_LIMIT', '100', 'shrinkLimitInPercent', 100],
    ['KEEP_COPIES_FOR', 'P2W', 'keepCopiesForInSeconds', 1_209_600],
    ['KEEP_COPIES_FOR', 'PT0S', 'keepCopiesForInSeconds', 0],
  ] as const)('reads %s %s', (setting, text, member, value) => {
    expect(configOf({ [setting]: text })[member]).toBe(value);
  });

  it.each([
    ['SHRINK_LIMIT', '0', "is '0', out of range."],
    ['SHRINK_LIMIT', '101', "is '101', out of range."],
    ['SHRINK_LIMIT', '20%', "is '20%', which is not a whole number."],
    ['KEEP_COPIES_FOR', '7', "is '7', which is not an ISO 8601 duration."],
  ])('refuses %s %s', (setting, text, message) => {
    expect(problemsOf({ [setting]: text })).toEqual({ [setting]: message });
  });

  it('leaves room for the name of the poison queue', () => {
    expect(configOf({ NOTIFICATION_QUEUE: 'q'.repeat(56) }).notificationQueue).toHaveLength(63 - '-poison'.length);
    expect(Object.keys(problemsOf({ NOTIFICATION_QUEUE: 'q'.repeat(57) }))).toEqual(['NOTIFICATION_QUEUE']);
  });

  it('takes blanks for nothing, and cuts off those around a value', () => {
    const config = configOf({ GENERATIONS_TO_KEEP: '  ', PRIMARY_TRAINING_KEY: '', SECONDARY_TRAINING_KEY: ' abc\n' });
    expect(config.generationsToKeep).toBe(2);
    expect(config.primary.key).toBeNull();
    expect(config.secondary.key).toBe('abc');
    expect(problemsOf({ REPLICATOR_STORAGE: '' })).toEqual({ REPLICATOR_STORAGE: 'is not set.' });
  });

  it('takes no blank for nothing where the host reads the setting too', () => {
    const DEFAULT = 'is blank; without the setting, its default holds.';
    const problems = { REPLICATOR_STORAGE: 'is blank.', INTEGRATION_STORAGE: 'is blank.', NOTIFICATION_QUEUE: DEFAULT };
    const blank = Object.fromEntries([...Object.keys(problems), 'REPLICATION_SCHEDULE'].map((name) => [name, ' \n']));
    expect(problemsOf(blank)).toEqual({ ...problems, REPLICATION_SCHEDULE: DEFAULT });
    const empty = { NOTIFICATION_QUEUE: '', REPLICATION_SCHEDULE: '' };
    expect(problemsOf(empty)).toEqual({ NOTIFICATION_QUEUE: DEFAULT, REPLICATION_SCHEDULE: DEFAULT });
    expect(configOf({ INTEGRATION_STORAGE: '' }).integrationStorage).toBeNull();
    expect(problemsOf({ NOTIFICATION_QUEUE: 'trainings\n' })).toEqual({
      NOTIFICATION_QUEUE: 'has blanks or line breaks around it, which the host does not cut off.',
    });
  });

  it.each(['UTC', 'Etc/UTC', 'GMT', 'utc0', ':UTC', ''])('runs in the zone %j', (zone) => {
    expect(problemsOf({ TZ: zone })).toEqual({});
  });

  it.each(['Europe/Berlin', 'America/New_York', 'CET-1CEST', 'Europe/London', 'Etc/GMT+1'])(
    'refuses the zone %s, in which the host would run the timer',
    (zone) => {
      expect(problemsOf({ TZ: zone })).toEqual({
        TZ: `is '${zone}': the timer would run in that zone, but REPLICATION_SCHEDULE is in UTC.`,
      });
    },
  );

  it('does not heed WEBSITE_TIME_ZONE, which changes nothing on Linux', () => {
    expect(problemsOf({ WEBSITE_TIME_ZONE: 'Europe/Berlin' })).toEqual({});
  });

  it.each([
    ['http://127.0.0.1:5001', 'http://127.0.0.1:5001', '127.0.0.1:5001'],
    ['http://localhost:5001/', 'http://localhost:5001', 'localhost:5001'],
    ['http://[::1]:5001', 'http://[::1]:5001', '[::1]:5001'],
  ])('takes the endpoint %s on this machine', (endpoint, trainingEndpoint, host) => {
    expect(configOf({ PRIMARY_TRAINING_ENDPOINT: endpoint }).primary).toMatchObject({ trainingEndpoint, host });
  });

  it.each([
    ['http://north.cognitiveservices.azure.com', 'is http, which sends secrets in clear.'],
    ['http://127.0.0.1.example.com', 'is http, which sends secrets in clear.'],
    ['ftp://north.cognitiveservices.azure.com', 'is not an https URL.'],
    ['https://north.cognitiveservices.azure.com/customvision/v3.3', 'has a path after the host.'],
    ['https://north.cognitiveservices.azure.com/?a=b', 'has a query or a fragment.'],
    [`https://me:${CANARY}@north.cognitiveservices.azure.com`, 'has a user name or password in it.'],
  ])('refuses the endpoint %s', (endpoint, message) => {
    for (const setting of ['PRIMARY_TRAINING_ENDPOINT', 'SECONDARY_PREDICTION_ENDPOINT']) {
      expect(problemsOf({ [setting]: endpoint })).toEqual({ [setting]: message });
    }
  });

  it.each([
    ['https://north.cognitiveservices.azure.com', 'https://NORTH.cognitiveservices.azure.com:443/', true],
    ['https://north.cognitiveservices.azure.com', 'https://north.cognitiveservices.azure.com./', true],
    ['https://north.cognitiveservices.azure.com...', 'https://north.cognitiveservices.azure.com', true],
    ['http://127.0.0.1:1', 'http://localhost:1', true],
    ['http://[::1]:1', 'http://127.0.0.1:1', true],
    ['http://127.1.2.3:1', 'http://LOCALHOST:1', true],
    ['http://127.0.0.1:1', 'http://127.0.0.1:2', false],
    ['http://127.0.0.1:1', 'http://localhost:2', false],
    ['https://north.cognitiveservices.azure.com', 'https://north.cognitiveservices.azure.com:8443', false],
  ])('refuses to copy a resource to itself, however it is spelled: %s to %s', (primary, secondary, isSame) => {
    const problems = problemsOf({ PRIMARY_TRAINING_ENDPOINT: primary, SECONDARY_TRAINING_ENDPOINT: secondary });
    const problem = { SECONDARY_TRAINING_ENDPOINT: 'has the same host as PRIMARY_TRAINING_ENDPOINT.' };
    expect(problems).toEqual(isSame ? problem : {});
  });

  it('asks for a key where the endpoint takes nothing else', () => {
    const regional = { PRIMARY_TRAINING_ENDPOINT: 'https://westeurope.api.cognitive.microsoft.com' };
    expect(problemsOf(regional)).toEqual({
      PRIMARY_TRAINING_KEY: expect.stringContaining('regional') as string,
    });
    expect(problemsOf({ ...regional, PRIMARY_TRAINING_KEY: 'abc' })).toEqual({});
  });

  it('takes the full ARM id of a prediction resource only', () => {
    expect(configOf({ SECONDARY_PREDICTION_RESOURCE_ID: ARM_ID }).secondary.predictionResourceId).toBe(ARM_ID);
    for (const id of ['p', '0f8fad5b-d9cb-469f-a165-70867728950e', ARM_ID.replace('CognitiveServices', 'Storage')]) {
      expect(Object.keys(problemsOf({ SECONDARY_PREDICTION_RESOURCE_ID: id }))).toEqual([
        'SECONDARY_PREDICTION_RESOURCE_ID',
      ]);
    }
  });

  it.each(['PRIMARY_TRAINING_KEY', 'REPLICATOR_STORAGE', 'CALLS_PER_SECOND', 'INCLUDE_PROJECTS', 'DRY_RUN'])(
    'recognises a Key Vault reference in %s that was not resolved',
    (setting) => {
      const { problems } = parseConfig({
        ...MINIMAL,
        [setting]: '@Microsoft.KeyVault(SecretUri=https://vault.vault.azure.net/secrets/key)',
      });
      expect(problems).toEqual([
        {
          setting,
          message: 'is a Key Vault reference that was not resolved.',
          expected: expect.stringContaining('Key Vault Secrets User') as string,
        },
      ]);
    },
  );

  it.each([
    ['INCLUDE_PROJECT', 'INCLUDE_PROJECTS'],
    ['SECONDARY_PREDICTION_RESOURCEID', 'SECONDARY_PREDICTION_RESOURCE_ID'],
    ['PRIMARY_TRANING_KEY', 'PRIMARY_TRAINING_KEY'],
    ['recovery_point_objective', 'RECOVERY_POINT_OBJECTIVE'],
  ])('points out that %s may have been meant as %s', (found, meant) => {
    expect(problemsOf({ [found]: 'x' })).toEqual({
      [found]: `is not a setting of this app; ${meant} is, and is not set.`,
    });
  });

  it('leaves other variables alone', () => {
    const env = { PRIMARY_REGION: 'north', REPLICATOR_STORAGE__tableServiceUri: 'https://x', HOME: '/', LANG: 'C' };
    expect(problemsOf(env)).toEqual({});
  });
});

describe('secrets in the settings', () => {
  const connection = `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${CANARY}=;EndpointSuffix=core.windows.net`;

  it.each([
    ['in the wrong setting', { PRIMARY_TRAINING_ENDPOINT: CANARY, CALLS_PER_SECOND: CANARY, DRY_RUN: CANARY }],
    ['among projects and platforms', { EXPORT_PLATFORMS: CANARY, REPLICATION_SCHEDULE: `${CANARY} 1 1 1 1 1` }],
    ['in the name of a queue', { NOTIFICATION_QUEUE: `${CANARY}/`, RECOVERY_POINT_OBJECTIVE: CANARY }],
    ['in a key with a line break', { PRIMARY_TRAINING_KEY: `${CANARY}\n${CANARY}` }],
    ['in a connection string', { REPLICATOR_STORAGE: connection.replace('=;', '!;') }],
    ['in half a connection string', { INTEGRATION_STORAGE: `AccountKey=${CANARY}` }],
    ['in an identity', { INTEGRATION_STORAGE__credential: CANARY, INTEGRATION_STORAGE__clientId: CANARY }],
    ['in a service URI', { INTEGRATION_STORAGE__blobServiceUri: `https://x.blob.core.windows.net/?sig=${CANARY}` }],
  ])('are not told by a problem: %s', (_where, settings) => {
    const { problems } = parseConfig({ ...MINIMAL, ...settings });
    expect(problems.length).toBeGreaterThanOrEqual(Object.keys(settings).length);
    expect(JSON.stringify(problems)).not.toContain(CANARY);
  });

  it('can be listed, for whoever masks them', () => {
    const config = configOf({
      PRIMARY_TRAINING_KEY: 'one',
      REPLICATOR_STORAGE: connection,
      INTEGRATION_STORAGE: 'BlobEndpoint=https://b;QueueEndpoint=https://q;SharedAccessSignature=sv=1&sig=abc',
    });
    expect(secretsOf(config)).toEqual(['one', `${CANARY}=`, 'sv=1&sig=abc']);
  });
});
