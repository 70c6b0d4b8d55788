import { inspect } from 'node:util';
import { isFailure, ReplicationFailure } from '../../src/core/facts/failure.ts';
import type { CustomVisionClientOptions } from '../../src/customvision/client.ts';
import {
  clientOf,
  closeAll,
  ITERATION,
  json,
  KEY,
  never,
  PROJECT,
  rejection,
  startLoopback,
  steeredTiming,
  type Answer,
  type Reply,
} from './loopback.ts';

afterEach(closeAll);

const ONCE: Partial<CustomVisionClientOptions> = { limits: { attempts: 1 } };

/** What GetProjects ends with where the server gives this reply to each request. */
async function failureFor(reply: Reply, options = ONCE): Promise<unknown> {
  const server = await startLoopback(reply);
  const client = clientOf(server.url, options);
  return await rejection(client.getProjects(never()));
}

const html = (status: number, body: string): Answer => ({ status, headers: { 'content-type': 'text/html' }, body });

describe('an error answer', () => {
  it.each<[string, Answer, { code: string; says: string }]>([
    ['flat', json({ code: 'BadRequest', message: 'Flat.' }, 400), { code: 'BadRequest', says: ': Flat.' }],
    ['nested', json({ error: { code: 'Nested', message: 'Deep.' } }, 400), { code: 'Nested', says: ': Deep.' }],
    [
      'nested, with the status for a code',
      json({ error: { code: '400', message: 'Gate.' } }, 400),
      { code: 'HTTP_400', says: ': Gate.' },
    ],
    ['of the gateway', json({ statusCode: 400, message: 'Gate.' }, 400), { code: 'HTTP_400', says: ': Gate.' }],
    [
      'HTML',
      html(411, '<html><style>b{}</style><h2>Length\n Required</h2></html>'),
      { code: 'HTTP_411', says: ': Length Required' },
    ],
    ['text', { status: 409, body: 'Not now.\n' }, { code: 'HTTP_409', says: ': Not now.' }],
    ['empty', { status: 400 }, { code: 'HTTP_400', says: ', without a word' }],
    ['broken JSON', { status: 400, body: '{"code":"Bad' }, { code: 'HTTP_400', says: ': {"code":"Bad' }],
    ['JSON of no known shape', json({ detail: 'x' }, 400), { code: 'HTTP_400', says: ': {"detail":"x"}' }],
    ['a JSON list', json(['x'], 400), { code: 'HTTP_400', says: ': ["x"]' }],
    ['null', json(null, 400), { code: 'HTTP_400', says: ': null' }],
    ['of odd types', json({ code: {}, message: 7, error: 'no' }, 400), { code: 'HTTP_400', says: '"message":7' }],
  ])('that is %s is told with its code and words', async (_, answer, { code, says }) => {
    const error = await failureFor(answer);
    expect(error).toMatchObject({ class: 'refused', code, status: answer.status, executed: 'no' });
    expect((error as Error).message).toContain(`${answer.status}`);
    expect((error as Error).message).toContain(says);
  });

  it.each([
    [400, 'BadRequestExceedProjectLimit', 'quota', 'no'],
    [400, 'BadRequestExceededQuota', 'quota', 'no'],
    [400, 'BadRequestExportWhileTraining', 'wait', 'no'],
    [400, 'BadRequestTrainingAlreadyInProgress', 'wait', 'no'],
    [409, 'BadRequestExportAlreadyInProgress', 'wait', 'no'],
    [403, 'ForbiddenDRModeEnabled', 'wait', 'no'],
    [400, 'BadRequestCustomerManagedKeyRevoked', 'auth', 'no'],
    [401, 'Unauthorized', 'auth', 'no'],
    [403, 'ForbiddenUserInsufficientCapability', 'auth', 'no'],
    [404, 'NotFoundProject', 'not-found', 'no'],
    [400, 'NotFoundIteration', 'not-found', 'no'],
    [429, 'TooManyRequests', 'throttled', 'no'],
    [408, 'RequestTimeout', 'transient', 'unknown'],
    [499, 'ClientClosed', 'transient', 'unknown'],
    [400, 'BadRequestInvalidImportToken', 'refused', 'no'],
    [409, 'Conflict', 'refused', 'no'],
    [400, 'CodeOfTomorrow', 'refused', 'no'],
    [302, 'Found', 'refused', 'unknown'],
    [500, 'ErrorUnknown', 'transient', 'unknown'],
    [500, 'NotFoundButBroken', 'transient', 'unknown'],
    [503, 'ServiceUnavailable', 'transient', 'unknown'],
  ])('%i %s is of the class that says who acts', async (status, code, failureClass, executed) => {
    const error = await failureFor(json({ code, message: 'm' }, status));
    expect(error).toMatchObject({ class: failureClass, code, status, executed });
  });

  it('names the operation, the method and the resource, and says what to do there', async () => {
    const server = await startLoopback(json({ code: 'Unauthorized', message: 'Access denied.' }, 401));
    const client = clientOf(server.url);
    const error = await rejection(client.getTags(PROJECT, never()));
    const host = server.url.replace('http://', '');
    expect((error as Error).message).toBe(
      `GetTags (GET) on ${host} was answered with 401 Unauthorized: Access denied.`,
    );
    expect((error as ReplicationFailure).hint).toContain(host);
    expect((error as ReplicationFailure).hint).toContain('training key');
  });

  it('is quoted in part where it is long', async () => {
    const error = await failureFor({ status: 500, body: 'x'.repeat(100_000) });
    expect((error as Error).message.length).toBeLessThan(500);
  });
});

