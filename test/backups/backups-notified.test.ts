import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { takePoisonBackupWork } from '../../src/backups/poison-backups.ts';
import { BackupWorld, type BackupWorldOptions } from '../support/backup-world.ts';
import { exportedName, exportNotification } from '../support/exports.ts';
import { guid } from '../support/builders.ts';

jest.setTimeout(30_000);

let azurite: Azurite;
let world: BackupWorld;

beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);
afterAll(() => azurite.stop());
afterEach(() => world.stop());

async function open(options: BackupWorldOptions = {}): Promise<void> {
  world = await BackupWorld.start(azurite, 'devstoreaccount1', options);
}

/** A world in which one model was exported and its notification has not been taken. */
async function exported(options: BackupWorldOptions = {}) {
  await open(options);
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX');
  await world.takePosted();
  const account = world.exports.url.replace(/\/model-exports$/, '');
  return { project, iteration, account, name: exportedName(project.id, iteration.id, 'ONNX') };
}

async function expectRejected(reason: string): Promise<void> {
  expect(world.rejected.messages.map((message) => message.reason)).toEqual([expect.stringContaining(reason)]);
  expect(world.eventsOf('notification.rejected')).toHaveLength(1);
  expect(world.queue.queued).toEqual([]);
  expect(await world.deps.backups.listCatalogues()).toEqual([]);
  expect(world.primary.calls.of('GetExports')).toEqual([]);
}

describe('a model URI', () => {
  it.each([
    ['as the service writes it', (account: string, name: string) => `${account}/model-exports/${encodeURI(name)}`],
    ['that is not encoded', (account: string, name: string) => `${account}/model-exports/${name}`],
    [
      'that is encoded whole',
      (account: string, name: string) => `${account}/model-exports/${encodeURIComponent(name)}`,
    ],
    ['with a signature', (account: string, name: string) => `${account}/model-exports/${encodeURI(name)}?sig=x`],
    ['in capitals', (account: string, name: string) => `${account}/model-exports/${encodeURI(name.toUpperCase())}`],
    ['of the service itself', () => 'https://irisprod.blob.core.windows.net/e/model.zip?sig=abc'],
    ['that is missing', () => ''],
  ])('%s leads to a look, and the look to the backup', async (_what, uri) => {
    const { project, iteration, account, name } = await exported();
    await world.notify(exportNotification(project.id, iteration.id, uri(account, name)));
    expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX', from: 'container' });
    expect(await world.rejected.count()).toBe(0);
  });

  it.each([
    ['another project’s blob in the container', (a: string) => `${a}/model-exports/${guid(8)}%20-%20${guid(9)}.ONNX`],
    ['another container of the account', (a: string) => `${a}/replication-state/routing.json`],
    ['another blob in the container', (a: string, name: string) => `${a}/model-exports/x/${encodeURI(name)}`],
    ['a path that climbs out', (a: string) => `${a}/model-exports/../replication-state/sweep.json`],
    ['a path that climbs out, encoded', (a: string) => `${a}/model-exports/%2e%2e/replication-state/sweep.json`],
    ['a hidden slash', (a: string, name: string) => `${a}/model-exports%2F${encodeURI(name)}`],
    ['a name that is encoded twice', (a: string, name: string) => `${a}/model-exports/${encodeURI(encodeURI(name))}`],
    ['more behind its name', (a: string, name: string) => `${a}/model-exports/${encodeURI(name)}/../../secret`],
    ['no extension', (a: string, name: string) => `${a}/model-exports/${encodeURI(name.replace('ONNX', ''))}`],
    ['a user name', (_a: string, name: string) => `https://somebody@evil.example/${encodeURI(name)}`],
    ['a file', () => 'file:///etc/passwd'],
    ['a script', () => 'javascript:alert(1)'],
    ['no URL', () => 'model-exports/model.ONNX'],
  ])('with %s is rejected with the reason', async (_what, uri) => {
    const { project, iteration, account, name } = await exported();
    await world.notify(exportNotification(project.id, iteration.id, uri(account, name)));
    await expectRejected('model URI');
  });

  it('with another blob of the account is not copied, even where that blob is there', async () => {
    const { project, iteration, account } = await exported();
    const foreign = exportedName(guid(8), guid(9), 'ONNX');
    await world.write(world.exports, foreign, 'somebody else’s model');
    await world.notify(exportNotification(project.id, iteration.id, `${account}/model-exports/${encodeURI(foreign)}`));
    await expectRejected('not of its project and iteration');
    await world.sweep();
    expect(await world.content((await world.onlyBackup(project.id)).blob)).not.toContain('somebody');
  });
});

it('an export of a project that the primary does not have is rejected', async () => {
  const { iteration } = await exported();
  await world.notify(exportNotification(guid(7), iteration.id, ''));
  await expectRejected('no project');
});

it('an export of an iteration that the project does not have is rejected', async () => {
  const { project } = await exported();
  await world.notify(exportNotification(project.id, guid(7), ''));
  await expectRejected('no iteration');
});

it('an export status that is not known is rejected', async () => {
  const { project, iteration } = await exported();
  await world.notify(exportNotification(project.id, iteration.id, '', 'ExportHalted'));
  await expectRejected('ExportHalted');
});

