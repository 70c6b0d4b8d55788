import { Pacer, SLOWEST_CALLS_PER_SECOND } from '../../src/customvision/pacer.ts';
import { clientOf, closeAll, json, never, startLoopback, steeredTiming } from './loopback.ts';

afterEach(closeAll);

describe('the pace', () => {
  it('spaces calls evenly, and lets the first one go at once', async () => {
    const timing = steeredTiming();
    const pacer = new Pacer(8, timing);
    for (let call = 0; call < 4; call += 1) await pacer.turn(never());
    expect(timing.waits).toEqual([125, 125, 125]);
  });

  it('does not save up calls while nobody asks', async () => {
    const timing = steeredTiming();
    const pacer = new Pacer(4, timing);
    await pacer.turn(never());
    timing.advance(60_000);
    await pacer.turn(never());
    await pacer.turn(never());
    expect(timing.waits).toEqual([250]);
  });

  it('halves after a refusal, but only once for calls that were under way together', async () => {
    const timing = steeredTiming();
    const pacer = new Pacer(8, timing);
    const together = [await pacer.turn(never()), await pacer.turn(never())];
    for (const slot of together) pacer.slowDown(slot);
    expect(pacer.callsPerSecond).toBe(4);
    await pacer.turn(never());
    pacer.slowDown(await pacer.turn(never()));
    expect(pacer.callsPerSecond).toBe(2);
  });

  it('never stops, however often it is refused', async () => {
    const pacer = new Pacer(8, steeredTiming());
    for (let call = 0; call < 20; call += 1) pacer.slowDown(await pacer.turn(never()));
    expect(pacer.callsPerSecond).toBe(SLOWEST_CALLS_PER_SECOND);
  });

  it('comes back slowly, and not beyond the full pace', async () => {
    const pacer = new Pacer(8, steeredTiming());
    pacer.slowDown(await pacer.turn(never()));
    for (let call = 0; call < 16; call += 1) pacer.recover();
    expect(pacer.callsPerSecond).toBe(6);
    for (let call = 0; call < 100; call += 1) pacer.recover();
    expect(pacer.callsPerSecond).toBe(8);
  });

  it('ends a wait for a turn when the caller aborts', async () => {
    const reason = new Error('the lease was lost');
    const pacer = new Pacer(1, steeredTiming());
    await pacer.turn(never());
    await expect(pacer.turn(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('has no meaning at nothing a second', () => {
    expect(() => new Pacer(0, steeredTiming())).toThrow(RangeError);
  });
});

describe('the pace of a client', () => {
  it('is shared by all calls to its resource, and halves after a 429', async () => {
    const server = await startLoopback(json([]), { status: 429, headers: { 'retry-after': '5' } }, json([]));
    const timing = steeredTiming();
    const client = clientOf(server.url, { timing, callsPerSecond: 10 });
    await client.getProjects(never());
    await client.getProjects(never());
    await client.getProjects(never());
    // The turn of the call that is refused, the wait that the service asks for, and the turn at half the pace.
    expect(timing.waits.slice(0, 2)).toEqual([100, 5_000]);
    expect(timing.waits[2]).toBeCloseTo(1000 / 5, 0);
  });
});
