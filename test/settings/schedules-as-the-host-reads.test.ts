import { z } from 'zod';
import { bindings } from '../../src/app/bindings.ts';
import { CONNECTION, readSettings, rowsOf } from './functions-host/rows.ts';

const schedules = rowsOf(
  'schedules.jsonl',
  z.object({
    expression: z.string(),
    refused: z.literal(true).optional(),
    next: z.record(z.string(), z.array(z.string())).default({}),
    longestGapInSeconds: z.number().nullable().optional(),
  }),
);

const readSchedule = (expression: string) =>
  readSettings({ REPLICATOR_STORAGE: CONNECTION, REPLICATION_SCHEDULE: expression });

const backwards = (range: string, field: string, instead: string) =>
  `has '${range}' for the ${field}, a range that runs backwards: write ${instead}.`;

/** The host turns these ranges round. */
const BACKWARDS = {
  '0 0 3 * * Mon-Sun': backwards('Mon-Sun', 'day-of-week', '*'),
  '0 0 3 * * 1-0': backwards('1-0', 'day-of-week', '*'),
  '0 0 3 * * Fri-Sun': backwards('Fri-Sun', 'day-of-week', 'FRI,SAT,SUN'),
  '0 0 3 * * FRI-MON': backwards('FRI-MON', 'day-of-week', 'FRI,SAT,SUN,MON'),
  '0 0 3 * * 5-1': backwards('5-1', 'day-of-week', '5,6,0,1'),
  '0 0 3 * * 6-1': backwards('6-1', 'day-of-week', '6,0,1'),
  '0 0 3 * * Sat-Sun': backwards('Sat-Sun', 'day-of-week', 'SAT,SUN'),
  '0 0 22-2 * * *': backwards('22-2', 'hour', '22-23,0-2'),
  '0 0 22-6 * * *': backwards('22-6', 'hour', '22-23,0-6'),
  '0 50-10 * * * *': backwards('50-10', 'minute', '50-59,0-10'),
  '0 0 3 * Nov-Feb *': backwards('Nov-Feb', 'month', 'NOV,DEC,JAN,FEB'),
  '0 0 3 * 11-2 *': backwards('11-2', 'month', '11,12,1,2'),
  '0 0 3 25-5 * *': backwards('25-5', 'day', '25-31,1-5'),
};

/** Steps that do nothing, days that no month has, five fields, and names that could be more than one. */
const TAKEN_BY_THE_HOST_ONLY = {
  '0 */90 * * * *': "has '*/90' for the minute, whose step is not from 1 to 60.",
  '0 0 */36 * * *': "has '*/36' for the hour, whose step is not from 1 to 24.",
  '0 0 3 */40 * *': "has '*/40' for the day, whose step is not from 1 to 31.",
  '0 0 3 * */13 *': "has '*/13' for the month, whose step is not from 1 to 12.",
  '0 5/0 * * * *': "has '5/0' for the minute, whose step is not from 1 to 60.",
  '0 */0 * * * *': "has '*/0' for the minute, whose step is not from 1 to 60.",
  '0 5/100 * * * *': "has '5/100' for the minute, whose step is not from 1 to 60.",
  '0 0 3 30 2 *': 'never fires.',
  '0 0 3 31 2,4,6 *': 'never fires.',
  '*/5 * * * *': 'has 5 fields.',
  '0 3 * * *': 'has 5 fields.',
  '0 0 3 * *': 'has 5 fields.',
  '0 0 3 * * Sunday': "has 'Sunday' for the day-of-week.",
  '0 0 3 * * SUNDAY-TUESDAY': "has 'SUNDAY-TUESDAY' for the day-of-week.",
  '0 0 3 * January *': "has 'January' for the month.",
  '0 0 3 * Sept *': "has 'Sept' for the month.",
  '0 0 3 * * Thurs': "has 'Thurs' for the day-of-week.",
  '0 0 3 * * Tues': "has 'Tues' for the day-of-week.",
  '0 0 3 * * Fr': "has 'Fr' for the day-of-week.",
  '0 0 3 * * M': "has 'M' for the day-of-week.",
  '0 0 3 * Ju *': "has 'Ju' for the month.",
};

describe('a schedule', () => {
  it.each(schedules)('is read as the host reads it, or refused: $expression', ({ expression, refused, next }) => {
    const { config, problems } = readSchedule(expression);
    const bound = bindings({ REPLICATION_SCHEDULE: expression }).schedule;
    expect(bound).toBe(config === null ? '0 */30 * * * *' : '%REPLICATION_SCHEDULE%');
    if (config === null) {
      expect(problems.map(({ setting }) => setting)).toEqual(['REPLICATION_SCHEDULE']);
      return;
    }
    expect(refused).toBeUndefined();
    const firings = Object.entries(next).map(([from, times]) => {
      let time = new Date(from);
      const fired = times.map(() => (time = config.schedule.nextAfter(time)).toISOString().replace('.000Z', 'Z'));
      return [from, fired];
    });
    expect(Object.fromEntries(firings)).toEqual(next);
  });

  it('that the host takes and this app does not is one of these', () => {
    const taken = schedules.filter(({ refused }) => refused === undefined).map(({ expression }) => expression);
    const refused = taken.flatMap((expression) =>
      readSchedule(expression).problems.map(({ message }) => [expression, message]),
    );
    expect(Object.fromEntries(refused)).toEqual({ ...BACKWARDS, ...TAKEN_BY_THE_HOST_ONLY });
  });

  /** Where the longest wait is not within the 400 days that were asked about, or its runs too many to count there. */
  const LONGER: Readonly<Record<string, number>> = {
    '0 0 3 29 2 *': 2_921 * 86_400,
    '0 0 3 1 1 *': 366 * 86_400,
    '0 0 3 13 * 5': 427 * 86_400,
    '0 0 3 15 * 1-5': 91 * 86_400,
    '0 0 3 * */12 *': 336 * 86_400,
    '0 0 3 * mar mon': 343 * 86_400,
    '* * * * * *': 1,
    '*/10 * * * * *': 10,
  };

  it.each(schedules)('waits at most as long as the host does: $expression', ({ expression, longestGapInSeconds }) => {
    const { config } = readSchedule(expression);
    if (config === null) return;
    expect(config.schedule.longestWaitInSeconds).toBe(LONGER[expression] ?? longestGapInSeconds);
    expect(config.schedule.longestWaitInSeconds).toBeGreaterThanOrEqual(longestGapInSeconds ?? 0);
  });
});
