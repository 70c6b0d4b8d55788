import { delayInSeconds, isHealedByProgress, recordFailure } from '../../../src/core/facts/backoff.ts';
import { FAILURE_CLASSES, needsPerson } from '../../../src/core/facts/failure.ts';
import { aFailure, after, aRecordFailure, timeAfter } from '../../support/builders.ts';

const retried = FAILURE_CLASSES.filter((failureClass) => !needsPerson(failureClass));
const delays = (failureClass: (typeof FAILURE_CLASSES)[number]): number[] =>
  [1, 2, 3, 4, 5, 10, 40, 1_000].map((attempts) => delayInSeconds(aFailure({ class: failureClass }), attempts));

describe.each(retried)('the delay after a failure of class %s', (failureClass) => {
  test('is never none, never shrinks and has a limit', () => {
    const all = delays(failureClass);
    expect(Math.min(...all)).toBeGreaterThan(0);
    expect(all).toEqual(all.toSorted((left, right) => left - right));
    expect(all.at(-1)).toBe(all.at(-2));
    expect(all.at(-1)).toBeLessThanOrEqual(86_400);
  });

  test.each([1, 3, 1_000])('is never shorter than the service asked for, at attempt %d', (attempts) => {
    for (const retryAfterInSeconds of [0.2, 7.5, 100_000]) {
      const delay = delayInSeconds(aFailure({ class: failureClass, retryAfterInSeconds }), attempts);
      expect(delay).toBeGreaterThanOrEqual(retryAfterInSeconds);
      expect(Number.isInteger(delay)).toBe(true);
    }
  });

  test('is not shortened by a service that asks for less', () => {
    const failure = aFailure({ class: failureClass, retryAfterInSeconds: 0 });
    expect(delayInSeconds(failure, 3)).toBe(delayInSeconds(aFailure({ class: failureClass }), 3));
  });
});

test.each(['transient', 'throttled', 'wait', 'partial-import', 'refused', 'bug'] as const)(
  'the delay grows while failures of class %s go on',
  (failureClass) => {
    const [first = 0, second = 0, third = 0] = delays(failureClass);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
  },
);

describe('what a record says of a failure', () => {
  const now = after(100);

  test('has the words of the failure and the time of the next attempt', () => {
    const failure = aFailure({ class: 'throttled', code: '429', retryAfterInSeconds: 3_000, requestId: 'abc-1' });
    expect(recordFailure(null, failure, now, 0)).toEqual({
      class: 'throttled',
      code: '429',
      message: failure.message,
      hint: failure.hint,
      needsPerson: false,
      attempts: 1,
      since: timeAfter(100),
      nextAttemptAt: timeAfter(3_100),
      requestId: 'abc-1',
    });
  });

  test('counts failures of one class in a row, since the first of them', () => {
    const earlier = aRecordFailure({ class: 'transient', attempts: 3, since: timeAfter(5) });
    const failure = aFailure({ class: 'transient', code: 'CONNECTION_RESET' });
    expect(recordFailure(earlier, failure, now, 0)).toMatchObject({
      code: 'CONNECTION_RESET',
      attempts: 4,
      since: timeAfter(5),
    });
  });

  test('starts anew with another class', () => {
    const earlier = aRecordFailure({ class: 'transient', attempts: 3, since: timeAfter(5) });
    const recorded = recordFailure(earlier, aFailure({ class: 'refused' }), now, 0);
    expect(recorded).toMatchObject({ attempts: 1, since: timeAfter(100) });
  });

  test('counts failed imports even where other failures came between them', () => {
    const between = aRecordFailure({ class: 'transient', attempts: 9 });
    expect(recordFailure(between, aFailure({ class: 'partial-import' }), now, 4)).toMatchObject({ attempts: 4 });
  });

  test('is of a first attempt at least', () => {
    expect(recordFailure(null, aFailure({ class: 'partial-import' }), now, 0).attempts).toBe(1);
  });

  test('puts the next attempt further off with every failed import', () => {
    const failure = aFailure({ class: 'partial-import' });
    const next = (failedImports: number) =>
      Date.parse(recordFailure(null, failure, now, failedImports).nextAttemptAt ?? '');
    expect(next(2)).toBeGreaterThan(next(1));
  });

  test.each(['auth', 'diverged'] as const)('has no next time where a person is needed: %s', (failureClass) => {
    const recorded = recordFailure(null, aFailure({ class: failureClass, retryAfterInSeconds: 5 }), now, 0);
    expect(recorded).toMatchObject({ needsPerson: true, nextAttemptAt: null });
  });

  test.each(retried)('has a next time, after now, where none is needed: %s', (failureClass) => {
    const recorded = recordFailure(null, aFailure({ class: failureClass }), now, 1);
    expect(recorded.needsPerson).toBe(false);
    expect(Date.parse(recorded.nextAttemptAt ?? '')).toBeGreaterThan(now.getTime());
  });
});

describe('progress', () => {
  test.each(['transient', 'throttled', 'wait', 'auth', 'quota', 'not-found', 'conflict', 'diverged'])(
    'ends a failure: %s',
    (was) => {
      expect(isHealedByProgress(aRecordFailure({ class: was }))).toBe(true);
    },
  );

  test.each(['partial-import', 'refused', 'bug', 'a class of an older version'])(
    'does not end a failure that only a complete copy disproves: %s',
    (was) => {
      expect(isHealedByProgress(aRecordFailure({ class: was }))).toBe(false);
    },
  );
});
