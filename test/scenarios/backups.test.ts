import type { Catalogue } from '../../src/core/backups/catalogue.ts';
import { statusContract } from '../support/contract.ts';
import { eventually, Theatre } from '../support/stage.ts';

jest.setTimeout(90_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(1);
});
afterAll(() => theatre.close());

test('a model is exported after its training, backed up, shown, and verified when asked', async () => {
  const stage = await theatre.stage({
    primary: { delays: { trainingInSeconds: 0.5, exportModelInSeconds: 0.5 } },
    env: { EXPORT_PLATFORMS: 'ONNX' },
  });
  const exports = stage.blobs.getContainerClient('model-exports');
  await Promise.all([exports.create(), stage.queues.createQueue('custom-vision-notifications')]);
  const { id } = await stage.primary.resource.addProject({
    name: 'Flowers',
    domain: 'General (compact)',
    tags: [{ name: 'rose', images: 5 }],
    notificationQueueUri: stage.notificationQueueUri,
    exportModelContainerUri: exports.url,
  });
  const app = await stage.start();
  await app.sweep();
  await stage.quiet();
  expect((await app.project(id)).backups).toBe(0);

  const iteration = stage.primary.resource.train(id);
  const recorded = await app.logged('backup.recorded');
  expect(recorded).toMatchObject({ projectId: id, iterationId: iteration.id, platform: 'ONNX', from: 'container' });
  await stage.quiet();
  expect(statusContract.parse(await app.status()).projects).toEqual([expect.objectContaining({ id, backups: 1 })]);
  const { body } = await app.get(`/api/projects/${id}`);
  const { catalogue } = body as { catalogue: Catalogue };
  expect(catalogue.backups).toEqual([expect.objectContaining({ blob: recorded['blob'], state: 'ok' })]);

  // Whoever has the account finds the same there, without the app.
  const backups = stage.blobs.getContainerClient('model-backups');
  const stored = await backups.getBlobClient(`catalogue/${id}.json`).downloadToBuffer();
  expect(JSON.parse(stored.toString())).toEqual(catalogue);

  const blob = backups.getBlockBlobClient(String(recorded['blob']));
  await blob.upload('x'.repeat(Number(recorded['sizeInBytes'])), Number(recorded['sizeInBytes']));
  expect(await app.post('/api/backups/verify')).toEqual({ status: 202, body: { enqueued: 1 } });
  await app.logged('backup.failed', ({ code }) => code === 'BACKUP_MISMATCH');
  const again = await eventually('the backup made again', async () => {
    const story = (await app.get(`/api/projects/${id}`)).body as { catalogue: Catalogue };
    const [backup] = story.catalogue.backups;
    return backup?.state === 'ok' && backup.blob !== recorded['blob'] ? backup : undefined;
  });
  expect(again.sha256).toBe(recorded['sha256']);
  for (const line of app.process.stdout) expect(line).not.toMatch(/[?&]sig=(?!\*\*\*)/);
});
