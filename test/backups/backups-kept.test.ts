import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { enqueueVerification } from '../../src/backups/enqueue-backups.ts';
import { backupSummary } from '../../src/core/backups/report.ts';
import { BackupWorld, type BackupWorldOptions } from '../support/backup-world.ts';

jest.setTimeout(30_000);

const DAY_IN_SECONDS = 24 * 3_600;
const signal = new AbortController().signal;

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

/** A world with one backup in order. */
async function backedUp(options: BackupWorldOptions = {}) {
  await open(options);
  const { project, iteration } = await world.addProject();
  await world.exportModel(project, iteration, 'ONNX');
  await world.notified();
  const backup = await world.onlyBackup(project.id);
  const content = await world.content(backup.blob);
  world.events.length = 0;
  return { project, iteration, backup, content };
}

describe('each day', () => {
  it('every backup is looked for, without reading it', async () => {
    const { project, backup } = await backedUp();
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    const after = await world.onlyBackup(project.id);
    expect(after).toEqual({ ...backup, verifiedAt: after.verifiedAt });
    expect(after.verifiedAt > backup.verifiedAt).toBe(true);
    expect(world.events).toEqual([]);
  });

  it('one that is gone is told of, and made again as the service still has it', async () => {
    const { project, backup, content } = await backedUp();
    await world.backupBlobs.deleteBlob(backup.blob);
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    expect(world.events.map(({ event }) => event)).toEqual(['backup.failed', 'backup.recorded']);
    expect(world.eventsOf('backup.failed')).toEqual([expect.objectContaining({ code: 'BACKUP_MISSING' })]);
    const again = await world.onlyBackup(project.id);
    expect(again).toMatchObject({ blob: backup.blob, sha256: backup.sha256, state: 'ok' });
    expect(await world.content(again.blob)).toBe(content);
  });

  it('one that is gone is told of, though a clock that was wrong says that all were there in a year', async () => {
    const { project, backup } = await backedUp();
    const catalogue = world.deps.backups.catalogue(project.id);
    const stored = await catalogue.read();
    const inAYear = new Date(world.clock.now() + 365 * DAY_IN_SECONDS * 1_000).toISOString();
    await catalogue.write({ ...stored!.value, verifiedAt: inAYear, checkedAt: inAYear }, stored!.etag);
    await world.backupBlobs.deleteBlob(backup.blob);
    await world.sweep();
    expect(world.eventsOf('backup.failed')).toEqual([expect.objectContaining({ code: 'BACKUP_MISSING' })]);
    expect(await world.onlyBackup(project.id)).toMatchObject({ state: 'ok' });
  });

  it('one that somebody wrote over is told of, left as evidence, and made again beside it', async () => {
    const { project, backup, content } = await backedUp();
    await world.write(world.backupBlobs, backup.blob, 'x'.repeat(backup.sizeInBytes));
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    expect(world.eventsOf('backup.failed')).toEqual([expect.objectContaining({ code: 'BACKUP_MISMATCH' })]);
    const again = await world.onlyBackup(project.id);
    expect(again).toMatchObject({ sha256: backup.sha256, state: 'ok' });
    expect(again.blob).not.toBe(backup.blob);
    expect(await world.content(again.blob)).toBe(content);
    expect(await world.packages()).toHaveLength(2);
  });

  it('one of another ETag and the same content is in order', async () => {
    const { project, backup, content } = await backedUp();
    await world.write(world.backupBlobs, backup.blob, content);
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    const after = await world.onlyBackup(project.id);
    expect(after).toMatchObject({ state: 'ok', blob: backup.blob });
    expect(after.etag).not.toBe(backup.etag);
    expect(world.events).toEqual([]);
  });

  it('one that cannot be made again stays in the catalogue as lost, and is told of once', async () => {
    const { project, backup } = await backedUp();
    world.primary.resource.removeProject(project.id);
    await world.backupBlobs.deleteBlob(backup.blob);
    for (let day = 0; day < 2; day += 1) {
      await world.pass(DAY_IN_SECONDS);
      expect(await world.sweep()).toBe(1);
    }
    expect(await world.onlyBackup(project.id)).toMatchObject({ state: 'missing' });
    expect(world.events.map(({ event }) => event)).toEqual(['backup.failed']);
    expect(backupSummary(await world.catalogue(project.id))).toMatchObject({
      backups: 0,
      backupProblems: [{ code: 'BACKUP_MISSING', iteration: 'Iteration 1', platform: 'ONNX' }],
    });
  });

  it('an older one that a rule of the storage account removed is no loss where a newer one is there', async () => {
    const { project, backup } = await backedUp();
    await world.write(world.exports, `${backup.sourceProjectId} - ${backup.iterationId}.ONNX`, 'made anew');
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    expect((await world.catalogue(project.id)).backups).toHaveLength(2);
    await world.backupBlobs.deleteBlob(backup.blob);
    world.events.length = 0;
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    expect((await world.onlyBackup(project.id)).blob).not.toBe(backup.blob);
    expect(world.events).toEqual([]);
  });
});

