import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { createRecordStore } from '../../src/storage/record-store.ts';
import { asStorageFailure } from '../../src/storage/storage-failure.ts';
import { lowerCased, spellingsOf } from '../support/canaries.ts';
import { createWorkQueue } from '../../src/storage/work-queue.ts';

const SHOP = '0f8fad5b-d9cb-469f-a165-70867728950e';
const CANARY_KEY = Buffer.from('canary of a storage account key').toString('base64');

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A storage service that gives every request the same answer; answers with its URI. */
async function answering(status: number, code: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code, connection: 'close' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.\nRequestId:1\nTime:2</Message></Error>`);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/things`;
}

/** Not of the shape of a real one: it is known by the request alone. */
const SIGNATURE = 'odd/signature+of 7f3a=';
/** What was sent to prove who asks, as it came and without its scheme and account. */
const sent: string[] = [];

/** A storage service that repeats in its answers all that it was sent, as it came, decoded, and encoded as .NET does. */
async function echoing(): Promise<string> {
  sent.length = 0;
  const server = createServer((request, response) => {
    request.resume();
    const { authorization } = request.headers;
    if (authorization !== undefined) sent.push(authorization, authorization.replace(/^SharedKey \w+:/, ''));
    const signature = new URL(request.url ?? '/', 'http://x').searchParams.get('sig');
    if (signature !== null) sent.push(signature);
    const told = [request.url ?? '', ...sent, ...sent.map(encodeURIComponent), request.headers['x-ms-copy-source']];
    const message = [...told, ...told.map((one) => lowerCased(String(one)))].join(' ').replaceAll('&', '&amp;');
    const headers = { 'x-ms-error-code': 'InvalidHeaderValue', 'x-ms-request-id': 'request-1', connection: 'close' };
    response.writeHead(400, { 'content-type': 'application/xml', ...headers });
    response.end(
      `<?xml version="1.0"?><Error><Code>InvalidHeaderValue</Code><Message>I saw ${message}</Message></Error>`,
    );
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/things`;
}

function connectionString(uri: string): string {
  return `DefaultEndpointsProtocol=http;AccountName=things;AccountKey=${CANARY_KEY};BlobEndpoint=${uri};QueueEndpoint=${uri};`;
}

describe('a failure of Azure Storage', () => {
  it.each([
    [403, 'AuthorizationPermissionMismatch', 'auth'],
    [401, 'InvalidAuthenticationInfo', 'auth'],
    [404, 'ResourceNotFound', 'not-found'],
    [409, 'ContainerBeingDeleted', 'transient'],
    [400, 'InvalidHeaderValue', 'refused'],
    [429, 'TooManyRequests', 'throttled'],
  ])('%i %s is of the class that says who acts', async (status, code, failureClass) => {
    const connection = { connectionString: connectionString(await answering(status, code)) };
    const store = createRecordStore(connectStorage(connection).blobs);
    await expect(store.sweep.read()).rejects.toMatchObject({
      class: failureClass,
      code,
      status,
      message: `Reading the blob sweep.json failed with ${status} ${code}: No.`,
      hint: expect.stringMatching(/\w+/) as string,
      cause: expect.anything() as Error,
    });
  });

  it.each([
    [{ name: 'RestError', code: 'ECONNREFUSED' }, 'transient', 'STORAGE_UNREACHABLE'],
    [{ name: 'AbortError' }, 'transient', 'STORAGE_UNREACHABLE'],
    [{ name: 'RestError', statusCode: 500 }, 'transient', 'STORAGE_500'],
    [{ name: 'RestError', statusCode: 503, code: 'ServerBusy' }, 'throttled', 'ServerBusy'],
    [{ name: 'CredentialUnavailableError' }, 'auth', 'STORAGE_NO_TOKEN'],
    [{ name: 'TypeError' }, 'bug', 'UNEXPECTED'],
  ])('thrown by the SDK as %p is %s', async (properties, failureClass, code) => {
    const error = Object.assign(new Error('It broke.'), properties);
    await expect(asStorageFailure('Reading', () => Promise.reject(error))).rejects.toMatchObject({
      class: failureClass,
      code,
      cause: error,
    });
  });

  it('throws the reason where its signal has aborted', async () => {
    const reason = new Error('the lease was lost');
    const failing = (): Promise<never> => Promise.reject(new Error('aborted'));
    await expect(asStorageFailure('Reading', failing, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it.each(['a connection string with a signature', 'an account key', 'a blob to copy'])(
    'shows nothing of what the service repeats of a request with %s, and the id by which support finds it',
    async (what) => {
      const uri = await echoing();
      const signed = `sv=2024-11-04&sr=c&sig=${encodeURIComponent(SIGNATURE)}`;
      const connection =
        what === 'an account key'
          ? connectionString(uri)
          : `BlobEndpoint=${uri};QueueEndpoint=${uri};SharedAccessSignature=${signed}`;
      const blob = connectStorage({ connectionString: connection })
        .blobs.getContainerClient('c')
        .getBlockBlobClient('b');
      const copying = (): Promise<unknown> => blob.syncCopyFromURL(`https://elsewhere.example/b?opaque-signature-7f3a`);
      const failure: unknown = await asStorageFailure(
        'Copying',
        what === 'a blob to copy' ? copying : () => blob.download(),
      ).catch((error: unknown) => error);
      expect(failure).toMatchObject({ class: 'refused', requestId: 'request-1' });
      expect((failure as Error).message).toMatch(/^Copying failed with 400 InvalidHeaderValue: I saw .*\*\*\*/);
      const everything = inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure);
      for (const secret of [...spellingsOf(SIGNATURE), ...sent, 'opaque-signature-7f3a']) {
        expect(everything).not.toContain(secret);
      }
      expect(sent.length).toBeGreaterThan(0);
    },
  );

  describe('on Azurite', () => {
    let azurite: Azurite;

    beforeAll(async () => {
      azurite = await startAzurite();
    }, 60_000);
    afterAll(() => azurite.stop());

    it('does not show the key that was refused', async () => {
      const wrongKey = azurite.connectionString().replace(azurite.accountKey, CANARY_KEY);
      const { blobs, queues } = connectStorage({ connectionString: wrongKey });
      const item = { schemaVersion: 1, projectId: SHOP, reason: 'sweep', wakeId: null } as const;
      for (const attempt of [createRecordStore(blobs).list(), createWorkQueue(queues).enqueue(item, 0)]) {
        const failure: unknown = await attempt.catch((error: unknown) => error);
        expect(failure).toMatchObject({ class: 'auth', status: 403 });
        expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(CANARY_KEY);
        expect(JSON.stringify(failure)).not.toContain(CANARY_KEY);
      }
    });
  });
});

describe('storage that is reached by an identity', () => {
  it('says what to check where there is no token', async () => {
    const unavailable = Object.assign(new Error('No identity here.'), { name: 'CredentialUnavailableError' });
    const { blobs, queues } = connectStorage({
      blobServiceUri: 'https://127.0.0.1:1/things',
      queueServiceUri: 'https://127.0.0.1:1/things',
      credential: { getToken: () => Promise.reject(unavailable) },
    });
    const item = { schemaVersion: 1, projectId: SHOP, reason: 'sweep', wakeId: null } as const;
    const failure = { class: 'auth', code: 'STORAGE_NO_TOKEN', cause: unavailable };
    await expect(createRecordStore(blobs).list()).rejects.toMatchObject(failure);
    await expect(createWorkQueue(queues).enqueue(item, 0)).rejects.toMatchObject(failure);
  });
});
