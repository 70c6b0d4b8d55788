import { readStorage, storageSettings } from '../../src/settings/storage-settings.ts';
import { SettingReader } from '../../src/settings/setting-reader.ts';
import { connectStorage } from '../../src/storage/connections.ts';

const NAME = 'REPLICATOR_STORAGE';
const KEY = 'a2V5';
const BLOB = 'https://a.blob.core.windows.net';
const QUEUE = 'https://a.queue.core.windows.net';

function read(settings: Record<string, string>) {
  const reader = new SettingReader(settings);
  const storage = readStorage(reader, storageSettings(NAME, 'yes', 'The account.'));
  return { storage, problems: reader.problems.map(({ setting, message }) => `${setting} ${message}`) };
}

describe('storage that is set by a connection string', () => {
  it.each([
    'UseDevelopmentStorage=true',
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${KEY}==;EndpointSuffix=core.windows.net`,
    `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${KEY};BlobEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:2/a;`,
    `BlobEndpoint=${BLOB};QueueEndpoint=${QUEUE};SharedAccessSignature=sv=1&sig=abc`,
  ])('takes %s, as the storage library does', (connectionString) => {
    expect(read({ [NAME]: connectionString })).toEqual({
      storage: { kind: 'connectionString', connectionString },
      problems: [],
    });
    expect(() => connectStorage({ connectionString })).not.toThrow();
  });

  it.each([
    ['UseDevelopmentStorage=false', 'lacks DefaultEndpointsProtocol and AccountName and AccountKey.'],
    [`DefaultEndpointsProtocol=https;AccountName=a;EndpointSuffix=core.windows.net`, 'lacks AccountKey.'],
    [
      `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${KEY}`,
      'has neither EndpointSuffix nor both endpoints.',
    ],
    [
      `DefaultEndpointsProtocol=ftp;AccountName=a;AccountKey=${KEY};EndpointSuffix=x`,
      'has a DefaultEndpointsProtocol other than https and http.',
    ],
    [
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=not base64;EndpointSuffix=x',
      'has an AccountKey that is not base64.',
    ],
    [
      `BlobEndpoint=${BLOB};SharedAccessSignature=sv=1&sig=abc`,
      'has a signature, but not both BlobEndpoint and QueueEndpoint.',
    ],
  ])('refuses %s', (connectionString, problem) => {
    expect(read({ [NAME]: connectionString })).toEqual({ storage: null, problems: [`${NAME} ${problem}`] });
  });

  it('cannot be set by an identity as well', () => {
    const { problems } = read({ [NAME]: 'UseDevelopmentStorage=true', [`${NAME}__blobServiceUri`]: BLOB });
    expect(problems).toEqual([
      `${NAME}__blobServiceUri is set beside ${NAME}; only one of the two ways to reach the account can be used.`,
    ]);
  });
});

describe('storage that is set by an identity', () => {
  const uris = { [`${NAME}__blobServiceUri`]: `${BLOB}/`, [`${NAME}__queueServiceUri`]: QUEUE };

  it('has both service URIs', () => {
    expect(read(uris)).toEqual({
      storage: { kind: 'identity', blobServiceUri: BLOB, queueServiceUri: QUEUE, credential: null, clientId: null },
      problems: [],
    });
  });

  it('may name the identity', () => {
    const clientId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
    const identity = { [`${NAME}__credential`]: 'managedIdentity', [`${NAME}__clientId`]: clientId };
    expect(read({ ...uris, ...identity }).storage).toMatchObject({ credential: 'managedidentity', clientId });
  });

  it.each([
    [{ [`${NAME}__blobServiceUri`]: BLOB }, `${NAME}__queueServiceUri is not set.`],
    [{ ...uris, [`${NAME}__queueServiceUri`]: `${QUEUE}/x` }, `${NAME}__queueServiceUri has a path after the host.`],
    [{ ...uris, [`${NAME}__credential`]: 'me' }, `${NAME}__credential is 'me'.`],
    [
      { ...uris, [`${NAME}__credential`]: 'managedidentity', [`${NAME}__clientId`]: 'me' },
      `${NAME}__clientId is not a GUID.`,
    ],
    [
      { ...uris, [`${NAME}__clientId`]: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
      `${NAME}__credential is not set, but ${NAME}__clientId is.`,
    ],
  ])('is refused as %p', (settings, problem) => {
    expect(read(settings).problems).toEqual([problem]);
  });

  it('on this machine has the account in its path', () => {
    const storage = {
      [`${NAME}__blobServiceUri`]: 'http://127.0.0.1:1/devstoreaccount1',
      [`${NAME}__queueServiceUri`]: 'http://127.0.0.1:2/devstoreaccount1/',
    };
    expect(read(storage)).toMatchObject({
      storage: { queueServiceUri: 'http://127.0.0.1:2/devstoreaccount1' },
      problems: [],
    });
  });
});
