import { setTimeout as sleep } from 'node:timers/promises';
import { forEachAtMost } from '../../src/replicator/for-each.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('many items', () => {
  it('are worked on in their order, at most so many at a time', async () => {
    const begun: number[] = [];
    let atOnce = 0;
    let most = 0;
    await forEachAtMost(range(20), 3, undefined, async (item) => {
      begun.push(item);
      most = Math.max(most, (atOnce += 1));
      await sleep(1);
      atOnce -= 1;
    });
    expect(begun).toEqual(range(20));
    expect(most).toBe(3);
  });

  it('begin nothing after the first error, stop what is under way, and throw only when all of it has ended', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const refusal = new Error('no more room');
    const done = forEachAtMost(range(50), 4, undefined, async (item, signal) => {
      begun.push(item);
      if (item === 5) throw refusal;
      await sleep(5 * (item + 1), undefined, { signal }).finally(() => ended.push(item));
    });
    await expect(done).rejects.toBe(refusal);
    const [begunThen, endedThen] = [begun.length, ended.length];
    expect(endedThen).toBe(begunThen - 1);
    await sleep(50);
    expect([begun.length, ended.length]).toEqual([begunThen, endedThen]);
  });

  it('end with the signal of whoever asked', async () => {
    const stop = new AbortController();
    const reason = new Error('time is up');
    const done = forEachAtMost(range(3), 2, stop.signal, async (item, signal) => {
      if (item === 0) stop.abort(reason);
      await sleep(1_000, undefined, { signal });
    });
    await expect(done).rejects.toMatchObject({ cause: reason });
  });
});
