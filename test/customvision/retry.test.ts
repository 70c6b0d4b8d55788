import type { CustomVisionClient } from '../../src/customvision/client.ts';
import { EVERY_OPERATION, titleOf } from './every-operation.ts';
import {
  clientOf,
  closeAll,
  json,
  never,
  rejection,
  startLoopback,
  steeredTiming,
  type Answer,
  type Loopback,
  type Reply,
} from './loopback.ts';

let server: Loopback;
let client: CustomVisionClient;
let timing: ReturnType<typeof steeredTiming>;

async function start(...replies: Reply[]): Promise<void> {
  server = await startLoopback(...replies);
  timing = steeredTiming();
  client = clientOf(server.url, { timing });
}

afterEach(closeAll);

const ATTEMPTS = 5;

describe('what is sent again', () => {
  const cases = EVERY_OPERATION.map((operation) => [titleOf(operation), operation] as const);

  it.each(cases)(
    'sends %s once more only where that is safe, when the service is unavailable',
    async (_, operation) => {
      await start({ status: 503 });
      await rejection(operation.run(client, never()));
      expect(server.hits).toHaveLength(operation.repeatable ? ATTEMPTS : 1);
    },
  );

  it.each(cases)('sends %s once more only where that is safe, when it is throttled', async (_, operation) => {
    await start(json({ error: { code: '429', message: 'Please retry after 1 second.' } }, 429));
    const error = await rejection(operation.run(client, never()));
    expect(server.hits).toHaveLength(operation.repeatable ? ATTEMPTS : 1);
    expect(error).toMatchObject({ class: 'throttled', executed: 'no', retryAfterInSeconds: 1 });
  });

  it.each(cases)('sends %s once more only where that is safe, when the connection breaks', async (_, operation) => {
    await start('drop');
    const error = await rejection(operation.run(client, never()));
    expect(server.hits).toHaveLength(operation.repeatable ? ATTEMPTS : 1);
    expect(error).toMatchObject({ class: 'transient', code: 'NETWORK', executed: 'unknown' });
  });

  it.each([408, 429, 500, 502, 503, 504])('repeats a read after a %i', async (status) => {
    await start({ status }, json([]));
    expect(await client.getProjects(never())).toEqual([]);
    expect(server.hits).toHaveLength(2);
  });

  it.each([301, 400, 401, 403, 404, 409, 411, 501])('does not repeat a read after a %i', async (status) => {
    await start({ status }, json([]));
    expect(await rejection(client.getProjects(never()))).toMatchObject({ status });
    expect(server.hits).toHaveLength(1);
  });

  it('repeats a read whose answer broke off', async () => {
    await start('cut', json([]));
    expect(await client.getProjects(never())).toEqual([]);
    expect(server.hits).toHaveLength(2);
  });

  it('repeats a read that was not answered in time', async () => {
    await start('hang', json([]));
    const hasty = clientOf(server.url, { timing, limits: { deadlineInMs: 100 } });
    expect(await hasty.getProjects(never())).toEqual([]);
    expect(server.hits).toHaveLength(2);
  });
});

describe('how long it waits', () => {
  const now = Date.UTC(2026, 0, 1);
  const throttled = (headers: Record<string, string>, message = 'Too many.'): Answer => ({
    ...json({ error: { code: '429', message } }, 429),
    headers: { 'content-type': 'application/json', ...headers },
  });

  it.each([
    ['seconds in the header', throttled({ 'retry-after': '7' }), 7_000],
    ['a date in the header', throttled({ 'retry-after': new Date(now + 9_000).toUTCString() }), 9_000],
    ['the message', throttled({}, 'Exceeded rate limit. Please retry after 3 seconds.'), 3_000],
    ['the header rather than the message', throttled({ 'retry-after': '2' }, 'Please retry after 5 seconds.'), 2_000],
    [
      'the message where the header makes no sense',
      throttled({ 'retry-after': 'soon' }, 'Retry after 4 second'),
      4_000,
    ],
    ['the header of a 503', { status: 503, headers: { 'retry-after': '6' } }, 6_000],
    ['neither, and begins with half a second', throttled({}), 250],
    ['neither, where the date has passed', throttled({ 'retry-after': new Date(now - 9_000).toUTCString() }), 250],
  ])('goes by %s', async (_, answer: Answer, expected) => {
    await start(answer, json([]));
    await client.getProjects(never());
    expect(timing.waits).toEqual([expected]);
  });

  it('waits twice as long each time, with half of it left to chance', async () => {
    await start({ status: 503 });
    await rejection(client.getProjects(never()));
    expect(timing.waits).toEqual([250, 500, 1000, 2000]);
    timing.waits.length = 0;
    const late = clientOf(server.url, { timing: { ...timing, random: () => 1 } });
    await rejection(late.getProjects(never()));
    expect(timing.waits).toEqual([500, 1000, 2000, 4000]);
  });

  it('gives up at once where the service asks for more than is left', async () => {
    await start(throttled({ 'retry-after': '20' }), throttled({ 'retry-after': '11' }), json([]));
    const error = await rejection(client.getProjects(never()));
    expect(error).toMatchObject({ class: 'throttled', retryAfterInSeconds: 11 });
    expect(timing.waits).toEqual([20_000]);
    expect(server.hits).toHaveLength(2);
  });

  it('tells how long to wait also where it never repeats', async () => {
    await start(throttled({ 'retry-after': '12' }));
    const error = await rejection(client.importProject('token', 'name', never()));
    expect(error).toMatchObject({ class: 'throttled', executed: 'no', retryAfterInSeconds: 12 });
    expect(timing.waits).toEqual([]);
  });
});
