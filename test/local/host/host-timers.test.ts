import { BlobServiceClient } from '@azure/storage-blob';
import { openStage, runNow, type Stage } from './host-process.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

describe('timer triggers', () => {
  const EVERY_SECOND = '* * * * * *';

  test('fire by their schedule, never while the last run is still going', async () => {
    const host = stage.start({ TICK_SCHEDULE: EVERY_SECOND });
    await host.recorded(({ ended }) => ended === 2);
    await host.end();
    const order = host.records
      .filter((record) => record['function'] === 'tick')
      .map(({ run, ended }) => run ?? -Number(ended));
    expect(order.slice(0, 4)).toEqual([1, -1, 2, -2]);
    expect(host.records[0]).toMatchObject({
      triggerMetadata: null,
      timer: {
        schedule: { adjustForDST: true },
        // None is kept of a timer that fires more than once a minute.
        scheduleStatus: null,
        isPastDue: false,
      },
    });
  });

  test('run at once where an occurrence was missed while the host was down', async () => {
    const connection = stage.azurite.connectionString('timers');
    const container = BlobServiceClient.fromConnectionString(connection).getContainerClient('azure-webjobs-hosts');
    await container.createIfNotExists();
    const year = new Date().getUTCFullYear();
    const missed = {
      Last: `${year - 2}-06-01T00:00:00Z`,
      Next: `${year - 1}-01-01T00:00:00Z`,
      LastUpdated: `${year - 2}-06-01T00:00:00Z`,
    };
    const blob = container.getBlockBlobClient('timers/local/Host.Functions.yearly/status');
    await blob.upload(JSON.stringify(missed), JSON.stringify(missed).length);

    const host = stage.start({ AzureWebJobsStorage: connection });
    const { timer } = await host.recorded((record) => record['function'] === 'yearly');
    expect(timer).toMatchObject({ isPastDue: true });
    expect(await host.end()).toBe(0);
    const stored = JSON.parse((await blob.downloadToBuffer()).toString()) as { Next: string };
    expect(Date.parse(stored.Next)).toBeGreaterThan(Date.now());

    const again = stage.start({ AzureWebJobsStorage: connection });
    await again.url();
    await again.end();
    expect(again.records).toEqual([]);
  });

  test('can be run by hand, and are not past due then', async () => {
    const host = stage.start();
    expect(await runNow(await host.url(), 'yearly')).toBe(202);
    const { timer } = await host.recorded((record) => record['function'] === 'yearly');
    expect(timer).toMatchObject({ isPastDue: false });
    await host.end();
  });
});