it('on demand every backup is read and hashed, though its size and ETag are as they were', async () => {
  const { project, backup } = await backedUp();
  const catalogue = world.deps.backups.catalogue(project.id);
  const stored = await catalogue.read();
  // As if the bytes had rotted: what was recorded differs from what is there in nothing but the hash.
  const rotten = { ...backup, sha256: '0'.repeat(64) };
  await catalogue.write({ ...stored!.value, backups: [rotten] }, stored!.etag);
  await world.pass(DAY_IN_SECONDS);
  await world.sweep();
  expect(await world.onlyBackup(project.id)).toMatchObject({ state: 'ok', hashedAt: backup.hashedAt });
  expect(await enqueueVerification(world.deps, signal)).toBe(1);
  await world.work();
  expect(world.eventsOf('backup.failed')).toEqual([expect.objectContaining({ code: 'BACKUP_MISMATCH' })]);
  expect(await world.onlyBackup(project.id)).toMatchObject({ state: 'ok', sha256: backup.sha256 });
});

it('what one invocation has no time to hash another goes on with, and none is hashed twice', async () => {
  const { project, iteration } = await backedUp();
  await world.exportModel(project, iteration, 'CoreML');
  await world.notified();
  await world.exportModel(project, iteration, 'TensorFlow', 'TensorFlowLite');
  await world.notified();
  const { backups } = (await world.deps.backups.catalogue(project.id).read())!.value;
  expect(backups).toHaveLength(3);
  await world.pass(60);
  world.policy = { ...world.policy, invocationInSeconds: 0 };
  await enqueueVerification(world.deps, signal);
  const asked = await world.work();
  expect(asked.filter(({ reason }) => reason === 'verify-backups')).toHaveLength(3);
  const after = (await world.deps.backups.catalogue(project.id).read())!.value;
  for (const { hashedAt } of after.backups) expect(backups.every((before) => before.hashedAt < hashedAt)).toBe(true);
});

it('what is there is verified while the primary is out of reach', async () => {
  const { project, backup } = await backedUp();
  await world.backupBlobs.deleteBlob(backup.blob);
  world.primary.faults.order({ operation: '*', kind: 'answer', status: 503, times: 'always' });
  await world.enqueue(project.id, 'verify-backups');
  expect(await world.onlyBackup(project.id)).toMatchObject({ state: 'missing' });
  expect((await world.catalogue(project.id)).failures).toEqual([expect.objectContaining({ class: 'transient' })]);
  world.primary.faults.clear();
  await world.settle();
  expect(await world.onlyBackup(project.id)).toMatchObject({ state: 'ok', blob: backup.blob });
  expect((await world.catalogue(project.id)).failures).toEqual([]);
});

