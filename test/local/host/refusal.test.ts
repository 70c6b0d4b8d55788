import { AggregateAuthenticationError, AuthenticationError, CredentialUnavailableError } from '@azure/identity';
import { RestError } from '@azure/storage-queue';
import { isRefusal } from '../../../src/local/host/refusal.ts';

const answered = (statusCode: number) => new RestError('no', { statusCode });

const cases: [string, Error, boolean][] = [
  ['a 403', answered(403), true],
  ['a 401', answered(401), true],
  ['no credential', new CredentialUnavailableError('none'), true],
  ['no credential of several', new AggregateAuthenticationError([new CredentialUnavailableError('none')]), true],
  ['no token', new AuthenticationError(400, { error: 'invalid_client', error_description: 'no' }), true],
  ['a queue that is not there', answered(404), false],
  ['a fault of the service', answered(503), false],
  ['too many calls', answered(429), false],
  ['nobody who answers', new RestError('refused', { code: 'ECONNREFUSED' }), false],
  ['anything else', new Error('403'), false],
];

test.each(cases)('%s is a refusal, or is not: %#', (_, error, expected) => {
  expect(isRefusal(error)).toBe(expected);
});
