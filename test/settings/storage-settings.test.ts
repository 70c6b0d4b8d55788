import { readStorage } from '../../src/settings/read-storage.ts';
import { storageSettings } from '../../src/settings/storage-settings.ts';
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

const KEYED = `AccountName=a;AccountKey=${KEY}`;
const SUFFIX = 'EndpointSuffix=core.windows.net';

describe('storage that is set by a connection string', () => {
  it.each([
    'UseDevelopmentStorage=true',
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5eQ==;${SUFFIX}`,
    `DefaultEndpointsProtocol=http;${KEYED};BlobEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:2/a`,
    `BlobEndpoint=${BLOB};QueueEndpoint=${QUEUE};SharedAccessSignature=sv=1&sig=abc`,
  ])('takes %s, as the storage library does', (connectionString) => {
    expect(read({ [NAME]: connectionString })).toEqual({
      storage: { kind: 'connectionString', connectionString },
      problems: [],
    });
    expect(() => connectStorage({ connectionString })).not.toThrow();
  });

  it.each([
    ['usedevelopmentstorage=TRUE;', 'UseDevelopmentStorage=true'],
    [KEYED, `DefaultEndpointsProtocol=https;${KEYED};${SUFFIX}`],
    [`accountkey=${KEY};ACCOUNTNAME=a;`, `DefaultEndpointsProtocol=https;${KEYED};${SUFFIX}`],
    [
      `DefaultEndpointsProtocol=HTTP;${KEYED};BlobEndpoint=${BLOB}`,
      `DefaultEndpointsProtocol=http;${KEYED};${SUFFIX};BlobEndpoint=${BLOB}`,
    ],
    [
      `${KEYED};BlobEndpoint=${BLOB};QueueEndpoint=${QUEUE};TableEndpoint=https://a.table.core.windows.net`,
      `DefaultEndpointsProtocol=https;${KEYED};BlobEndpoint=${BLOB};QueueEndpoint=${QUEUE}`,
    ],
    [
      `QUEUEENDPOINT=${QUEUE};AccountName=a;BlobEndpoint=${BLOB};sharedaccesssignature=sv=1&sig=x`,
      `BlobEndpoint=${BLOB};QueueEndpoint=${QUEUE};SharedAccessSignature=sv=1&sig=x`,
    ],
  ])('takes %s, as the host does, and hands the storage library %s', (given, connectionString) => {
    expect(read({ [NAME]: given })).toEqual({ storage: { kind: 'connectionString', connectionString }, problems: [] });
    expect(() => connectStorage({ connectionString })).not.toThrow();
  });

  const BLANKS = 'has blanks or line breaks in it or around it, which the host does not cut off.';
  it.each([
    ['UseDevelopmentStorage=false', 'has more than true for UseDevelopmentStorage, or less.'],
    [' UseDevelopmentStorage=true', BLANKS],
    ['UseDevelopmentStorage=true\n', BLANKS],
    [`DefaultEndpointsProtocol=https; ${KEYED}`, BLANKS],
    ['   ', 'is blank.'],
    [`DefaultEndpointsProtocol=https;AccountName=a;${SUFFIX}`, 'lacks AccountKey.'],
    [`AccountKey=${KEY}`, 'lacks AccountName.'],
    [`${KEYED};AccountKey=${KEY}`, 'has AccountKey twice.'],
    [`${KEYED};EndpointSuffix=`, 'has no value for EndpointSuffix.'],
    [`${KEYED};EndpointSuffix=https://core.windows.net`, 'has an EndpointSuffix that is not the end of a host name.'],
    [`${KEYED};DefaultEndpointProtocol=https`, 'has a part that no connection string has.'],
    [`${KEYED};BlobEndpoint=a.blob.core.windows.net`, 'has a BlobEndpoint that is not an http or https URL.'],
    [`AccountName=a_b;AccountKey=${KEY}`, 'has an AccountName of other characters than letters and digits.'],
    [
      `DefaultEndpointsProtocol=ftp;${KEYED};EndpointSuffix=x`,
      'has a DefaultEndpointsProtocol other than https and http.',
    ],
    ['AccountName=a;AccountKey=not*base64', 'has an AccountKey that is not base64.'],
    ['AccountName=a;AccountKey=a2V5e', 'has an AccountKey that is not base64.'],
    [
      `BlobEndpoint=${BLOB};SharedAccessSignature=sv=1&sig=abc`,
      'has a signature, but not both BlobEndpoint and QueueEndpoint.',
    ],
    [`${KEYED};SharedAccessSignature=sv=1&sig=abc`, 'has both an AccountKey and a SharedAccessSignature.'],
  ])('refuses %j', (connectionString, problem) => {
    expect(read({ [NAME]: connectionString })).toEqual({ storage: null, problems: [`${NAME} ${problem}`] });
  });

  it('cannot be set by an identity as well', () => {
    const { problems } = read({ [NAME]: 'UseDevelopmentStorage=true', [`${NAME}__blobServiceUri`]: BLOB });
    expect(problems).toEqual([
      `${NAME}__blobServiceUri is set beside ${NAME}; only one of the two ways to reach the account can be used.`,
    ]);
  });

  it('hides an identity where it is empty, and is refused then', () => {
    const { problems } = read({ [NAME]: '', [`${NAME}__accountName`]: 'things' });
    expect(problems).toEqual([`${NAME} is empty, and hides the other settings of the account.`]);
  });
});

