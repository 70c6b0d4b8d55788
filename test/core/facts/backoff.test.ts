import {
  budgetOf,
  delayInSeconds,
  isHealedBy,
  isHealedByProgress,
  recordFailure,
} from '../../../src/core/facts/backoff.ts';
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

/** What heals itself has no budget; whatever does not is a person's after so many attempts in a row. */
const BUDGETS: readonly (readonly [(typeof FAILURE_CLASSES)[number], string, number | null])[] = [
  ['transient', 'HTTP_503', null],
  ['throttled', 'HTTP_429', null],
  ['wait', 'DR_MODE', null],
  ['wait', 'BadRequestExportWhileTraining', null],
  ['wait', 'TARGET_NOT_LOOKED_AT', null],
  ['wait', 'SOURCE_NOT_READY', 96],
  ['wait', 'COPY_LACKS_MODELS', 96],
  ['quota', 'NO_FREE_SLOT', 96],
  ['quota', 'BadRequestExceededQuota', 96],
  ['auth', 'HTTP_403', 1],
  ['partial-import', 'IMPORT_INCOMPLETE', null],
  ['diverged', 'REPLICA_CHANGED', 1],
  ['not-found', 'NotFoundProject', 8],
  ['refused', 'BadRequestInvalidPublishTarget', 6],
  ['refused', 'SOURCE_NOT_READY', 6],
  ['conflict', 'DOCUMENT_CHANGED', null],
  ['bug', 'UNEXPECTED', 6],
];

describe('what nobody heals becomes a person’s', () => {
  const now = after(100);
  const after1000 = (failure: Parameters<typeof recordFailure>[1]) => {
    const all = [recordFailure(null, failure, now, 1)];
    for (let attempt = 2; attempt <= 1_000; attempt += 1) all.push(recordFailure(all.at(-1)!, failure, now, attempt));
    return all;
  };

  test('every class is in the table', () => {
    expect(new Set(BUDGETS.map(([failureClass]) => failureClass))).toEqual(new Set(FAILURE_CLASSES));
  });

  test.each(BUDGETS)('%s %s: after %s attempts', (failureClass, code, budget) => {
    expect(budgetOf(failureClass, code)).toBe(budget);
    const all = after1000(aFailure({ class: failureClass, code }));
    const parked = all.findIndex(({ needsPerson: isParked }) => isParked);
    expect(parked).toBe(budget === null ? -1 : budget - 1);
    for (const [index, { needsPerson: isParked, nextAttemptAt }] of all.entries()) {
      expect(isParked).toBe(budget !== null && index >= budget - 1);
      expect(nextAttemptAt === null).toBe(isParked);
    }
  });

  test('a refusal is a person’s within a few hours', () => {
    const delays = [1, 2, 3, 4, 5].map((attempts) => delayInSeconds(aFailure({ class: 'refused' }), attempts));
    expect(delays.reduce((sum, delay) => sum + delay)).toBeLessThanOrEqual(3 * 3_600);
  });

  test('is not counted anew because what passes came between', () => {
    const refused = aFailure({ class: 'refused' });
    let failure = recordFailure(null, refused, now, 0);
    for (let attempt = 2; attempt <= 6; attempt += 1) {
      failure = recordFailure(failure, aFailure({ class: 'transient' }), after(100 + attempt), 0);
      failure = recordFailure(failure, aFailure({ class: 'throttled' }), after(100 + attempt), 0);
      expect(failure).toMatchObject({ class: 'throttled', attempts: 1, needsPerson: false });
      failure = recordFailure(failure, refused, after(100 + attempt), 0);
      expect(failure).toMatchObject({ attempts: attempt, since: timeAfter(100) });
    }
    expect(failure.needsPerson).toBe(true);
    expect(failure.interrupted).toBeUndefined();
  });
});

describe('what was refused', () => {
  const refused = recordFailure(null, aFailure({ class: 'refused' }), after(100), 0, 'publish');

  test.each([
    ['is over once it is accepted', 'publish', true],
    ['is not over because something else was done', 'rename', false],
  ])('%s', (_, done, expected) => {
    expect(isHealedBy(refused, done)).toBe(expected);
  });

  test('is not over because of a look, nor is what a look found', () => {
    const found = recordFailure(null, aFailure({ class: 'quota' }), after(100), 0, 'look at source');
    expect(isHealedBy(found, 'look at source', true)).toBe(false);
    expect(isHealedBy({ ...refused, step: 'look at source' }, 'look at source', true)).toBe(true);
  });

  test('is not over where the copy was incomplete, until one is complete', () => {
    const partial = recordFailure(null, aFailure({ class: 'partial-import' }), after(100), 1, 'discard');
    expect(isHealedBy(partial, 'discard')).toBe(false);
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
