import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import { answeringPage, type Answer } from '../../src/functions/answering-page.ts';

const ANSWER: Answer = {
  status: 203,
  body: { one: 1 },
  page: ({ isLinked }) => `<p>${isLinked ? 'linked' : 'unlinked'}</p>`,
};

const FAILURE = new ReplicationFailure('Storage <b>did not</b> answer.', {
  class: 'transient',
  code: 'STORAGE_UNREACHABLE',
  hint: 'It is tried again.',
});

async function answer(handler: () => Promise<Answer>, accept: string | null, query = ''): Promise<HttpResponseInit> {
  const url = `http://127.0.0.1/api/status${query}`;
  const request = new HttpRequest({
    method: 'GET',
    url,
    ...(accept !== null && { headers: { accept } }),
    query: Object.fromEntries(new URL(url).searchParams),
  });
  return answeringPage(handler)(request, new InvocationContext({ logHandler: () => undefined }));
}

const given = () => Promise.resolve(ANSWER);
const failing = (error: Error) => () => Promise.reject(error);

test.each([['*/*'], [null], ['application/json']])('Accept %s is answered in JSON', async (accept) => {
  const { status, headers, body } = await answer(given, accept);
  expect([status, body]).toEqual([203, '{\n  "one": 1\n}\n']);
  expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
});

test('a browser is answered with a page that may do nothing', async () => {
  const { status, headers, body } = await answer(given, 'text/html');
  expect([status, body]).toEqual([203, '<p>linked</p>']);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("default-src 'none'") as string,
    'referrer-policy': 'no-referrer',
  });
});

test('a page that was opened with a key in its address has no links, since they would need the key', async () => {
  expect((await answer(given, 'text/html', '?code=k3y')).body).toBe('<p>unlinked</p>');
});

test('a failure that says what to do is told either way', async () => {
  const page = await answer(failing(FAILURE), 'text/html');
  expect(page.status).toBe(503);
  expect(page.body).toContain('Storage &lt;b&gt;did not&lt;/b&gt; answer.');
  const json = await answer(failing(FAILURE), null);
  expect(json.status).toBe(503);
  expect(JSON.parse(json.body as string)).toMatchObject({ code: 'STORAGE_UNREACHABLE', hint: 'It is tried again.' });
});

test('so is one of the page’s own making', async () => {
  const late = () => Promise.resolve({ ...ANSWER, page: () => Promise.reject(FAILURE) });
  expect((await answer(late, 'text/html')).status).toBe(503);
});

test('what was not foreseen is left to the host', async () => {
  await expect(answer(failing(new TypeError('x')), 'text/html')).rejects.toThrow(TypeError);
});
