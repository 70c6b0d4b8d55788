import { lowerCased, spellingsOf } from '../support/canaries.ts';
import { clientOf, closeAll, json, KEY, never, rejection, startLoopback, type Answer } from './loopback.ts';

afterEach(closeAll);

const TOKEN = 'opaque&import "token" 7f3a/9+=';
const text = { status: 400, headers: { 'content-type': 'text/plain' } };

const SHAPES: readonly [string, (quoted: string) => Answer][] = [
  ['flat JSON', (quoted) => json({ code: 'BadRequestInvalidImportToken', message: `Bad: ${quoted}` }, 400)],
  ['nested JSON', (quoted) => json({ error: { code: '400', message: `Bad: ${quoted}` } }, 400)],
  ['JSON of the gateway', (quoted) => json({ statusCode: 400, message: `Bad: ${quoted}` }, 400)],
  ['JSON of another shape', (quoted) => json({ detail: `Bad: ${quoted}` }, 400)],
  ['HTML', (quoted) => ({ ...text, headers: { 'content-type': 'text/html' }, body: `<h2>Bad: ${quoted}</h2>` })],
  ['text', (quoted) => ({ ...text, body: `Bad: ${quoted}` })],
  [
    'a header',
    (quoted) => ({
      ...json({ message: 'Bad: you' }, 400),
      headers: { 'apim-request-id': lowerCased(encodeURIComponent(quoted)) },
    }),
  ],
  ['a code', (quoted) => json({ code: quoted, message: 'Bad: you' }, 400)],
];

describe.each([
  ['an import token that looks like nothing', TOKEN],
  ['the key', KEY],
])('%s is known by its call', (_what, secret) => {
  it.each(SHAPES)('and reaches no error that echoes it in %s, however it is written', async (_shape, answer) => {
    for (const spelling of spellingsOf(secret)) {
      const { url } = await startLoopback(answer(spelling));
      const error = (await rejection(clientOf(url).importProject(TOKEN, 'name', never()))) as Error;
      const everything = `${error.message} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(everything).toContain('ImportProject');
      expect(everything).toContain('Bad: ');
      expect(everything).not.toContain('7f3a');
      expect(everything).not.toContain(KEY);
    }
  });
});

it('a failure carries the id by which support finds the request', async () => {
  const body = json({ code: 'BadRequest', message: 'No.' }, 400);
  const both = { 'apim-request-id': 'of-the-gateway', 'x-ms-request-id': 'of-the-service' };
  for (const [headers, requestId] of [
    [both, 'of-the-gateway'],
    [{ 'x-ms-request-id': 'of-the-service' }, 'of-the-service'],
    [{}, null],
  ] as const) {
    const { url } = await startLoopback(
      { ...body, headers: { ...headers } },
      { status: 200, headers: { ...headers }, body: '{' },
    );
    const client = clientOf(url, { limits: { attempts: 1 } });
    expect(await rejection(client.getProjects(never()))).toMatchObject({ code: 'BadRequest', requestId });
    expect(await rejection(client.getProjects(never()))).toMatchObject({ code: 'BAD_ANSWER', requestId });
  }
});
