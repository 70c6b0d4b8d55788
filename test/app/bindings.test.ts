import { bindings } from '../../src/app/bindings.ts';
import { parseConfig } from '../../src/settings/parse-config.ts';

const CONNECTION = 'UseDevelopmentStorage=true';

describe('where the triggers listen', () => {
  it('is what the settings have by default where none is there', () => {
    expect(bindings({})).toEqual({
      schedule: '0 */30 * * * *',
      notificationQueue: 'custom-vision-notifications',
      notificationConnection: 'REPLICATOR_STORAGE',
      workQueue: 'replication-work',
      workConnection: 'REPLICATOR_STORAGE',
    });
  });

  it('is left for the host to read where a setting is there', () => {
    expect(bindings({ REPLICATION_SCHEDULE: '0 0 * * * *', NOTIFICATION_QUEUE: 'trainings' })).toMatchObject({
      schedule: '%REPLICATION_SCHEDULE%',
      notificationQueue: '%NOTIFICATION_QUEUE%',
    });
  });

  it('is the default where a setting is bad, so that the functions run and tell of it', () => {
    expect(bindings({ REPLICATION_SCHEDULE: ' ', NOTIFICATION_QUEUE: '' })).toEqual(bindings({}));
    expect(bindings({ REPLICATION_SCHEDULE: '0 0 0 * * FRI-SUN', NOTIFICATION_QUEUE: 'q\n' })).toEqual(bindings({}));
  });

  it.each([
    [{ INTEGRATION_STORAGE: CONNECTION }, 'INTEGRATION_STORAGE'],
    [
      {
        INTEGRATION_STORAGE__blobServiceUri: 'https://store.blob.core.windows.net',
        INTEGRATION_STORAGE__queueServiceUri: 'https://store.queue.core.windows.net',
      },
      'INTEGRATION_STORAGE',
    ],
    [{ INTEGRATION_STORAGE__accountName: 'store' }, 'INTEGRATION_STORAGE'],
    [{ integration_storage__accountname: 'store' }, 'INTEGRATION_STORAGE'],
    [{ AzureWebJobsINTEGRATION_STORAGE: CONNECTION }, 'INTEGRATION_STORAGE'],
    [{ ConnectionStrings__INTEGRATION_STORAGE: CONNECTION }, 'INTEGRATION_STORAGE'],
    [{ INTEGRATION_STORAGE: '' }, 'REPLICATOR_STORAGE'],
    [{ INTEGRATION_STORAGE: '', INTEGRATION_STORAGE__accountName: '' }, 'REPLICATOR_STORAGE'],
  ])('has notifications come from the account that %j names', (env, connection) => {
    expect(bindings(env).notificationConnection).toBe(connection);
    const { config } = parseConfig({
      PRIMARY_TRAINING_ENDPOINT: 'https://north.cognitiveservices.azure.com',
      SECONDARY_TRAINING_ENDPOINT: 'https://west.cognitiveservices.azure.com',
      REPLICATOR_STORAGE: CONNECTION,
      ...env,
    });
    expect(config).not.toBeNull();
    expect(config?.integrationStorage === null).toBe(connection === 'REPLICATOR_STORAGE');
  });
});
