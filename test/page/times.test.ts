import { ago, duration } from '../../src/core/status/words.ts';
import { clockTime, until } from '../../src/page/times.ts';
import { after, START, timeAfter } from '../support/builders.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

test.each([
  [0, '0 s'],
  [0.9, '0 s'],
  [-5, '0 s'],
  [34, '34 s'],
  [59.9, '59 s'],
  [MINUTE, '1 min'],
  [4 * MINUTE + 20, '4 min 20 s'],
  [10 * MINUTE + 20, '10 min'],
  [2 * HOUR, '2 h'],
  [2 * HOUR + 10 * MINUTE + 59, '2 h 10 min'],
  [2 * HOUR + 59, '2 h'],
  [DAY + 3 * HOUR, '1 d 3 h'],
  [400 * DAY + HOUR, '400 d'],
])('%d seconds are told as %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test.each([
  [34, '34 s ago'],
  [90, '1 min 30 s ago'],
  [128, '2 min ago'],
  [HOUR + 600, '1 h 10 min ago'],
  [3 * DAY + 3 * HOUR, '3 d ago'],
  [-30, '0 s ago'],
])('what was %d seconds before is told as %s', (seconds, words) => {
  expect(ago(timeAfter(0), after(seconds))).toBe(words);
});

test('what is to come is told by how long it takes, what is due as now', () => {
  expect(until(timeAfter(90), after(0))).toBe('in 1 min 30 s');
  expect(until(timeAfter(0.4), after(0))).toBe('in 1 s');
  expect([until(timeAfter(0), after(0)), until(timeAfter(0), after(9))]).toEqual(['now', 'now']);
});

test('a time itself is told in UTC, to the second', () => {
  expect(clockTime(START.toISOString())).toBe('2026-03-01 12:00:00 UTC');
  expect(clockTime('2026-03-01T12:00:00.987Z')).toBe('2026-03-01 12:00:00 UTC');
});
