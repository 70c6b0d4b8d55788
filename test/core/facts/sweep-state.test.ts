import {
  isInScope,
  newSweepState,
  sweepStateSchema,
  targetProjectLimitOf,
  type SweepState,
} from '../../../src/core/facts/sweep-state.ts';
import { after, aSweepState, guid, timeAfter } from '../../support/builders.ts';

test.each([
  ['when it is new', newSweepState(timeAfter(0))],
  ['after a sweep', aSweepState({ orphans: { [guid(9)]: timeAfter(-5) }, unmatchedPatterns: ['dogs*'] })],
  ['after a sweep that failed', aSweepState({ lastCompletedAt: null, problem: 'The primary does not answer.' })],
])('what the sweeps know comes back from storage as it was written, %s', (_what, state) => {
  expect(sweepStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
});

test('before the first sweep nothing is known but when the app first ran', () => {
  const { firstSeenAt, lastStartedAt, lastCompletedAt, targetProjects } = newSweepState(timeAfter(0));
  expect({ firstSeenAt, lastStartedAt, lastCompletedAt, targetProjects }).toEqual({
    firstSeenAt: timeAfter(0),
    lastStartedAt: null,
    lastCompletedAt: null,
    targetProjects: null,
  });
});

test('a orphan that is no GUID is refused', () => {
  expect(sweepStateSchema.safeParse(aSweepState({ orphans: { cats: timeAfter(0) } })).success).toBe(false);
});

test('what an older version stored has no brake, no refusal and nothing missing', () => {
  const { missing, brake, quotaRefusal, ...older } = aSweepState();
  expect(sweepStateSchema.parse(older)).toEqual({ ...older, missing, brake, quotaRefusal });
  expect({ missing, brake, quotaRefusal }).toEqual({ missing: {}, brake: null, quotaRefusal: null });
});

test('a state of an earlier version promises nothing of edited labels, and has nothing left to tell', () => {
  const older: Partial<SweepState> = aSweepState();
  delete older.labelEdits;
  delete older.untold;
  expect(sweepStateSchema.parse(older)).toMatchObject({ labelEdits: 'unknown', untold: [] });
});

test('a project is in scope unless there is a reason against it', () => {
  const [listed] = aSweepState().projects;
  expect(isInScope(listed!)).toBe(true);
  expect(isInScope({ ...listed!, excluded: 'not wanted' })).toBe(false);
});

describe('the target may hold', () => {
  const refused = (projects: number) => aSweepState({ quotaRefusal: { projects, until: timeAfter(100) } });

  test.each([
    ['as many projects as configured', null, 0, 50],
    ['as many as configured where nothing was refused', aSweepState(), 0, 50],
    ['as few as the service refused to go beyond', refused(40), 99, 40],
    ['as many as configured once the refusal is old', refused(40), 100, 50],
    ['as many as configured where the refusal is of a clock that was wrong', refused(40), -365 * 86_400, 50],
    ['never more than configured', refused(60), 0, 50],
  ])('%s', (_what, state, seconds, expected) => {
    expect(targetProjectLimitOf(state, 50, after(seconds))).toBe(expected);
  });
});
