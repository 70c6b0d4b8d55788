import { openStage, type Stage } from './host-process.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

describe('the end of the host', () => {
  test('waits for what is running, and takes nothing more', async () => {
    const host = stage.start({ WORK_QUEUE: 'ending' });
    const url = await host.url();
    const queue = await stage.makeQueue('ending');
    await queue.sendMessage('{"order": 1, "holdInMs": 800}');
    const slow = fetch(`${url}/api/slow?ms=800`);
    await host.recorded(({ slow }) => slow === 'begun');
    await host.recorded(({ message }) => message !== undefined);
    const ended = host.end();
    expect(await (await slow).text()).toBe('slowly');
    expect(await ended).toBe(0);
    expect(host.records.some(({ done }) => done !== undefined)).toBe(true);
    expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
  });

  test('comes in spite of an invocation that does not end', async () => {
    const host = stage.start();
    const slow = fetch(`${await host.url()}/api/slow?ms=60000`);
    await host.recorded(({ slow }) => slow === 'begun');
    const cutOff = expect(slow).rejects.toThrow('fetch failed');
    expect(await host.end('SIGINT')).toBe(0);
    await cutOff;
    expect(host.stderr).toContain('stopped while 1 invocations were running');
  });

  test('comes when the process that started it goes away', async () => {
    const host = stage.start({}, [], true);
    await host.url();
    expect(await host.disconnect()).toBe(0);
  });
});
