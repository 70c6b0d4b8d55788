import { inspect } from 'node:util';
import {
  FAILURE_CLASSES,
  isFailure,
  needsPerson,
  ReplicationFailure,
  toFailure,
} from '../../../src/core/facts/failure.ts';
import { aFailure } from '../../support/builders.ts';

describe('a failure', () => {
  test('is an error with its cause and a hint', () => {
    const cause = new Error('socket hang up');
    const failure = aFailure({ cause });
    expect(failure).toBeInstanceOf(Error);
    expect(failure).toMatchObject({ name: 'ReplicationFailure', cause, hint: 'It is tried again.' });
  });

  test('may have taken effect unless it is known that it did not', () => {
    expect(aFailure().executed).toBe('unknown');
    expect(aFailure({ executed: 'no' }).executed).toBe('no');
  });

  test('has nothing made up where there was no answer', () => {
    expect(aFailure()).toMatchObject({ status: null, retryAfterInSeconds: null });
    expect(aFailure({ status: 429, retryAfterInSeconds: 0 })).toMatchObject({ status: 429, retryAfterInSeconds: 0 });
    expect('cause' in aFailure()).toBe(false);
  });
});

describe('the texts of a failure', () => {
  const CANARY = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';

  test('are masked by name and shape, whoever made it', () => {
    const failure = new ReplicationFailure(`AccountKey=${CANARY}`, {
      class: 'refused',
      code: `Bad?x=${CANARY}`,
      hint: `See https://x/y?sig=${CANARY}`,
      requestId: `token=${CANARY}`,
      cause: Object.assign(new Error(`"token":"${CANARY}"`, { cause: `Bearer ${CANARY}` }), { request: CANARY }),
    });
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(CANARY);
    expect(failure).toMatchObject({ message: 'AccountKey=***', hint: 'See https://x/y?sig=***', requestId: null });
  });

  test('are masked where it was not foreseen', () => {
    const failure = toFailure(new TypeError(`Training-Key: ${CANARY}`));
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(CANARY);
    expect(failure.message).toBe('Training-Key: ***');
  });

  test('are masked by whoever knows more, what caused it too', () => {
    const mask = (text: string): string => text.replaceAll('odd', '***');
    const failure = aFailure({ mask, code: 'odd', hint: 'odd', requestId: 'odd-1', cause: new Error('odd') });
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('odd');
    expect(JSON.stringify(failure)).not.toContain('odd');
  });

  test('keep the request id that support asks for, where it looks like one', () => {
    expect(aFailure({ requestId: '0f8fad5b-d9cb-469f-a165-70867728950e' }).requestId).toMatch(/^0f8fad5b/);
    expect(aFailure({ requestId: 'a b<c>' }).requestId).toBeNull();
    expect(aFailure().requestId).toBeNull();
  });
});

describe('any thrown value', () => {
  test('is itself where it is a failure already', () => {
    const failure = aFailure();
    expect(toFailure(failure)).toBe(failure);
  });

  test('is a bug that keeps its cause where it was not foreseen', () => {
    const error = new TypeError('x is not a function');
    const failure = toFailure(error);
    expect(failure).toBeInstanceOf(ReplicationFailure);
    expect(failure).toMatchObject({ class: 'bug', message: 'x is not a function', cause: error, executed: 'unknown' });
  });

  test.each(['text', 42, null, undefined, { odd: true }])('is a bug even where it is no error: %p', (thrown) => {
    expect(toFailure(thrown).class).toBe('bug');
  });
});

test('failures are told apart from other errors, and by class', () => {
  const failure = aFailure({ class: 'not-found' });
  expect(isFailure(failure)).toBe(true);
  expect(isFailure(failure, 'not-found')).toBe(true);
  expect(isFailure(failure, 'auth')).toBe(false);
  expect(isFailure(new Error('not-found'))).toBe(false);
  expect(isFailure({ class: 'not-found' })).toBe(false);
});

test('only a missing right and somebody’s change need a person', () => {
  expect(FAILURE_CLASSES.filter(needsPerson)).toEqual(['auth', 'diverged']);
});
