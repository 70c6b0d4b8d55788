import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';

describe('Azurite as a child process', () => {
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite({ accounts: ['custombackups'] });
  }, 60_000);
  afterAll(() => azurite.stop());

  it.each(['devstoreaccount1', 'custombackups'])('serves blobs and queues of the account %s', async (account) => {
    const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString(account));
    await blobs.getContainerClient('things').create();
    const queues = QueueServiceClient.fromConnectionString(azurite.connectionString(account));
    await queues.getQueueClient('messages').create();

    expect(await blobs.getContainerClient('things').exists()).toBe(true);
    expect(await queues.getQueueClient('messages').exists()).toBe(true);
    expect(blobs.url).toBe(azurite.blobUri(account));
    expect(queues.url).toBe(azurite.queueUri(account));
  });

  it('refuses to speak of an account that it does not have', () => {
    expect(() => azurite.connectionString('somebody')).toThrow(
      "Azurite has no account 'somebody'; it was started with devstoreaccount1, custombackups.",
    );
  });

  it('answers no more once stopped, and can be stopped twice', async () => {
    const other = await startAzurite();
    await other.stop();
    await other.stop();
    await expect(fetch(other.blobUri())).rejects.toThrow('fetch failed');
  }, 60_000);

  it('ends with the process that started it, however that one ends', async () => {
    const script =
      "import('./src/local/azurite.ts').then((m) => m.startAzurite()).then((a) => console.log(a.blobUri()))";
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [uri] = (await once(parent.stdout, 'data')) as [Buffer];
    parent.kill('SIGKILL');

    for (;;) {
      const answered = await fetch(uri.toString().trim()).catch(() => null);
      if (answered === null) break;
      await setTimeout(20);
    }
  }, 60_000);

  it('says what Azurite printed where it does not start', async () => {
    const { NODE_OPTIONS: before } = process.env;
    process.env['NODE_OPTIONS'] = '--no-such-option';
    try {
      await expect(startAzurite()).rejects.toThrow(
        /Azurite ended with code \d+\. What it printed:\n.*--no-such-option/,
      );
    } finally {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    }
  });
});
