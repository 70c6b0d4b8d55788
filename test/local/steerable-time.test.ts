import { SteerableTime } from '../../src/local/steerable-time.ts';

let time: SteerableTime;
beforeEach(() => (time = new SteerableTime()));
afterEach(() => time.stop());

test('what falls due by moving time ahead runs in order, each to its end, and no more', async () => {
  const ran: string[] = [];
  time.schedule(60_000, async () => {
    await Promise.resolve();
    ran.push('second');
  });
  time.schedule(30_000, () => void ran.push('first'));
  time.schedule(90_000, () => void ran.push('later'));
  const cancel = time.schedule(10_000, () => void ran.push('cancelled'));
  cancel();
  const before = Date.now();
  await time.advance(60_000);
  expect(ran).toEqual(['first', 'second']);
  expect(time.now() - before).toBeGreaterThanOrEqual(60_000);
  expect(time.aheadInMs).toBe(60_000);
  await time.advance(30_000);
  expect(ran).toEqual(['first', 'second', 'later']);
});

test('runs in real time what nobody moved time for, and what is left of a wait that was moved', async () => {
  const startedAt = Date.now();
  const ran = new Promise<number>((resolve) => {
    time.schedule(10_000, () => resolve(Date.now() - startedAt));
  });
  await time.advance(9_900);
  const took = await ran;
  expect(took).toBeGreaterThanOrEqual(90);
  expect(took).toBeLessThan(5_000);
});

test('waits longer than a timer of Node.js can', async () => {
  let hasRun = false;
  time.schedule(2 ** 31 + 60_000, () => void (hasRun = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(hasRun).toBe(false);
  await time.advance(2 ** 31 + 60_000);
  expect(hasRun).toBe(true);
});
