import type { Holds } from '../../src/core/facts/hold.ts';
import { MemoryRecordStore } from '../support/memory-storage.ts';
import { clientOf, closeAll, json, never, PROJECT, rejection, startLoopback, steeredTiming } from './loopback.ts';

afterEach(closeAll);

const OUT_OF_VOLUME = 'Out of call volume quota. Quota will be replenished in 12.03:04:05.';
const refusal = (status: number, message: string, headers: Record<string, string> = {}) => {
  const answer = json({ error: { code: String(status), message } }, status);
  return { ...answer, headers: { ...answer.headers, ...headers } };
};

/** A promise that somebody else fulfils. */
function aGate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('a 403 that is out of call volume', () => {
  it.each([
    ['by its header', refusal(403, OUT_OF_VOLUME, { 'retry-after': '43200' }), 43_200],
    ['by its words', refusal(403, OUT_OF_VOLUME), 12 * 86_400 + 3 * 3_600 + 4 * 60 + 5],
    ['in days', refusal(403, 'Out of call volume quota. Quota will be replenished in 9 days.'), 9 * 86_400],
  ])('is throttling and no missing role, and is waited for as it asks %s', async (_, answer, retryAfterInSeconds) => {
    const server = await startLoopback(answer);
    const error = await rejection(clientOf(server.url).getProjects(never()));
    expect(error).toMatchObject({ class: 'throttled', executed: 'no', status: 403, retryAfterInSeconds });
    expect((error as { hint: string }).hint).toMatch(/more calls than it allows/);
  });

  it('counts as an answer, and as a call too many', async () => {
    const server = await startLoopback(refusal(403, OUT_OF_VOLUME));
    const client = clientOf(server.url);
    await rejection(client.getProjects(never()));
    expect(client.takeCounts()).toMatchObject({ calls: 1, answered: 1, throttled: 1, failureCode: null });
  });

  it('is a missing role where it speaks of no calls', async () => {
    const server = await startLoopback(refusal(403, 'You lack a role. Retry after 1 day.'));
    expect(await rejection(clientOf(server.url).getProjects(never()))).toMatchObject({ class: 'auth' });
  });
});

describe('while a resource rests', () => {
  it('nobody calls it, whatever the operation, until the wait is over', async () => {
    const server = await startLoopback(refusal(403, OUT_OF_VOLUME, { 'retry-after': '43200' }), json([]));
    const timing = steeredTiming();
    const client = clientOf(server.url, { timing });
    await rejection(client.getProjects(never()));
    timing.advance(3_200_000);
    for (const call of [() => client.getProjects(never()), () => client.getTags(PROJECT, never())]) {
      expect(await rejection(call())).toMatchObject({
        class: 'throttled',
        retryAfterInSeconds: 40_000,
        executed: 'no',
      });
    }
    expect(server.hits).toHaveLength(1);
    timing.advance(40_000_000);
    expect(await client.getProjects(never())).toEqual([]);
  });

  it('other instances know it too, and a person can end it', async () => {
    const server = await startLoopback(refusal(403, OUT_OF_VOLUME, { 'retry-after': '43200' }), json([]));
    const { holds } = new MemoryRecordStore();
    const timing = steeredTiming();
    const [one, other] = [clientOf(server.url, { timing, holds }), clientOf(server.url, { timing, holds })];
    await rejection(one.getProjects(never()));
    expect(await rejection(other.getProjects(never()))).toMatchObject({ class: 'throttled' });
    expect(server.hits).toHaveLength(1);
    const stored = await holds.read();
    await holds.write({ ...(stored?.value as Holds), holds: [] }, stored?.etag ?? null);
    timing.advance(10_000);
    expect(await one.getProjects(never())).toEqual([]);
    expect(await other.getProjects(never())).toEqual([]);
  });

  it('only the operation whose rate is exceeded is held', async () => {
    const server = await startLoopback(refusal(429, 'Too many.', { 'retry-after': '600' }), json([]));
    const client = clientOf(server.url, { limits: { attempts: 1 } });
    await rejection(client.getProjects(never()));
    await rejection(client.getProjects(never()));
    expect(server.hits).toHaveLength(1);
    expect(await client.getTags(PROJECT, never())).toEqual([]);
  });

  it('a caller that gives up waits no longer for storage, and ends nobody else’s wait', async () => {
    const server = await startLoopback(json([]));
    const { holds } = new MemoryRecordStore();
    const storage = aGate();
    let reads = 0;
    const slow = { ...holds, read: () => storage.opened.then(() => ((reads += 1), holds.read())) };
    const client = clientOf(server.url, { holds: slow });
    const caller = new AbortController();
    const given = rejection(client.getProjects(caller.signal));
    const patient = client.getProjects(never());
    const reason = new Error('given up');
    caller.abort(reason);
    expect(await given).toBe(reason);
    storage.open();
    expect([await patient, reads]).toEqual([[], 1]);
  });

  it('a wait that was asked for is stored also where its caller has given up', async () => {
    const server = await startLoopback(refusal(403, OUT_OF_VOLUME, { 'retry-after': '43200' }));
    const { holds } = new MemoryRecordStore();
    const [reading, storage] = [aGate(), aGate()];
    let reads = 0;
    const read = async (): ReturnType<typeof holds.read> => {
      reads += 1;
      if (reads === 2) {
        reading.open();
        await storage.opened;
      }
      return holds.read();
    };
    const caller = new AbortController();
    const given = rejection(clientOf(server.url, { holds: { ...holds, read } }).getProjects(caller.signal));
    await reading.opened;
    const reason = new Error('given up');
    caller.abort(reason);
    expect(await given).toBe(reason);
    storage.open();
    await new Promise(setImmediate);
    expect((await holds.read())?.value.holds).toMatchObject([{ operation: null }]);
  });

  it('storage that does not answer holds up no call', async () => {
    const server = await startLoopback(json([]));
    const store = new MemoryRecordStore();
    store.put('holds.json', 'not JSON');
    expect(await clientOf(server.url, { holds: store.holds }).getProjects(never())).toEqual([]);
  });
});
