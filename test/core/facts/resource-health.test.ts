import {
  afterCall,
  asOf,
  isNews,
  latest,
  NEVER_ASKED,
  type ResourceHealth,
} from '../../../src/core/facts/resource-health.ts';
import { ReplicationFailure, type FailureClass } from '../../../src/core/facts/failure.ts';
import { after, timeAfter } from '../../support/builders.ts';

const failing = (failureClass: FailureClass, code = 'CODE') =>
  new ReplicationFailure('m', { class: failureClass, code, hint: 'h' });

/** What a number of calls show, each some seconds after the start and with its failure, if any. */
function seen(...calls: readonly (readonly [number, ReplicationFailure | null])[]): ResourceHealth {
  return calls.reduce<ResourceHealth>(
    (before, [at, failure]) => afterCall(before, { at: after(at), failure }),
    NEVER_ASKED,
  );
}

describe('what calls show of a resource', () => {
  test.each<[string, ReplicationFailure | null, ResourceHealth['state']]>([
    ['an answer', null, 'answers'],
    ['no connection, no answer in time, or a 5xx', failing('transient'), 'unreachable'],
    ['a key or a role that is refused', failing('auth'), 'refuses'],
    ['a 429', failing('throttled'), 'throttles'],
    ['its disaster recovery mode', failing('wait', 'ForbiddenDRModeEnabled'), 'read-only'],
    ['that something is not there', failing('not-found'), 'answers'],
    ['that a request is wrong', failing('refused'), 'answers'],
    ['that it is full', failing('quota'), 'answers'],
  ])('%s', (_, failure, state) => {
    const health = seen([0, failure]);
    expect([health.state, health.since, health.lastAskedAt]).toEqual([state, timeAfter(0), timeAfter(0)]);
    expect(health.lastAnsweredAt).toBe(state === 'answers' ? timeAfter(0) : null);
  });

  it('is since when it is so, and when it last answered', () => {
    const health = seen([0, null], [60, failing('transient', 'FIRST')], [120, failing('transient', 'SECOND')]);
    expect(health).toMatchObject({ state: 'unreachable', since: timeAfter(60), lastAnsweredAt: timeAfter(0) });
    expect(health.failure?.code).toBe('SECOND');
    expect(seen([0, null], [60, failing('auth')], [61, null])).toMatchObject({
      ...{ state: 'answers', since: timeAfter(61), lastAnsweredAt: timeAfter(61), failure: null },
    });
  });

  it('is nothing bad where one call fails among others that are answered', () => {
    expect(seen([0, null], [5, failing('transient')], [20, failing('transient')]).state).toBe('answers');
    expect(seen([0, null], [5, failing('transient')], [31, failing('transient')]).state).toBe('unreachable');
  });
});

describe('what two hosts have seen', () => {
  it('is what was seen last, and for as long as either has', () => {
    const first = seen([0, null], [60, failing('transient')]);
    const second = seen([30, null], [90, failing('transient')]);
    for (const merged of [latest(first, second), latest(second, first)]) {
      expect(merged).toMatchObject({ since: timeAfter(60), lastAnsweredAt: timeAfter(30), lastAskedAt: timeAfter(90) });
    }
    expect(latest(first, seen([100, null]))).toMatchObject({ state: 'answers', since: timeAfter(100) });
    expect(latest(NEVER_ASKED, first)).toEqual(first);
  });
});

test('a new state is stored at once, and that it goes on each minute', () => {
  const stored = seen([0, null]);
  expect(isNews(stored, seen([0, null], [59, null]))).toBe(false);
  expect(isNews(stored, seen([0, null], [61, null]))).toBe(true);
  expect(isNews(stored, seen([0, null], [40, failing('auth')]))).toBe(true);
  expect(isNews(NEVER_ASKED, stored)).toBe(true);
  expect(isNews(stored, NEVER_ASKED)).toBe(false);
});

test('what was last seen longer ago than a look is due says nothing any more', () => {
  const health = seen([0, null]);
  expect(asOf(health, false)).toEqual(health);
  expect(asOf(health, true)).toMatchObject({ state: 'unknown', lastAnsweredAt: timeAfter(0) });
});
