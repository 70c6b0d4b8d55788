import {
  againstObjective,
  atRiskInSeconds,
  fullness,
  quotaLevel,
  takesTooLong,
} from '../../../src/core/status/thresholds.ts';
import { after, timeAfter } from '../../support/builders.ts';

const HOUR = 3_600;

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