describe('storage that is set under another name that the host takes', () => {
  const of = (account: string) => `AccountName=${account};AccountKey=${KEY}`;
  const inUse = (settings: Record<string, string>) => {
    const { storage, problems } = read(settings);
    expect(problems).toEqual([]);
    return /AccountName=(\w+)/.exec(storage?.kind === 'connectionString' ? storage.connectionString : '')?.[1];
  };

  it.each([
    [[`ConnectionStrings__AzureWebJobs${NAME}`, `AzureWebJobs${NAME}`]],
    [[`AzureWebJobs${NAME}`, `ConnectionStrings__${NAME}`]],
    [[`ConnectionStrings__${NAME}`, NAME]],
    [[`CUSTOMCONNSTR_${NAME}`, NAME]],
    [[`azurewebjobs${NAME.toLowerCase()}`, NAME]],
  ])('is the first of %p', ([first = '', second = '']) => {
    expect(inUse({ [second]: of('second'), [first]: of('first') })).toBe('first');
    expect(inUse({ [second]: of('second') })).toBe('second');
  });

  it('is told of under that name', () => {
    expect(read({ [`AzureWebJobs${NAME}`]: '', [NAME]: of('a') }).problems).toEqual([
      `AzureWebJobs${NAME} is empty, and hides the other settings of the account.`,
    ]);
    expect(read({ [`AzureWebJobs${NAME}__blobServiceUri`]: BLOB, [NAME]: of('a') }).problems).toEqual([
      `AzureWebJobs${NAME}__queueServiceUri is not set.`,
    ]);
    expect(read({ [`${NAME.toLowerCase()}__ACCOUNTNAME`]: 'a b' }).problems).toEqual([
      `${NAME.toLowerCase()}__ACCOUNTNAME is not the name of a storage account.`,
    ]);
  });

  it('cannot be set twice, in two spellings', () => {
    expect(read({ [NAME]: of('a'), [NAME.toLowerCase()]: of('b') }).problems).toEqual([
      `${NAME.toLowerCase()} is set twice, in different spellings.`,
    ]);
  });
});