describe('a success that cannot be used', () => {
  const ok = (body: string, type = 'application/json'): Answer => ({
    status: 200,
    headers: { 'content-type': type },
    body,
  });

  it.each<[string, Answer, string, string]>([
    ['cut short', ok('[{"id":"bc3f7d'), 'BAD_ANSWER', 'cut short'],
    ['not JSON', ok('<html>Sign in</html>', 'text/html'), 'BAD_ANSWER', 'not JSON'],
    ['empty', ok(''), 'BAD_ANSWER', 'empty'],
    ['without a body', { status: 204 }, 'BAD_ANSWER', 'empty'],
    ['not a list', ok('{"code":"x"}'), 'UNREADABLE_ANSWER', 'another shape'],
  ])('because it is %s is a failure that may have taken effect', async (_, answer, code, says) => {
    const error = await failureFor(answer);
    expect(error).toMatchObject({ class: 'transient', code, executed: 'unknown', status: answer.status });
    expect((error as Error).message).toContain(says);
  });

  it('because it is too long is a failure', async () => {
    const error = await failureFor(json(['x'.repeat(2000)]), { limits: { answerInBytes: 1000 } });
    expect(error).toMatchObject({ class: 'transient', code: 'BAD_ANSWER', executed: 'unknown' });
    expect((error as Error).message).toContain('longer than 1000 bytes');
  });
});

describe('a call without an answer', () => {
  async function importFrom(endpoint: string, options: Partial<CustomVisionClientOptions> = {}): Promise<unknown> {
    const client = clientOf(endpoint, options);
    const error = await rejection(client.importProject('token', 'name', never()));
    return error;
  }

  it('had no effect where nobody listens', async () => {
    const server = await startLoopback('hang');
    await server.close();
    const error = await importFrom(server.url);
    expect(error).toMatchObject({ class: 'transient', code: 'NETWORK', executed: 'no', status: null });
    expect((error as Error).message).toContain('ECONNREFUSED');
  });

  it('had no effect where TLS fails', async () => {
    const server = await startLoopback('hang');
    const error = await importFrom(server.url.replace('http:', 'https:'));
    expect(error).toMatchObject({ class: 'transient', code: 'NETWORK', executed: 'no' });
    expect(server.hits).toHaveLength(0);
  });

  it.each<Reply>(['drop', 'cut'])('may have had an effect where the connection breaks (%s)', async (reply) => {
    const server = await startLoopback(reply);
    const error = await importFrom(server.url);
    expect(error).toMatchObject({ class: 'transient', code: 'NETWORK', executed: 'unknown' });
    expect(server.hits).toHaveLength(1);
  });

  it('may have had an effect where it was not answered in time', async () => {
    const server = await startLoopback('hang');
    const error = await importFrom(server.url, { limits: { copyDeadlineInMs: 50 } });
    expect(error).toMatchObject({ class: 'transient', code: 'DEADLINE', executed: 'unknown' });
    expect((error as Error).message).toContain('within 0.05 s');
  });

  it('gives copying a deadline of its own', async () => {
    const server = await startLoopback('hang');
    const limits = { deadlineInMs: 60_000, copyDeadlineInMs: 50, attempts: 1 };
    const client = clientOf(server.url, { limits });
    const error = await rejection(client.exportProject(PROJECT, never()));
    expect(error).toMatchObject({ code: 'DEADLINE' });
  });
});

describe('an access token that is not to be had', () => {
  const entra = (getToken: () => Promise<string>): Partial<CustomVisionClientOptions> => ({
    ...ONCE,
    authorization: { kind: 'entra', getToken },
  });

  it('is a matter for a person, and nothing was sent', async () => {
    const error = await failureFor(
      'hang',
      entra(() => Promise.reject(new Error('No identity is assigned.'))),
    );
    expect(error).toMatchObject({ class: 'auth', code: 'TOKEN_UNAVAILABLE', executed: 'no' });
    expect((error as Error).message).toContain('No identity is assigned.');
  });

  it('is what its source says, where that knows better', async () => {
    const known = new ReplicationFailure('Sign-in is down.', { class: 'transient', code: 'SIGN_IN', hint: 'Wait.' });
    expect(
      await failureFor(
        'hang',
        entra(() => Promise.reject(known)),
      ),
    ).toBe(known);
  });

  it('is not waited for beyond the deadline', async () => {
    const options = { ...entra(() => new Promise<string>(() => undefined)), limits: { attempts: 1, deadlineInMs: 50 } };
    expect(await failureFor('hang', options)).toMatchObject({ code: 'DEADLINE', executed: 'no' });
  });
});

