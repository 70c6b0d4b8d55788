import { setImmediate as turn } from 'node:timers/promises';
import { SteerableClock } from '../../../src/local/host/clock.ts';
import { systemNow } from '../../../src/local/steerable-time.ts';

describe('a steerable clock', () => {
  const clock = new SteerableClock();
  afterAll(() => clock.restore());

  test('moves every reading of the time ahead, and leaves the system time to the host', async () => {
    await clock.advance(3600);
    await clock.advance(1800);
    const ahead = 5400 * 1000;
    const before = systemNow() + ahead;
    const readings = [Date.now(), new Date().getTime()];
    const after = systemNow() + ahead;
    for (const reading of readings) {
      expect(reading).toBeGreaterThanOrEqual(before);
      expect(reading).toBeLessThanOrEqual(after);
    }
    expect(Math.abs(Date.parse(Date()) - before)).toBeLessThan(60_000);
    expect(clock.offsetInSeconds).toBe(5400);
  });

  test('leaves given times alone', () => {
    expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
    expect(new Date(2026, 0, 5).getDate()).toBe(5);
    expect(Date.parse('2026-01-05T00:00:00Z')).toBe(Date.UTC(2026, 0, 5));
    expect(new Date()).toBeInstanceOf(Date);
  });

  test('runs what is repeated when its period has passed, once however many have, and waits for its end', async () => {
    let [begun, ended] = [0, 0];
    const renew: () => unknown = async () => {
      begun += 1;
      await turn();
      ended += 1;
    };
    const timer = setInterval(renew, 60_000).unref();
    await clock.advance(59);
    expect([begun, ended]).toEqual([0, 0]);
    await clock.advance(1);
    expect([begun, ended]).toEqual([1, 1]);
    await clock.advance(200);
    expect([begun, ended]).toEqual([2, 2]);
    clearInterval(timer);
    await clock.advance(60);
    expect([begun, ended]).toEqual([2, 2]);
  });

  test('repeats in real time too, and leaves timeouts on it', async () => {
    const happened: string[] = [];
    const timer = setInterval(() => void happened.push('repeated'), 20);
    const late = setTimeout(() => void happened.push('timed out'), 60_000);
    await clock.advance(120);
    const deadline = systemNow() + 5_000;
    while (happened.length < 3 && systemNow() < deadline) await turn();
    clearInterval(Number(timer));
    clearTimeout(late);
    expect(happened).toEqual(['repeated', 'repeated', 'repeated']);
  });
});
