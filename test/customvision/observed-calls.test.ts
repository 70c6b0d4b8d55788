import { guid } from '../support/builders.ts';
import { clientOf, closeAll, json, never, startLoopback, steeredTiming, type Reply } from './loopback.ts';

afterEach(closeAll);

const error = (status: number, code = 'Some', message = 'no') => json({ code, message }, status);
const id = guid(7);

type Ask = (client: ReturnType<typeof clientOf>) => Promise<unknown>;
const list: Ask = (client) => client.getProjects(never());
const count: Ask = (client) => client.getImageCount(id, never());

/** What a client's calls show of the resource, one after the other. */
async function healthAfter(replies: Reply[], ...calls: Ask[]) {
  const server = await startLoopback(...replies);
  const client = clientOf(server.url, { timing: steeredTiming() });
  for (const ask of calls) await ask(client).catch(() => undefined);
  return client.health;
}

describe('how calls end', () => {
  it.each<[string, Reply[], string]>([
    ['an answer', [json([])], 'answers'],
    ['an answer after two attempts that failed', [error(503), error(429), json([])], 'answers'],
    ['no connection that lasts', ['drop'], 'unreachable'],
    ['a failing service', [error(503)], 'unreachable'],
    ['a refused key', [error(401)], 'refuses'],
    ['too many calls', [error(429)], 'throttles'],
    ['out of call volume', [error(403, 'Some', 'Out of call volume quota.')], 'throttles'],
    ['a page that is no JSON', [{ status: 200, body: '<html>' }], 'unreachable'],
    ['JSON of another shape', [json({ no: 'list' })], 'answers'],
  ])('shows how the resource is: %s', async (_what, replies, state) => {
    expect((await healthAfter(replies, list)).state).toBe(state);
  });

  it('is one thing’s fault where other things are answered, and the resource’s where the list of all fails', async () => {
    const replies = [json([]), error(500), error(500), error(500), error(500), error(500)];
    expect((await healthAfter(replies, list, count)).state).toBe('answers');
    expect((await healthAfter(replies, list, list)).state).toBe('unreachable');
  });

  it('shows a resource that is gone at once, however shortly before it answered', async () => {
    const server = await startLoopback(json([]));
    const client = clientOf(server.url, { timing: steeredTiming() });
    await list(client);
    await server.close();
    await count(client).catch(() => undefined);
    expect(client.health).toMatchObject({ state: 'unreachable', failure: { code: 'NETWORK' } });
  });

  it('in its disaster recovery mode is shown by a write, and its end by the next', async () => {
    const refuses = error(403, 'ForbiddenDRModeEnabled');
    const remove: Ask = (client) => client.deleteProject(id, never());
    expect((await healthAfter([refuses, json(3)], remove, count)).state).toBe('read-only');
    expect((await healthAfter([refuses, { status: 204, body: '' }], remove, remove)).state).toBe('answers');
  });

  it('shows nothing where the caller gave up', async () => {
    const off = new AbortController();
    const health = await healthAfter(['hang'], (client) => {
      setTimeout(() => off.abort(), 50);
      return client.getProjects(off.signal);
    });
    expect(health.state).toBe('unknown');
  });
});
