import { status } from '../../src/app/queries.ts';
import { onSchedule } from '../../src/app/scheduled-sweep.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { createRecordStore } from '../../src/storage/record-store.ts';
import { openedApp, type Opened } from '../support/opened-app.ts';
import { startSilentServer } from '../support/silent-server.ts';
import { startWorld } from '../support/started-world.ts';

const TRY_LIMIT_IN_MS = 40;
const SILENT = { point: 'asked', end: 'silent' } as const;

/** The same app, whose records lie in a storage account that takes requests and answers none. */
function onSilentStorage(opened: Opened, origin: string): Opened {
  const uri = `${origin}/things`;
  const key = Buffer.from('a storage account key').toString('base64');
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=things;AccountKey=${key};BlobEndpoint=${uri};QueueEndpoint=${uri};`;
  const store = createRecordStore(connectStorage({ connectionString }, TRY_LIMIT_IN_MS).blobs);
  return { ...opened, deps: { ...opened.deps, store } };
}

test('a sweep over storage that hangs ends by the deadlines of its calls, with the failure', async () => {
  await using server = await startSilentServer(SILENT);
  const opened = onSilentStorage(openedApp(await startWorld()), server.origin);
  await expect(onSchedule(opened)).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
});

test('what is read after a sweep has a limit of its own, and is told by name where it runs out', async () => {
  await using server = await startSilentServer(SILENT);
  const world = await startWorld();
  await expect(onSchedule(onSilentStorage(openedApp(world), server.origin), TRY_LIMIT_IN_MS / 2)).rejects.toThrow();
  expect(world.eventsOf('sweep.task.failed')).toMatchObject([
    { task: 'queues', code: 'STORAGE_UNREACHABLE', message: 'Azure Storage did not answer within 0.02 s.' },
    { task: 'read', code: 'STORAGE_UNREACHABLE', message: 'Azure Storage did not answer within 0.02 s.' },
  ]);
});

test('status that has never been read is a failure that says so', async () => {
  await using server = await startSilentServer(SILENT);
  const opened = onSilentStorage(openedApp(await startWorld()), server.origin);
  await expect(status(opened)).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
});

test('status is what was last read, says since when storage is silent, and ends that when it answers', async () => {
  await using server = await startSilentServer(SILENT);
  const world = await startWorld();
  const opened = openedApp(world);
  const read = await status(opened);
  expect(read).toMatchObject({ ok: true, report: { storage: { unavailable: null } } });
  const { readAt } = read.report.storage;

  await world.clock.advance(60_000);
  const silent = onSilentStorage(opened, server.origin);
  const first = await status(silent);
  await world.clock.advance(60_000);
  const second = await status(silent);
  for (const { ok, report } of [first, second]) {
    expect(ok).toBe(false);
    expect(report.storage).toMatchObject({ readAt, unavailable: { since: first.report.generatedAt } });
    expect(report.attention[0]).toMatchObject({ level: 'critical', code: 'STORAGE_UNAVAILABLE', about: 'storage' });
  }
  expect(second.report.attention[0]?.message).toMatch(/, in each of 4 tries\. What is shown was read 2 min ago\.$/);

  expect(await status(opened)).toMatchObject({ ok: true, report: { storage: { unavailable: null } } });
});
