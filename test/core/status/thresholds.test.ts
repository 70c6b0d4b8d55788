import type { NextSweepAfter } from '../../../src/core/status/thresholds.ts';
import {
  againstObjective,
  atRiskInSeconds,
  fullness,
  quotaLevel,
  sweepIsOverdue,
  takesTooLong,
} from '../../../src/core/status/thresholds.ts';
import { after, timeAfter } from '../../support/builders.ts';

type State = Parameters<typeof sweepIsOverdue>[0];

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** A schedule that fires at these seconds after the start, and daily after the last of them. */
function firingAt(...seconds: readonly number[]) {
  return (time: Date): Date => {
    const next = seconds.map((at) => after(at)).find((at) => at.getTime() > time.getTime());
    return next ?? new Date(time.getTime() + DAY * 1_000);
  };
}

const every = (seconds: number) => (time: Date) => new Date(time.getTime() + seconds * 1_000);

describe('a sweep is overdue', () => {
  const completed = { lastCompletedAt: timeAfter(0), firstSeenAt: timeAfter(-DAY) };
  const overdueAt = (nextSweepAfter: NextSweepAfter, seconds: number, state: State = completed) =>
    sweepIsOverdue(state, nextSweepAfter, after(seconds));

  test.each([
    ['ten minutes, where the interval is short', every(60), 60 + 600],
    ['half of an interval', every(1_800), 1_800 + 900],
    ['half an hour, where the interval is long', every(6 * HOUR), 6 * HOUR + 1_800],
  ])('%s after it was due', (_what, schedule, last) => {
    expect(overdueAt(schedule, last)).toBe(false);
    expect(overdueAt(schedule, last + 1)).toBe(true);
  });

  test('by the schedule’s own next time: one that rests over a weekend is not', () => {
    const monday = 62 * HOUR;
    const officeHours = firingAt(monday, monday + 1_800, monday + 3_600);
    expect(overdueAt(officeHours, monday)).toBe(false);
    expect(overdueAt(officeHours, monday + 900)).toBe(false);
    expect(overdueAt(officeHours, monday + 901)).toBe(true);
  });

  test('from when the app first ran where none has completed', () => {
    const never = { ...completed, lastCompletedAt: null };
    expect(overdueAt(every(DAY), 1_800, never)).toBe(false);
    expect(overdueAt(every(DAY), 1_801, never)).toBe(true);
  });
});

test.each([
  [85, 100, null],
  [86, 100, 'warning'],
  [95, 100, 'warning'],
  [96, 100, 'critical'],
  [3, 3, 'critical'],
  [0, 0, 'critical'],
  [null, 100, null],
  [96, null, null],
])('%s projects of %s are %s', (projects, limit, level) => {
  expect(quotaLevel(projects, limit)).toBe(level);
});

test('how full the secondary is, is not known without both numbers', () => {
  expect([fullness(1, 4), fullness(null, 4), fullness(1, null)]).toEqual([0.25, null, null]);
});

test.each([
  [HOUR, null, false],
  [HOUR + 1, null, true],
  [HOUR + 1, 1_300, false],
  [3_901, 1_300, true],
])('a copy that takes %s s, thought to take %s s: too long is %s', (seconds, estimate, isTooLong) => {
  expect(takesTooLong(seconds, estimate)).toBe(isTooLong);
});

test('at risk is what the lag says, or the age of the look that found none, and never less than either', () => {
  expect(atRiskInSeconds(0, timeAfter(0), after(90))).toBe(90);
  expect(atRiskInSeconds(100, timeAfter(0), after(90))).toBe(100);
  expect(atRiskInSeconds(null, timeAfter(0), after(90))).toBeNull();
  expect(atRiskInSeconds(0, null, after(90))).toBeNull();
});

test.each([
  [74, 100, 'far'],
  [75, 100, 'near'],
  [100, 100, 'near'],
  [101, 100, 'beyond'],
  [101, null, null],
])('%s s against an objective of %s s is %s', (seconds, objective, standing) => {
  expect(againstObjective(seconds, objective)).toBe(standing);
});
