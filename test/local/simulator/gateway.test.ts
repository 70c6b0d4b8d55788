import { connect } from 'node:net';
import { ManualClock, startSimulator } from '../../../src/local/simulator/index.ts';
import { call, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();

describe('the gateway', () => {
  test('refuses a wrong key in its own nested words', async () => {
    const simulator = opened(await startSimulator());
    const reply = await call(simulator, 'GET /projects', { headers: { 'training-key': 'wrong' } });
    expect(reply.status).toBe(401);
    expect(reply.json).toMatchObject({
      error: { code: '401', message: expect.stringContaining('Access denied') as string },
    });
  });

  test('takes a bearer token that it knows instead of the key', async () => {
    const simulator = opened(await startSimulator({ bearerTokens: ['known'] }));
    const with_ = (token: string) =>
      call(simulator, 'GET /projects', { headers: { 'training-key': '', authorization: `Bearer ${token}` } });
    expect((await with_('known')).status).toBe(200);
    expect((await with_('unknown')).status).toBe(401);
  });

  test('reads the path in any case, in both versions', async () => {
    const simulator = opened(await startSimulator());
    for (const path of ['/customvision/v3.3/Training/projects', '/CustomVision/V3.4-Preview/training/Projects']) {
      const response = await fetch(`${simulator.url}${path}`, { headers: { 'Training-Key': simulator.key } });
      expect(await response.json()).toEqual([]);
    }
  });

  test('answers 404 with a flat body for what it does not know', async () => {
    const simulator = opened(await startSimulator());
    for (const what of ['GET /nothing', 'GET /projects/not-a-guid', 'POST /domains']) {
      const reply = await call(simulator, what);
      expect(reply.status).toBe(404);
      expect(reply.json).toMatchObject({ code: 'NotFound' });
    }
  });

  test('answers a POST without a length with 411 and a page of HTML', async () => {
    const simulator = opened(await startSimulator());
    const answer = await rawRequest(simulator.url, 'POST /customvision/v3.3/training/projects?name=a HTTP/1.1');
    expect(answer).toMatch(/^HTTP\/1\.1 411 /);
    expect(answer).toContain('content-type: text/html');
    expect(simulator.resource.projects).toEqual([]);
  });

  test('lets ten calls pass within a second, and more in the next', async () => {
    const clock = new ManualClock();
    const simulator = opened(await startSimulator({ clock, limits: { callsPerSecond: 10 } }));
    const statuses = async (count: number) => {
      const replies = await Promise.all(Array.from({ length: count }, () => call(simulator, 'GET /projects')));
      return replies.map(({ status }) => status).sort();
    };
    expect(await statuses(12)).toEqual([...Array<number>(10).fill(200), 429, 429]);
    await clock.advance(1000);
    expect(await statuses(1)).toEqual([200]);
  });

  test.each([
    ['both', '1', true],
    ['header', '1', false],
    ['text', null, true],
  ] as const)('tells when to come back by %s', async (retryAfter, header, inText) => {
    const clock = new ManualClock();
    const limits = { callsPerSecond: 1 };
    const simulator = opened(await startSimulator({ clock, limits, unknowns: { retryAfter } }));
    await call(simulator, 'GET /projects');
    const reply = await call(simulator, 'GET /projects');
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe(header);
    expect(reply.json.error?.message).toContain('Custom_Vision_Training_3.3 have exceeded rate limit');
    expect(reply.text.includes('Please retry after 1 second')).toBe(inText);
  });
});

/** Sends a request line with the headers that a body-less POST may lack. */
function rawRequest(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${line}\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
    });
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => {
      socket.end();
      resolve(answer);
    });
    socket.on('error', reject);
  });
}
