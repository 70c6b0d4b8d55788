import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { isSignInOn } from '../../src/app/sign-in.ts';
import { reading } from '../../src/functions/reading.ts';

const FOLDER = join(__dirname, '..', '..', 'src', 'functions');

async function read(isOn: boolean, headers: Record<string, string>): Promise<HttpResponseInit> {
  const handler = reading(() => ({ body: 'the status' }), isOn);
  const request = new HttpRequest({ method: 'GET', url: 'http://127.0.0.1/api/status', headers });
  return await handler(request, new InvocationContext({ logHandler: () => undefined }));
}

test('who is signed in reads without a key', async () => {
  expect(await read(true, { 'x-ms-client-principal-id': 'a2f1' })).toEqual({ body: 'the status' });
});

test.each([[{}], [{ 'x-ms-client-principal-id': '' }]])(
  'nobody reads whom App Service does not know, though it let them through: %j',
  async (headers) => {
    const { status, body } = await read(true, headers);
    expect(status).toBe(401);
    expect(JSON.parse(body as string)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  },
);

test('without sign-in the host has asked for a key, and no header counts for anything', async () => {
  expect(await read(false, {})).toEqual({ body: 'the status' });
});

test.each([
  [{ WEBSITE_AUTH_ENABLED: 'True' }, true],
  [{ WEBSITE_AUTH_ENABLED: 'true' }, true],
  [{ WEBSITE_AUTH_ENABLED: 'False' }, false],
  [{ WEBSITE_AUTH_ENABLED: '' }, false],
  [{}, false],
])('App Service says whether people sign in: %j', (env, isOn) => {
  expect(isSignInOn(env)).toBe(isOn);
});

describe('of the functions', () => {
  const registrations = readdirSync(FOLDER).flatMap((file) =>
    readFileSync(join(FOLDER, file), 'utf8').split('functions.http(').slice(1),
  );

  test('each that asks for no key where people sign in looks whether somebody has', () => {
    const open = registrations.filter((text) => text.includes('authLevel: READING'));
    expect(open.length).toBeGreaterThan(4);
    for (const text of open) expect(text).toMatch(/authLevel: READING,\s+handler: reading\(/);
  });

  test('none that changes anything is among them', () => {
    for (const text of registrations.filter((one) => one.includes('READING'))) {
      expect(/methods: \[([^\]]*)\]/.exec(text)?.[1]).toBe("'GET'");
    }
  });
});