it('a failed export is recorded with what to do, until it went well', async () => {
  await open();
  const { project, iteration } = await world.addProject();
  world.primary.resource.exportModel(project.id, iteration.id, { platform: 'CoreML' }, { kind: 'fails' });
  await world.pass(6);
  await world.notified();
  const { failures } = await world.catalogue(project.id);
  expect(failures).toEqual([expect.objectContaining({ platform: 'CoreML', code: 'MODEL_EXPORT_FAILED' })]);
  expect(world.eventsOf('backup.failed')).toEqual([expect.objectContaining({ code: 'MODEL_EXPORT_FAILED' })]);
  expect(failures[0]?.hint).toContain('Export it once more');
  await world.exportModel(project, iteration, 'CoreML');
  await world.notified();
  expect((await world.catalogue(project.id)).failures).toEqual([]);
  expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'CoreML' });
});

it('a failed export that the service no longer lists is recorded all the same', async () => {
  await open();
  const { project, iteration } = await world.addProject();
  await world.notify(exportNotification(project.id, iteration.id, '', 'ExportFailed'));
  const failure = { iterationId: iteration.id, platform: null, code: 'MODEL_EXPORT_FAILED' };
  expect((await world.catalogue(project.id)).failures).toEqual([expect.objectContaining(failure)]);
  await world.pass(24 * 3_600);
  await world.sweep();
  expect((await world.catalogue(project.id)).failures).toEqual([expect.objectContaining(failure)]);
  await world.exportModel(project, iteration, 'CoreML');
  await world.notified();
  expect((await world.catalogue(project.id)).failures).toEqual([]);
});

it('an export that never ends is given up after a while, without an end to the looking', async () => {
  await open();
  const { project, iteration } = await world.addProject();
  world.primary.resource.exportModel(project.id, iteration.id, { platform: 'ONNX' }, { kind: 'never' });
  await world.sweep();
  await world.settle();
  expect((await world.catalogue(project.id)).failures).toEqual([
    expect.objectContaining({ code: 'EXPORT_UNFINISHED', nextAttemptAt: null }),
  ]);
  await world.pass(24 * 3_600);
  await world.sweep();
  expect(world.queue.queued).toEqual([]);
  expect(world.eventsOf('backup.failed')).toHaveLength(1);
});

it('without the role to read the export container, packages come from the service, and status says which role', async () => {
  const wrong = new StorageSharedKeyCredential('devstoreaccount1', Buffer.from('not the key').toString('base64'));
  await open({ exportBlobs: new BlobServiceClient(azurite.blobUri(), wrong) });
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX');
  await world.notified();
  expect(await world.onlyBackup(project.id)).toMatchObject({ from: 'download', state: 'ok' });
  expect((await world.catalogue(project.id)).failures).toEqual([
    expect.objectContaining({ class: 'auth', code: 'EXPORT_CONTAINER_UNREADABLE', nextAttemptAt: null }),
  ]);
  expect(world.eventsOf('backup.failed')[0]?.hint).toContain('Storage Blob Data Reader');
  expect(await world.sweep()).toBe(1);
  expect(world.eventsOf('backup.failed')).toHaveLength(1);
});

it('a primary that refuses to tell its exports is asked again, and the failure shown', async () => {
  const { project, iteration } = await exported();
  world.primary.faults.order({ operation: 'GetExports', kind: 'answer', status: 403, times: 1 });
  await world.notify(exportNotification(project.id, iteration.id, ''));
  expect((await world.catalogue(project.id)).failures).toEqual([
    expect.objectContaining({ iterationId: iteration.id, class: 'auth', nextAttemptAt: null }),
  ]);
  await world.sweep();
  expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX' });
  expect((await world.catalogue(project.id)).failures).toEqual([]);
});

it('what the primary quotes of a secret when it refuses is not in the catalogue, nor told', async () => {
  const { project, iteration } = await exported();
  const canary = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';
  const message = `No: {"token":"${canary}"} ?foo=${canary} AccountKey=${canary} ${encodeURIComponent(`?sig=${canary}`)}`;
  world.primary.faults.order({ operation: 'GetExports', kind: 'answer', status: 403, message, times: 1 });
  await world.notify(exportNotification(project.id, iteration.id, `https://models.example/1?sp=r&sig=${canary}`));
  const { failures } = await world.catalogue(project.id);
  expect(failures).toEqual([expect.objectContaining({ message: expect.stringContaining('No: ') as string })]);
  expect(JSON.stringify([failures, world.events, world.queue.queued])).not.toContain(canary);
});

it('while DRY_RUN is on, backups are left as they are', async () => {
  const { project, iteration } = await exported({ policy: { dryRun: true } });
  await world.notify(exportNotification(project.id, iteration.id, ''));
  expect(await world.sweep()).toBe(0);
  expect(await world.backupBlobs.exists()).toBe(false);
  world.policy = { ...world.policy, dryRun: false };
  await world.sweep();
  expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX' });
});

it('a second worker leaves the project to the first and comes back', async () => {
  const { project, iteration } = await exported();
  const lease = await world.deps.leases.acquire(project.id);
  await world.notify(exportNotification(project.id, iteration.id, ''));
  expect(await world.deps.backups.listCatalogues()).toEqual([]);
  expect(world.queue.queued).toHaveLength(1);
  await lease?.release();
  await world.settle();
  expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX' });
});

it('work that was given up by the host is shown on its project, and over with the next look', async () => {
  const { project } = await exported();
  const item = { schemaVersion: 1, projectId: project.id, reason: 'backups', wakeId: null } as const;
  await takePoisonBackupWork(item, world.deps, new AbortController().signal);
  expect((await world.catalogue(project.id)).failures).toEqual([
    expect.objectContaining({ code: 'BACKUP_WORK_POISONED' }),
  ]);
  expect(world.eventsOf('backup.failed')).toHaveLength(1);
  await world.sweep();
  expect(await world.catalogue(project.id)).toMatchObject({ failures: [], backups: [{ platform: 'ONNX' }] });
});
