import { parseSchedule } from '../../../src/local/host/schedule.ts';

const FRIDAY = Date.parse('2026-01-02T10:20:30.400Z');

function next(expression: string, after = FRIDAY): string {
  return new Date(parseSchedule(expression).nextAfter(after)).toISOString();
}

describe('a schedule', () => {
  test.each([
    ['0 */30 * * * *', '2026-01-02T10:30:00.000Z'],
    ['*/7 * * * * *', '2026-01-02T10:20:35.000Z'],
    ['0 5/15 * * * *', '2026-01-02T10:35:00.000Z'],
    ['0 0 9-17 * * MON-FRI', '2026-01-02T11:00:00.000Z'],
    ['0 0 0 * * 0', '2026-01-04T00:00:00.000Z'],
    ['0 0 0 1 jan *', '2027-01-01T00:00:00.000Z'],
    ['30 20 10 * * *', '2026-01-03T10:20:30.000Z'],
  ])('%s next occurs at %s', (expression, expected) => {
    expect(next(expression)).toBe(expected);
  });

  test('wants both day fields to fit', () => {
    expect(next('0 0 0 13 * 5')).toBe('2026-02-13T00:00:00.000Z');
  });

  test('never yields the moment that it was asked from', () => {
    const occurrence = Date.parse('2026-01-02T10:30:00.000Z');
    expect(next('0 */30 * * * *', occurrence)).toBe('2026-01-02T11:00:00.000Z');
  });

  test.each([
    ['00:30:00', 'expected 6 fields'],
    ['@daily', 'expected 6 fields'],
    ['0 0 0 L * *', `'L' is not understood`],
    ['0 0 0 15W * *', `'15W' is not understood`],
    ['0 0 0 ? * *', `'?' is not understood`],
    ['0 0 25 * * *', 'not an NCRONTAB expression'],
    ['', 'expected 6 fields'],
  ])('refuses %s', (expression, message) => {
    expect(() => parseSchedule(expression)).toThrow(message);
  });
});
