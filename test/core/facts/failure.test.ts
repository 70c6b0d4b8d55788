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
