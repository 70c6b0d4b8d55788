import { SteerableClock, systemNow } from '../../../src/local/host/clock.ts';

describe('a steerable clock', () => {
  const clock = new SteerableClock();
  afterAll(() => clock.restore());

  test('moves every reading of the time ahead, and leaves the system time to the host', () => {
    clock.advance(3600);
    clock.advance(1800);
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
});
