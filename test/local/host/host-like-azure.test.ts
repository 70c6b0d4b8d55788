import { setTimeout as delay } from 'node:timers/promises';
import { HostProcess, makeAppFolder, openStage, QUICK_QUEUES, RARELY, runNow, type Stage } from './host-process.ts';

let stage: Stage;
let refusing: string;
beforeAll(async () => {
  stage = await openStage();
  const key = Buffer.from('not the key of this account').toString('base64');
  refusing = stage.azurite.connectionString().replace(/AccountKey=[^;]+/, `AccountKey=${key}`);
}, 60_000);
afterAll(() => stage.close());

const statusOf = async (url: string) => (await fetch(url)).status;

describe('a queue that refuses', () => {
  test('ends the host, after some seconds in which HTTP still answers', async () => {
    await stage.makeQueue('refused');
    const host = stage.start({ WORK_STORAGE: refusing, WORK_QUEUE: 'refused' });
    const url = await host.url();
    await host.until(() => (host.stderr.includes('the queue refused refuses') ? true : undefined));
    const refusedAt = Date.now();
    expect(await statusOf(`${url}/api/items/all`)).toBe(200);
    expect(await host.exited()).toBe(1);
    expect(Date.now() - refusedAt).toBeGreaterThan(3000);
  });

  test('is not asked by the instances of HTTP, which go on', async () => {
    const host = stage.start({ WORK_STORAGE: refusing }, ['--group', 'http']);
    const url = await host.url();
    await delay(5000);
    expect(await statusOf(`${url}/api/items/all`)).toBe(200);
    expect(host.stderr).not.toContain('refuses');
    // As in Azure any instance runs a function by hand.
    expect(await runNow(url, 'yearly')).toBe(202);
    await host.recorded((record) => record['function'] === 'yearly');
    expect(await host.end()).toBe(0);
  });

  test('does not end a host whose function is switched off', async () => {
    const host = stage.start({ WORK_STORAGE: refusing, 'AzureWebJobs.work.Disabled': 'true' });
    const url = await host.url();
    await delay(5000);
    expect(await statusOf(`${url}/api/items/all`)).toBe(200);
    expect(await host.end()).toBe(0);
  });
});

test('a queue that does not exist is waited for, and not made', async () => {
  const host = stage.start({ WORK_QUEUE: 'waited-for' });
  await host.url();
  await delay(1000);
  expect(await stage.queues.getQueueClient('waited-for').exists()).toBe(false);
  const queue = await stage.makeQueue('waited-for');
  await queue.sendMessage('at last');
  await host.recorded(({ message }) => message === 'at last');
  expect(await host.end()).toBe(0);
});

test('a function that is switched off answers no request, and takes no message', async () => {
  const queue = await stage.makeQueue('off');
  await queue.sendMessage('nobody takes it');
  const off = { 'AzureWebJobs.work.Disabled': '1', 'AzureWebJobs.allItems.Disabled': 'true' };
  const host = stage.start({ WORK_QUEUE: 'off', ...off });
  const url = await host.url();
  // The next route that fits has it then.
  expect(await statusOf(`${url}/api/items/all`)).toBe(207);
  await delay(1000);
  expect((await queue.peekMessages()).peekedMessageItems).toHaveLength(1);
  await host.end();
});

test('a host that is drained takes nothing more, and lets what runs come to its end', async () => {
  const queue = await stage.makeQueue('drained');
  const host = stage.start({ WORK_QUEUE: 'drained' });
  const url = await host.url();
  const drain = async () =>
    (await (await fetch(`${url}/admin/host/drain/status`)).json()) as { outstandingInvocations: number };
  await queue.sendMessage('{"order": 1, "holdInMs": 1500}');
  await host.recorded(({ message }) => message !== undefined);
  expect((await fetch(`${url}/admin/host/drain`, { method: 'POST' })).status).toBe(202);
  await queue.sendMessage('{"order": 2}');
  expect(await drain()).toEqual({ state: 'InProgress', outstandingInvocations: 1 });
  await host.recorded(({ done }) => done !== undefined);
  await delay(1000);
  expect(await drain()).toEqual({ state: 'Completed', outstandingInvocations: 0 });
  expect((await queue.peekMessages()).peekedMessageItems.map(({ messageText }) => messageText)).toEqual([
    '{"order": 2}',
  ]);
  expect(await statusOf(`${url}/api/items/all`)).toBe(200);
  expect(await host.end()).toBe(0);
});

test('what runs at SIGTERM has as long as in Azure where that is asked for', async () => {
  const host = stage.start({}, ['--grace', '10']);
  const slow = fetch(`${await host.url()}/api/slow?ms=6000`);
  await host.recorded(({ slow }) => slow === 'begun');
  const ended = host.end();
  expect(await (await slow).text()).toBe('slowly');
  expect(await ended).toBe(0);
});

test('what is idle stops at once, whatever it is granted', async () => {
  const host = stage.start({}, ['--grace', '10']);
  await host.url();
  const from = Date.now();
  expect(await host.end()).toBe(0);
  expect(Date.now() - from).toBeLessThan(3000);
});

test('a functionTimeout that is none leaves a host that answers 503 to everything', async () => {
  const folder = await makeAppFolder();
  folder.writeHostJson({ version: '2.0', functionTimeout: 'ten minutes', extensions: { queues: QUICK_QUEUES } });
  const host = new HostProcess(folder.path, [], { TICK_SCHEDULE: RARELY });
  const url = await host.url();
  for (const path of ['/api/items/all', '/api/none', '/api/health']) expect(await statusOf(url + path)).toBe(503);
  expect(host.stderr).toContain("'ten minutes' is not a time span");
  expect(await host.end()).toBe(0);
  folder.remove();
});

test('the bare address says nothing where the homepage is switched off', async () => {
  const host = stage.start({ AzureWebJobsDisableHomepage: 'true' });
  expect(await statusOf(await host.url())).toBe(204);
  await host.end();
});
