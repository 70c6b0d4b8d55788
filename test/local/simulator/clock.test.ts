import { ManualClock } from '../../../src/local/simulator/index.ts';

describe('the manual clock', () => {
  test('runs what falls due in the order of its time, and no more', async () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    clock.schedule(300, () => void ran.push('third'));
    clock.schedule(100, () => void ran.push('first'));
    clock.schedule(100, () => void ran.push('second'));
    clock.schedule(301, () => void ran.push('later'));
    await clock.advance(300);
    expect(ran).toEqual(['first', 'second', 'third']);
    expect(clock.pending).toBe(1);
  });

  test('waits for a task to end, shows it the time it was due at, and runs what it schedules within the span', async () => {
    const clock = new ManualClock(0);
    const times: number[] = [];
    clock.schedule(10, async () => {
      await Promise.resolve();
      times.push(clock.now());
      clock.schedule(10, () => void times.push(clock.now()));
    });
    await clock.advance(50);
    expect(times).toEqual([10, 20]);
    expect(clock.now()).toBe(50);
  });

  test('does not run what was cancelled', async () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    const cancel = clock.schedule(10, () => void ran.push('cancelled'));
    cancel();
    await clock.advance(10);
    expect(ran).toEqual([]);
  });
});
