import { ncrontab } from '../../src/settings/schedule.ts';

/** A Monday. */
const MONDAY = new Date('2026-01-05T08:00:00Z');

function problemOf(expression: string): string | undefined {
  return ncrontab.schema.safeParse(expression).error?.issues[0]?.message;
}

describe('a schedule', () => {
  it.each([
    ['0 */30 * * * *', '2026-01-05T08:30:00.000Z', 1_800],
    ['30 * * * * *', '2026-01-05T08:00:30.000Z', 60],
    ['0 5/15 * * * *', '2026-01-05T08:05:00.000Z', 900],
    ['0 0,20 8-10 * * *', '2026-01-05T08:20:00.000Z', 78_000],
    ['0 0 6 * * 1-5', '2026-01-06T06:00:00.000Z', 259_200],
    ['0 0 6 * * Sat,Sun', '2026-01-10T06:00:00.000Z', 518_400],
    ['0 0 0 1 Feb *', '2026-02-01T00:00:00.000Z', 31_622_400],
    ['0 0 0 * * 0', '2026-01-11T00:00:00.000Z', 604_800],
  ])('of %s next fires at %s, and waits at most %i s', (expression, next, longestWaitInSeconds) => {
    const schedule = ncrontab.schema.parse(expression);
    expect(schedule.expression).toBe(expression);
    expect(schedule.nextAfter(MONDAY).toISOString()).toBe(next);
    expect(schedule.longestWaitInSeconds).toBe(longestWaitInSeconds);
  });

  it('fires after the time that is asked about, never at it', () => {
    expect(ncrontab.schema.parse('0 0 8 * * *').nextAfter(MONDAY).toISOString()).toBe('2026-01-06T08:00:00.000Z');
  });

  it('asks for the day and for the day of the week where both are given', () => {
    expect(ncrontab.schema.parse('0 0 0 13 * 5').nextAfter(MONDAY).toISOString()).toBe('2026-02-13T00:00:00.000Z');
  });

  it.each([
    ['*/30 * * * *', 'has 5 fields.'],
    ['0 0 0 * * * 2026', 'has 7 fields.'],
    ['@daily', 'has 1 fields.'],
    ['0 0 0 L * *', "has 'L' for the day."],
    ['0 0 0 15W * *', "has '15W' for the day."],
    ['0 0 0 * * 1#2', "has '1#2' for the day-of-week."],
    ['0 0 0 * * 7', "has '7' for the day-of-week."],
    ['0 0 0 * * 5-7', "has '5-7' for the day-of-week."],
    ['0 0 0 ? * *', "has '?' for the day."],
    ['0 0 0 31 2 *', 'never fires.'],
  ])('of %s is refused', (expression, problem) => {
    expect(problemOf(expression)).toBe(problem);
  });

  it.each([
    ['60 * * * * *', "has '60' for the second."],
    ['0 60 * * * *', "has '60' for the minute."],
    ['0 0 24 * * *', "has '24' for the hour."],
    ['0 0 0 * 13 *', "has '13' for the month."],
    ['*/0 * * * * *', "has '*/0' for the second, whose step is not from 1 to 60."],
    ['0 0 22-2/2 * * *', "has '22-2/2' for the hour, a range that runs backwards: write 22,0,2."],
    ['0 0 0 * SEP-JUN *', "has 'SEP-JUN' for the month, a range that runs backwards: write SEP-DEC,JAN-JUN."],
    ['0 0 0 * DEC-NOV *', "has 'DEC-NOV' for the month, a range that runs backwards: write *."],
    ['0 0\t0 * * *', 'has a tab or a line break, which separates no fields there.'],
    ['0 0 0 * * *\n', 'has a tab or a line break, which separates no fields there.'],
  ])('of %j is refused, and says what to write', (expression, problem) => {
    expect(problemOf(expression)).toBe(problem);
  });
});
