import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import type { Unknowns } from '../../src/local/simulator/index.ts';
import { BackupWorld, type BackupWorldOptions } from '../support/backup-world.ts';
import { exportedName } from '../support/exports.ts';
import { sha256 } from '../support/memory-backups.ts';

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

/** What the simulated model of an iteration ends with. */
const modelText = (iterationId: string, made: string): string => `model ${iterationId} for ${made}`;

const VARIANTS: Partial<Unknowns>[] = [
  { notificationEncoding: 'plain', notificationContentKey: 'Content', blobExtension: 'platform' },
  { notificationEncoding: 'base64', notificationContentKey: 'content', blobExtension: 'lower-case' },
  { notificationEncoding: 'plain', blobExtension: 'zip' },
];

it.each(VARIANTS)('a notified export is copied, hashed and entered into the catalogue: %p', async (unknowns) => {
  await open({ primary: { unknowns } });
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX');
  await world.notified();
  const backup = await world.onlyBackup(project.id);
  const content = await world.content(backup.blob);
  expect(content).toContain(modelText(iteration.id, 'ONNX'));
  expect(backup).toMatchObject({
    sourceProjectId: project.id,
    sourceProjectName: 'Flowers',
    iterationId: iteration.id,
    iterationName: 'Iteration 1',
    platform: 'ONNX',
    flavor: null,
    domain: { name: 'General (compact)' },
    tags: [{ name: 'rose' }, { name: 'tulip' }],
    sizeInBytes: content.length,
    sha256: sha256(Buffer.from(content)),
    from: 'container',
    state: 'ok',
  });
  expect(backup.blob).toMatch(new RegExp(`^models/${project.id}/${iteration.id}/ONNX/[0-9a-f]{16}\\.\\w+$`));
  expect(world.eventsOf('backup.recorded')).toEqual([
    expect.objectContaining({ blob: backup.blob, from: 'container' }),
  ]);
  expect(world.eventsOf('backup.failed')).toEqual([]);
  expect(await world.rejected.count()).toBe(0);
});

it('recording twice is recording once, whatever order notifications come in and however often', async () => {
  await open({ policy: { exportPlatforms: [{ platform: 'ONNX', flavor: null }] } });
  const project = await world.addUntrained({ tags: [{ name: 'rose', images: 5 }] });
  world.primary.resource.train(project.id);
  await world.pass(11);
  const [iteration] = project.iterations.values();
  await world.exportModel(project, iteration!, 'ONNX');
  const posted = (await world.takePosted()).reverse();
  for (const text of [...posted, ...posted, ...posted]) await world.notify(text);
  await world.settle();
  const { backups, requests } = await world.catalogue(project.id);
  expect(backups).toHaveLength(1);
  expect(requests).toEqual([]);
  expect(await world.packages()).toHaveLength(1);
  expect(world.eventsOf('backup.recorded')).toHaveLength(1);
  expect(world.primary.calls.of('ExportIteration')).toHaveLength(0);
});

it('two flavors of one iteration are two backups, though the second overwrote the blob of the first', async () => {
  await open();
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX', 'ONNX10');
  await world.notified();
  await world.exportModel(project, iteration, 'ONNX', 'ONNX12');
  await world.notified();
  const { backups } = await world.catalogue(project.id);
  expect(backups.map(({ flavor, from }) => [flavor, from])).toEqual([
    ['ONNX10', 'container'],
    ['ONNX12', 'download'],
  ]);
  for (const { blob, flavor } of backups) {
    expect(await world.content(blob)).toContain(modelText(iteration.id, `ONNX ${flavor}`));
  }
});

it('two flavors whose notifications come together are told apart as well', async () => {
  await open();
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'TensorFlow', 'TensorFlowNormal');
  await world.exportModel(project, iteration, 'TensorFlow', 'TensorFlowLite');
  await world.notified();
  const { backups } = await world.catalogue(project.id);
  expect(backups.map(({ flavor }) => flavor).sort()).toEqual(['TensorFlowLite', 'TensorFlowNormal']);
  for (const { blob, flavor } of backups) {
    expect(await world.content(blob)).toContain(modelText(iteration.id, `TensorFlow ${flavor}`));
  }
});

it('does not take the blob of a platform for one flavor while another is being made', async () => {
  await open();
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX', 'ONNX10');
  world.primary.resource.exportModel(project.id, iteration.id, { platform: 'ONNX', flavor: 'ONNX12' });
  await world.write(world.exports, exportedName(project.id, iteration.id, 'ONNX'), 'ONNX12, already there');
  await world.notified();
  const { backups } = await world.catalogue(project.id);
  expect(backups.map(({ flavor, from }) => [flavor, from])).toEqual([['ONNX10', 'download']]);
  expect(await world.content(backups[0]!.blob)).toContain(modelText(iteration.id, 'ONNX ONNX10'));
});

