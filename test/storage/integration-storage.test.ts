import { connectStorage } from '../../src/storage/connections.ts';
import { integrationUris } from '../../src/storage/integration-storage.ts';

const BLOBS = 'https://store.blob.core.windows.net';
const QUEUES = 'https://store.queue.core.windows.net';

it.each([
  ['a key', 'DefaultEndpointsProtocol=https;AccountName=store;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net'],
  ['a signature', `BlobEndpoint=${BLOBS};QueueEndpoint=${QUEUES};SharedAccessSignature=sv=1&sig=abc`],
])('what projects are told is plain, though requests are signed with %s', (_, connectionString) => {
  const uris = integrationUris(connectStorage({ connectionString }), { container: 'models', queue: 'news' });
  expect(uris).toEqual({ exportModelContainerUri: `${BLOBS}/models`, notificationQueueUri: `${QUEUES}/news` });
});
