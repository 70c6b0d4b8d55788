import { clientOf, closeAll, json, never, startLoopback, steeredTiming, type Reply } from './loopback.ts';

afterEach(closeAll);

const error = (status: number, code = 'Some') => json({ code, message: 'no' }, status);

describe('the counts of calls', () => {
  it.each<[string, Reply[], object]>([
    ['an answer', [json([])], { calls: 1, answered: 1, throttled: 0, failureCode: null }],
    ['what is refused as not there', [error(404)], { calls: 1, answered: 1, failureCode: null }],
    ['what is refused as wrong', [error(400)], { calls: 1, answered: 1, failureCode: null }],
    ['a refused key', [error(401)], { calls: 1, answered: 0, failureCode: 'Some' }],
    ['a role that lacks', [error(403)], { calls: 1, answered: 0, failureCode: 'Some' }],
    ['no answer, five times', ['drop'], { calls: 5, answered: 0, throttled: 0 }],
    ['a failing service, five times', [error(503)], { calls: 5, answered: 0, failureCode: 'Some' }],
    ['a failing service that comes back', [error(503), json([])], { calls: 2, answered: 1, failureCode: 'Some' }],
    ['a 429, then an answer', [error(429), json([])], { calls: 2, answered: 2, throttled: 1, failureCode: null }],
  ])('tell of %s', async (_what, replies, counts) => {
    const server = await startLoopback(...replies);
    const client = clientOf(server.url, { timing: steeredTiming() });
    await client.getProjects(never()).catch(() => undefined);
    expect(client.takeCounts()).toMatchObject(counts);
  });

  it('begin anew once they were taken', async () => {
    const server = await startLoopback(error(401));
    const client = clientOf(server.url);
    await client.getProjects(never()).catch(() => undefined);
    client.takeCounts();
    expect(client.takeCounts()).toEqual({ calls: 0, answered: 0, throttled: 0, failureCode: null });
  });

  it('do not take a call that was called off for answered', async () => {
    const server = await startLoopback('hang');
    const client = clientOf(server.url);
    const off = new AbortController();
    const asked = client.getProjects(off.signal).catch(() => undefined);
    await server.nextHit();
    off.abort();
    await asked;
    expect(client.takeCounts()).toMatchObject({ calls: 1, answered: 0 });
  });
});