it('a blob that is overwritten while it is looked at is not copied as what it was', async () => {
  await open();
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX');
  const name = exportedName(project.id, iteration.id, 'ONNX');
  const off = world.primary.on('GetExports', 'before-reply', async () => {
    off();
    await world.write(world.exports, name, 'the second export');
  });
  await world.notified();
  expect(await world.packages()).toEqual([]);
  expect(world.queue.queued).toHaveLength(1);
  await world.settle();
  const backup = await world.onlyBackup(project.id);
  expect(await world.content(backup.blob)).toBe('the second export');
  expect((await world.catalogue(project.id)).failures).toEqual([]);
  expect(world.eventsOf('backup.failed')).toEqual([]);
});

it('an export that overwrites one that is backed up becomes a backup beside it', async () => {
  await open();
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX');
  await world.notified();
  const first = await world.onlyBackup(project.id);
  await world.write(world.exports, exportedName(project.id, iteration.id, 'ONNX'), 'made anew');
  await world.pass(24 * 3_600);
  await world.sweep();
  const { backups } = await world.catalogue(project.id);
  expect(backups.map(({ blob }) => blob)).toHaveLength(2);
  expect(await world.content(first.blob)).toContain(modelText(iteration.id, 'ONNX'));
  expect(await world.content(backups[1]!.blob)).toBe('made anew');
});

it('a blob that appears late is found by coming back for it', async () => {
  await open({ primary: { delays: { tokenInSeconds: 0 } } });
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX');
  const name = exportedName(project.id, iteration.id, 'ONNX');
  await world.write(world.exports, name, '');
  await world.notified();
  expect((await world.catalogue(project.id)).backups).toEqual([]);
  expect((await world.catalogue(project.id)).failures).toEqual([
    expect.objectContaining({ platform: 'ONNX', attempts: 1, nextAttemptAt: expect.any(String) as string }),
  ]);
  await world.settle(100);
  await world.write(world.exports, name, 'there at last');
  await world.settle();
  expect(await world.content((await world.onlyBackup(project.id)).blob)).toBe('there at last');
  expect((await world.catalogue(project.id)).failures).toEqual([]);
  expect(world.eventsOf('backup.failed')).toEqual([]);
});

it('a blob that never appears is given up with what to do, and looked for again by later sweeps', async () => {
  await open({ primary: { delays: { tokenInSeconds: 0 } } });
  const { project, iteration } = await world.addProject({ exportModelContainerUri: null });
  await world.exportModel(project, iteration, 'ONNX');
  await world.notified();
  const tries = await world.settle();
  expect(tries.length).toBeGreaterThan(3);
  expect(tries.length).toBeLessThan(20);
  expect(world.queue.queued).toEqual([]);
  const given = { iterationId: iteration.id, platform: 'ONNX', code: 'MODEL_ADDRESS_EXPIRED' };
  expect((await world.catalogue(project.id)).failures).toEqual([
    expect.objectContaining({ ...given, nextAttemptAt: null, attempts: tries.length + 1 }),
  ]);
  expect(world.eventsOf('backup.failed')).toEqual([expect.objectContaining(given)]);
  expect(world.eventsOf('backup.failed')[0]?.hint).not.toBe('');

  for (let day = 0; day < 2; day += 1) {
    await world.pass(24 * 3_600);
    expect(await world.sweep()).toBe(1);
    expect(world.queue.queued).toEqual([]);
  }
  expect(world.eventsOf('backup.failed')).toHaveLength(1);
  await world.write(world.exports, exportedName(project.id, iteration.id, 'ONNX'), 'there after days');
  await world.pass(24 * 3_600);
  await world.sweep();
  expect(await world.onlyBackup(project.id)).toMatchObject({ from: 'container', state: 'ok' });
  expect((await world.catalogue(project.id)).failures).toEqual([]);
});

it('without integration a sweep finds what was exported, and fetches it from the service', async () => {
  await open();
  const { project, iteration } = await world.addProject({ notificationQueueUri: null, exportModelContainerUri: null });
  await world.exportModel(project, iteration, 'CoreML');
  expect(await world.takePosted()).toEqual([]);
  expect(await world.sweep()).toBe(1);
  expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'CoreML', from: 'download', state: 'ok' });
  expect(await world.sweep()).toBe(0);
});

it('models that cannot be exported are noted once, and are no failure', async () => {
  await open();
  const { project, iteration } = await world.addProject({ domain: 'General' });
  await world.sweep();
  const { notExportable } = await world.catalogue(project.id);
  expect(notExportable).toEqual([expect.objectContaining({ iterationId: iteration.id, iterationName: 'Iteration 1' })]);
  await world.pass(24 * 3_600);
  await world.sweep();
  expect(await world.catalogue(project.id)).toMatchObject({ notExportable, failures: [], backups: [] });
  expect(world.primary.calls.of('GetExports')).toEqual([]);
  expect(world.events).toEqual([]);
});
