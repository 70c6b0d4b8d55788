import type { AccessToken } from '@azure/core-auth';
import { cognitiveServicesToken, punctual } from '../../src/app/credentials.ts';

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
