import type { AccessToken } from '@azure/core-auth';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cognitiveServicesToken, credentialFor, punctual, type Identity } from '../../src/app/credentials.ts';

const LIMIT_IN_MS = 50;
const TOKEN: AccessToken = { token: 'a token', expiresOnTimestamp: 0 };
const never = new AbortController().signal;

function hanging() {
  const signals: (AbortSignal | undefined)[] = [];
  return {
    signals,
    getToken: (_scopes: string | string[], options?: { abortSignal?: unknown }): Promise<AccessToken> => {
      signals.push(options?.abortSignal as AbortSignal);
      return new Promise(() => undefined);
    },
  };
}

test('an identity that never answers ends as a failure that heals by itself, and is told to stop', async () => {
  const identity = hanging();
  await expect(cognitiveServicesToken(punctual(identity, LIMIT_IN_MS), never)).rejects.toMatchObject({
    class: 'transient',
    code: 'SIGN_IN_UNAVAILABLE',
    executed: 'no',
    message: 'Microsoft Entra ID gave no token within 0.05 s.',
  });
  expect(identity.signals).toMatchObject([{ aborted: true }]);
});

test('a token that comes in time is given as it came', async () => {
  const credential = punctual({ getToken: () => Promise.resolve(TOKEN) }, LIMIT_IN_MS);
  expect(await credential.getToken('scope')).toBe(TOKEN);
});

test('a caller that gives up is not kept waiting', async () => {
  const caller = new AbortController();
  const asking = punctual(hanging()).getToken('scope', { abortSignal: caller.signal });
  const reason = new Error('given up');
  caller.abort(reason);
  await expect(asking).rejects.toBe(reason);
});

describe('the identity, asked where Azure gives it', () => {
  const asked: (string | null)[] = [];
  const platform = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://platform');
    asked.push(searchParams.get('client_id') ?? searchParams.get('mi_res_id'));
    const expires = Math.round(Date.now() / 1_000) + 3_600;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: 'a token', expires_on: String(expires), token_type: 'Bearer' }));
  });
  const before = { ...process.env };

  beforeAll(async () => {
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${(platform.address() as AddressInfo).port}/token`;
    process.env['IDENTITY_HEADER'] = 'header';
    process.env['AZURE_CLIENT_ID'] = ELSEWHERE;
  });
  afterAll(() => {
    process.env = before;
    platform.close();
  });
  beforeEach(() => (asked.length = 0));

  const ELSEWHERE = '5d3f6a0e-2b0c-4c57-9f0e-8f4b7f1f6f11';
  const CLIENT = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
  const RESOURCE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i';
  const none = { clientId: null, managedIdentityResourceId: null };

  // As the Functions host does for its triggers: another identity than theirs might lack what they have.
  it.each<[string, Identity, string | null]>([
    ['managedidentity alone is the system-assigned one', { credential: 'managedidentity', ...none }, null],
    ['… with a client is that one', { credential: 'managedidentity', ...none, clientId: CLIENT }, CLIENT],
    [
      '… with an ARM id is that one',
      { credential: 'managedidentity', ...none, managedIdentityResourceId: RESOURCE },
      RESOURCE,
    ],
    ['no credential is what the surroundings name', { credential: null, ...none }, ELSEWHERE],
  ])('%s', async (_, identity, expected) => {
    const { token } = (await credentialFor(identity).getToken('https://storage.azure.com/.default')) ?? {};
    expect(token).toBe('a token');
    expect(asked).toEqual([expected]);
  });
});