describe('with EXPORT_PLATFORMS', () => {
  const exportPlatforms = [
    { platform: 'ONNX', flavor: null },
    { platform: 'TensorFlow', flavor: 'TensorFlowLite' },
  ];

  it('each completed training is exported and backed up', async () => {
    await open({ policy: { exportPlatforms } });
    const project = await world.addUntrained({ tags: [{ name: 'rose', images: 5 }] });
    world.primary.resource.train(project.id);
    await world.pass(11);
    await world.notified();
    expect(world.eventsOf('backup.requested')).toHaveLength(2);
    await world.pass(6);
    await world.notified();
    const { backups } = await world.catalogue(project.id);
    expect(backups.map(({ platform, flavor }) => [platform, flavor]).sort()).toEqual([
      ['ONNX', null],
      ['TensorFlow', 'TensorFlowLite'],
    ]);
    await world.settle();
    expect(world.primary.calls.of('ExportIteration')).toHaveLength(2);
  });

  it('a sweep finds the trainings that nobody told of, and comes back for what it asked for', async () => {
    await open({ policy: { exportPlatforms } });
    const { project } = await world.addProject({ notificationQueueUri: null, exportModelContainerUri: null });
    await world.addProject({ name: 'Not compact', domain: 'General' });
    await world.sweep();
    await world.settle();
    expect((await world.catalogue(project.id)).backups).toHaveLength(2);
    world.primary.calls.clear();
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    expect(world.primary.calls.of('ExportIteration')).toEqual([]);
    expect((await world.catalogue(project.id)).backups).toHaveLength(2);
    expect(world.eventsOf('backup.failed')).toEqual([]);
  });

  it('a newer package format is asked for, once, and kept beside the older package', async () => {
    await open({ policy: { exportPlatforms: [exportPlatforms[0]!] } });
    const { project, iteration } = await world.addProject();
    await world.exportModel(project, iteration, 'ONNX');
    await world.notified();
    iteration.exports[0]!.newerVersionAvailable = true;
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    expect(world.primary.calls.of('ExportIteration')).toHaveLength(1);
    await world.settle();
    const { backups, requests } = await world.catalogue(project.id);
    expect(requests).toEqual([expect.objectContaining({ platform: 'ONNX', open: false })]);
    // The simulated package is the same again, and so is its backup.
    expect(backups).toHaveLength(1);
    iteration.exports[0]!.newerVersionAvailable = true;
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    expect(world.primary.calls.of('ExportIteration')).toHaveLength(1);
  });

  it('an export that the service says it has already is looked up', async () => {
    await open({ policy: { exportPlatforms: [exportPlatforms[0]!] } });
    const { project } = await world.addProject();
    world.primary.faults.order({ operation: 'ExportIteration', kind: 'drop', effect: 'done', times: 1 });
    await world.sweep();
    await world.settle();
    expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX', state: 'ok' });
    expect((await world.catalogue(project.id)).failures).toEqual([]);
  });

  it('a failed export is asked for again after a day, not before', async () => {
    await open({ policy: { exportPlatforms: [exportPlatforms[0]!] } });
    const { project } = await world.addProject();
    world.primary.faults.order({ operation: 'ExportIteration', kind: 'ends-failed', times: 1 });
    await world.sweep();
    await world.settle();
    expect(await world.catalogue(project.id)).toMatchObject({ failures: [{ code: 'MODEL_EXPORT_FAILED' }] });
    expect(world.primary.calls.of('ExportIteration')).toHaveLength(1);
    for (let day = 0; day < 2; day += 1) {
      await world.pass(DAY_IN_SECONDS);
      await world.sweep();
      await world.settle();
    }
    expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX', state: 'ok' });
    expect(world.primary.calls.of('ExportIteration')).toHaveLength(2);
    expect((await world.catalogue(project.id)).failures).toEqual([]);
  });
});

it('a damaged catalogue is told of and holds up no other project', async () => {
  const { project } = await backedUp();
  await world.addProject({ name: 'Other' });
  await world.write(world.backupBlobs, `catalogue/${project.id}.json`, '{"schemaVersion":1}');
  expect(await world.sweep()).toBe(1);
  expect(world.eventsOf('backup.failed')).toEqual([
    expect.objectContaining({ projectId: project.id, code: 'INVALID_DOCUMENT' }),
  ]);
});

describe('the history of a project', () => {
  const told = () => world.history.entries.filter(({ event }) => event === 'backup.recorded');

  it('has each backup once, with its hash, however often it is looked at', async () => {
    const { project, backup } = await backedUp();
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    const { blob, sha256 } = backup;
    expect(told()).toMatchObject([{ projectId: project.id, at: backup.recordedAt, evidence: { blob, sha256 } }]);
  });

  it('has it after the next look where it could not be told at once', async () => {
    await open();
    world.history.failNext();
    const { project, iteration } = await world.addProject();
    await world.exportModel(project, iteration, 'ONNX');
    await world.notified();
    expect(told()).toEqual([]);
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    expect(told()).toHaveLength(1);
  });
});