describe('storage that is set by an identity', () => {
  const uris = { [`${NAME}__blobServiceUri`]: `${BLOB}/`, [`${NAME}__queueServiceUri`]: QUEUE };
  const managed = { ...uris, [`${NAME}__credential`]: 'managedIdentity' };
  const clientId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
  const resourceId =
    '/subscriptions/s/resourceGroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/replicator';
  const none = { credential: null, clientId: null, managedIdentityResourceId: null };

  it('has both service URIs', () => {
    expect(read(uris)).toEqual({
      storage: { kind: 'identity', blobServiceUri: BLOB, queueServiceUri: QUEUE, ...none },
      problems: [],
    });
  });

  it('or the name of its account', () => {
    const storage = { kind: 'identity', blobServiceUri: BLOB.replace('//a.', '//abc.'), ...none };
    expect(read({ [`${NAME}__accountName`]: 'ABC' })).toEqual({
      storage: { ...storage, queueServiceUri: 'https://abc.queue.core.windows.net' },
      problems: [],
    });
  });

  it('may be in another cloud', () => {
    const settings = { [`${NAME}__accountName`]: 'abc', [`${NAME}__endpointSuffix`]: 'core.chinacloudapi.cn' };
    expect(read(settings).storage).toMatchObject({
      blobServiceUri: 'https://abc.blob.core.chinacloudapi.cn',
      queueServiceUri: 'https://abc.queue.core.chinacloudapi.cn',
    });
  });

  it('may name the identity, by its client or by its ARM id', () => {
    const credential = 'managedidentity';
    expect(read({ ...managed, [`${NAME}__clientId`]: clientId }).storage).toMatchObject({ credential, clientId });
    expect(read({ ...managed, [`${NAME}__managedIdentityResourceId`]: resourceId }).storage).toMatchObject({
      credential,
      clientId: null,
      managedIdentityResourceId: resourceId,
    });
  });

  it.each([
    [{ [`${NAME}__blobServiceUri`]: BLOB }, `${NAME}__queueServiceUri is not set.`],
    [{ ...uris, [`${NAME}__queueServiceUri`]: `${QUEUE}/x` }, `${NAME}__queueServiceUri has a path after the host.`],
    [{ ...uris, [`${NAME}__credential`]: 'me' }, `${NAME}__credential is 'me'.`],
    [{ ...uris, [`${NAME}__credential`]: 'managedidentity ' }, `${NAME}__credential is 'managedidentity '.`],
    [{ ...managed, [`${NAME}__clientId`]: 'me' }, `${NAME}__clientId is not a GUID.`],
    [{ ...managed, [`${NAME}__clientId`]: `${clientId}\n` }, `${NAME}__clientId is not a GUID.`],
    [
      { ...managed, [`${NAME}__managedIdentityResourceId`]: `${resourceId} ` },
      `${NAME}__managedIdentityResourceId is not the full ARM id of a managed identity.`,
    ],
    [
      { ...managed, [`${NAME}__clientId`]: clientId, [`${NAME}__managedIdentityResourceId`]: resourceId },
      `${NAME}__managedIdentityResourceId is set beside ${NAME}__clientId; either names the identity.`,
    ],
    [{ ...uris, [`${NAME}__clientId`]: clientId }, `${NAME}__credential is not set, but ${NAME}__clientId is.`],
    [
      { ...uris, [`${NAME}__endpointSuffix`]: 'core.windows.net' },
      `${NAME}__endpointSuffix is set, but ${NAME}__accountName is not.`,
    ],
    [
      { [`${NAME}__accountName`]: 'abc', [`${NAME}__queueServiceUri`]: QUEUE },
      `${NAME}__queueServiceUri is set beside ${NAME}__accountName; only one of the two ways to name the account can be used.`,
    ],
    [
      { ...uris, [`${NAME}__tenantId`]: 'x' },
      `${NAME}__tenantId is a setting that this app does not know, and the host may.`,
    ],
    [
      { ...uris, [`${NAME}__serviceUri`]: QUEUE },
      `${NAME}__serviceUri is a setting that this app does not know, and the host may.`,
    ],
  ])('is refused as %p', (settings, problem) => {
    expect(read(settings)).toEqual({ storage: null, problems: [problem] });
  });

  it('on this machine has the account in its path, and https', () => {
    const storage = {
      [`${NAME}__blobServiceUri`]: 'https://127.0.0.1:1/devstoreaccount1',
      [`${NAME}__queueServiceUri`]: 'https://127.0.0.1:2/devstoreaccount1/',
    };
    expect(read(storage)).toMatchObject({
      storage: { queueServiceUri: 'https://127.0.0.1:2/devstoreaccount1' },
      problems: [],
    });
    const insecure = Object.fromEntries(Object.entries(storage).map(([name, uri]) => [name, uri.replace('s:', ':')]));
    expect(read(insecure).problems).toEqual([
      `${NAME}__blobServiceUri is http, over which an identity cannot sign in.`,
      `${NAME}__queueServiceUri is http, over which an identity cannot sign in.`,
    ]);
  });

  it('may say where services are that this app does not call', () => {
    expect(read({ ...uris, [`${NAME}__tableServiceUri`]: 'https://a.table.core.windows.net' }).problems).toEqual([]);
  });
});