describe('an abort by the caller', () => {
  const reason = new Error('the lease was lost');

  it('ends a call that was not sent yet', async () => {
    const server = await startLoopback(json([]));
    const client = clientOf(server.url);
    expect(await rejection(client.getProjects(AbortSignal.abort(reason)))).toBe(reason);
    expect(server.hits).toHaveLength(0);
  });

  it('ends a call that is under way', async () => {
    const server = await startLoopback('hang');
    const client = clientOf(server.url);
    const controller = new AbortController();
    const arrived = server.nextHit();
    const ended = rejection(client.importProject('token', 'name', controller.signal));
    await arrived;
    controller.abort(reason);
    expect(await ended).toBe(reason);
  });

  it('ends a wait before a repetition', async () => {
    const server = await startLoopback({ status: 503 });
    const controller = new AbortController();
    const timing = {
      ...steeredTiming(),
      sleep: () => {
        controller.abort(reason);
        return Promise.reject(new Error('what a clock says when it is aborted'));
      },
    };
    const client = clientOf(server.url, { timing });
    expect(await rejection(client.getProjects(controller.signal))).toBe(reason);
    expect(server.hits).toHaveLength(1);
  });
});

describe('a secret', () => {
  const signature = 'c2VjcmV0LXNpZ25hdHVyZQ%3D%3D';
  const token = `https://store.blob.core.windows.net/prjexp-1/info?sv=2017-04-17&sig=${signature}&se=2026`;

  function everythingOf(error: unknown): string {
    const parts = [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error)];
    for (let at = error; at instanceof Error; at = at.cause) parts.push(at.message, at.stack ?? '', JSON.stringify(at));
    return parts.join('\n');
  }

  function expectNoSecretIn(error: unknown): void {
    expect(isFailure(error)).toBe(true);
    const everything = everythingOf(error);
    for (const secret of [KEY, token, signature, encodeURIComponent(signature), 'c2VjcmV0LXNpZ25hdHVyZQ']) {
      expect(everything).not.toContain(secret);
    }
  }

  it.each<[string, Reply]>([
    ['in JSON', (hit) => json({ code: 'BadRequest', message: `Bad: ${JSON.stringify(hit)} ${token}` }, 400)],
    [
      'in HTML',
      (hit) => html(411, `<p>${hit.target.replaceAll('&', '&amp;')} ${KEY} ${token.replaceAll('&', '&amp;')}</p>`),
    ],
    ['in text', (hit) => ({ status: 500, body: `${hit.target} ${decodeURIComponent(hit.target)} ${KEY}` })],
    ['in a success that is cut short', () => ({ status: 200, body: `{"token":"${token}` })],
    ['in a success of another shape', () => json({ [token]: token, id: token, name: 7, status: token })],
    ['in an answer that is not HTTP', 'babble'],
    ['before an answer breaks off', 'cut'],
    ['before the connection breaks without one', 'drop'],
  ])('that the service repeats %s does not reach an error', async (_, reply) => {
    const server = await startLoopback(reply);
    const client = clientOf(server.url, ONCE);
    expectNoSecretIn(await rejection(client.importProject(token, 'name', never())));
    expectNoSecretIn(await rejection(client.exportIteration(PROJECT, ITERATION, 'ONNX', null, never())));
  });

  it('that is an access token does not reach an error', async () => {
    const getToken = () => Promise.resolve('eyJ0.access.token-value');
    const reply: Reply = (hit) => ({ status: 401, body: `Not you: ${hit.headers.authorization ?? ''}` });
    const error = await failureFor(reply, { ...ONCE, authorization: { kind: 'entra', getToken } });
    expect((error as Error).message).toContain('Not you');
    expect(everythingOf(error)).not.toContain('eyJ0.access.token-value');
  });

  it('in the words of the token source does not reach an error', async () => {
    const getToken = () => Promise.reject(new Error(`GET https://login?client=1&secret=hidden-word failed: ${token}`));
    const error = await failureFor('hang', { ...ONCE, authorization: { kind: 'entra', getToken } });
    expectNoSecretIn(error);
    expect(everythingOf(error)).not.toContain('hidden-word');
    expect((error as Error).message).toContain('https://login');
  });

  it('that is a key which no header can hold is not quoted', async () => {
    const error = await failureFor('hang', { ...ONCE, authorization: { kind: 'key', key: `${KEY}\r\n` } });
    expect(error).toMatchObject({ class: 'auth', code: 'UNSENDABLE', executed: 'no' });
    expectNoSecretIn(error);
  });
});
