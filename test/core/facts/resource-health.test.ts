import {
  afterCall,
  asOf,
  type CallOutcome,
  isNews,
  latest,
  NEVER_ASKED,
  type ResourceHealth,
  resourceHealthSchema,
} from '../../../src/core/facts/resource-health.ts';
import { ReplicationFailure, type FailureClass } from '../../../src/core/facts/failure.ts';
import { after, timeAfter } from '../../support/builders.ts';

const failing = (failureClass: FailureClass, code = 'CODE') =>
  new ReplicationFailure('m', { class: failureClass, code, hint: 'h' });

const withStatus = (failureClass: FailureClass, code: string, status: number) =>
  new ReplicationFailure('m', { class: failureClass, code, hint: 'h', status });
const noConnection = new ReplicationFailure('m', { class: 'transient', code: 'NETWORK', hint: 'h', executed: 'no' });
const noToken = new ReplicationFailure('m', { class: 'auth', code: 'TOKEN_UNAVAILABLE', hint: 'h', executed: 'no' });
const refusedKey = withStatus('auth', 'HTTP_401', 401);
const readOnly = withStatus('wait', 'ForbiddenDRModeEnabled', 403);

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
    expect(seen([0, null], [5, failing('transient')], [61, failing('transient')]).state).toBe('unreachable');
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
  expect(isNews(stored, seen([0, null], [40, refusedKey]))).toBe(true);
  expect(isNews(NEVER_ASKED, stored)).toBe(true);
  expect(isNews(stored, NEVER_ASKED)).toBe(false);
});

test('what was last seen longer ago than a look is due says nothing any more', () => {
  const health = seen([0, null]);
  expect(asOf(health, false)).toEqual(health);
  expect(asOf(health, true)).toMatchObject({ state: 'unknown', lastAnsweredAt: timeAfter(0) });
});

describe('a call that fails soon after an answer', () => {
  const after30 = (failure: ReplicationFailure, more: Partial<CallOutcome> = {}) =>
    afterCall(seen([0, null]), { at: after(30), failure, ...more }).state;

  test.each<[string, ReplicationFailure, Partial<CallOutcome>, ResourceHealth['state']]>([
    ['is about its project: 500', withStatus('transient', 'HTTP_500', 500), {}, 'answers'],
    ['is about its project: 403', withStatus('auth', 'HTTP_403', 403), {}, 'answers'],
    ['is about its project: 429', withStatus('throttled', 'HTTP_429', 429), {}, 'answers'],
    ['is about the resource where all projects were asked for', failing('transient'), { isOfAll: true }, 'unreachable'],
    ['is about the resource where nothing could connect', noConnection, {}, 'unreachable'],
    ['is about the resource where there was no token', noToken, {}, 'refuses'],
    ['is about the resource where the key was refused', refusedKey, {}, 'refuses'],
    ['is about the resource where it is read-only', readOnly, { isWrite: true }, 'read-only'],
  ])('%s', (_, failure, more, state) => {
    expect(after30(failure, more)).toBe(state);
  });

  it('is about its project too where it was tried for so long that it ended long after', () => {
    const failure = failing('transient', 'DEADLINE');
    expect(afterCall(seen([0, null]), { startedAt: after(20), at: after(300), failure }).state).toBe('answers');
    expect(afterCall(seen([0, null]), { startedAt: after(61), at: after(300), failure }).state).toBe('unreachable');
  });
});

test.each<[string, ReplicationFailure, ResourceHealth['state']]>([
  ['JSON that makes no sense is the service', failing('transient', 'UNREADABLE_ANSWER'), 'answers'],
  ['a page that is no JSON may be anybody', failing('transient', 'BAD_ANSWER'), 'unreachable'],
  ['403 that is out of volume', withStatus('throttled', 'HTTP_403', 403), 'throttles'],
  ['what was never sent shows nothing', failing('bug', 'BAD_ARGUMENT'), 'unknown'],
])('%s', (_, failure, state) => {
  expect(seen([0, failure]).state).toBe(state);
});

describe('a resource in its disaster recovery mode', () => {
  const isWrite = true;

  it('is read-only as long as reads alone are answered', () => {
    const health = seen([0, readOnly], [600, null]);
    expect(health).toMatchObject({ state: 'read-only', since: timeAfter(0), lastAnsweredAt: timeAfter(600) });
  });

  it('answers again with the first write that succeeds, or by a read an hour later', () => {
    const before = seen([0, readOnly]);
    expect(afterCall(before, { at: after(600), isWrite, failure: null }).state).toBe('answers');
    expect(afterCall(before, { at: after(3_601), failure: null }).state).toBe('answers');
  });
});

describe('a state that two hosts have seen', () => {
  const down = failing('transient');

  test.each<[string, ResourceHealth, ResourceHealth, Partial<ResourceHealth>]>([
    [
      'began anew where it answered one of them in between',
      seen([0, down]),
      seen([180, null], [300, down]),
      { state: 'unreachable', since: timeAfter(300), lastAnsweredAt: timeAfter(180) },
    ],
    [
      'began anew where an outage of the other came between',
      seen([0, null]),
      seen([180, down], [300, null]),
      { state: 'answers', since: timeAfter(300) },
    ],
    [
      'did not begin before the other saw another one',
      seen([0, null], [300, null]),
      seen([180, down]),
      { state: 'answers', since: timeAfter(180) },
    ],
  ])('%s', (_, one, other, expected) => {
    expect(latest(one, other)).toMatchObject(expected);
    expect(latest(other, one)).toMatchObject(expected);
  });
});

test('an answer that another host did not have is stored, although that one has asked since', () => {
  const stored = seen([0, null], [100, noConnection]);
  expect(isNews(stored, latest(stored, seen([90, null])))).toBe(true);
});

test('what an earlier version stored is read', () => {
  const { lastFailedAt, ...earlier } = seen([0, noConnection]);
  expect(resourceHealthSchema.parse(earlier)).toEqual(earlier);
  expect(lastFailedAt).toBe(timeAfter(0));
});
