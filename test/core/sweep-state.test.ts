import { newSweepState, sweepStateSchema } from '../../src/core/sweep-state.ts';
import { aSweepState, guid, timeAfter } from '../support/builders.ts';

test.each([
  ['when it is new', newSweepState(timeAfter(0))],
  ['after a sweep', aSweepState({ strays: { [guid(9)]: timeAfter(-5) }, unmatchedPatterns: ['dogs*'] })],
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

test('a stray that is no GUID is refused', () => {
  expect(sweepStateSchema.safeParse(aSweepState({ strays: { cats: timeAfter(0) } })).success).toBe(false);
});
