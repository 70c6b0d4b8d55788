import {
  dueAfter,
  isDueKept,
  nextStart,
  nextSweep,
  sweepIsOverdue,
  waitsBeyond,
  type SweepSchedule,
  type Swept,
} from '../../../src/core/status/next-sweep.ts';
import { ncrontab } from '../../../src/settings/schedule.ts';
import { after, every, timeAfter } from '../../support/builders.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Swept at the start by a schedule, and nothing since. */
function sweptBy(schedule: SweepSchedule, changes: Partial<Swept> = {}): Swept {
  return {
    firstSeenAt: timeAfter(-DAY),
    lastStartedAt: timeAfter(-10),
    lastCompletedAt: timeAfter(0),
    nextDue: dueAfter(after(0), schedule),
    ...changes,
  };
}

describe('a sweep is overdue', () => {
  const isOverdue = (schedule: SweepSchedule, seconds: number, swept = sweptBy(schedule)) =>
    sweepIsOverdue(swept, schedule, after(seconds));

  test.each([
    ['ten minutes, where the interval is short', every(60), 60 + 600],
    ['half of an interval', every(1_800), 1_800 + 900],
    ['half an hour, where the interval is long', every(6 * HOUR), 6 * HOUR + 1_800],
  ])('%s after it was due', (_what, schedule, last) => {
    expect(isOverdue(schedule, last)).toBe(false);
    expect(isOverdue(schedule, last + 1)).toBe(true);
  });

  test.each(['0 */10 8-18 * * 1-5', '0 * * * * 1-5', '0 0/30 7-19 * * MON-FRI'])(
    'by %s not before the first run of Monday is, through all of a weekend',
    (expression) => {
      const schedule = ncrontab.schema.parse(expression);
      const friday = new Date('2026-03-06T18:50:03Z');
      const swept: Swept = {
        ...sweptBy(schedule),
        lastStartedAt: friday.toISOString(),
        lastCompletedAt: friday.toISOString(),
        nextDue: dueAfter(friday, schedule),
      };
      const { dueAt, overdueAt } = nextSweep(swept, schedule, friday);
      expect(dueAt).toEqual(schedule.nextAfter(friday));
      // Every look at it says the same, however much later it is made.
      for (let time = friday.getTime(); time <= overdueAt.getTime(); time += 600_000) {
        expect([time, sweepIsOverdue(swept, schedule, new Date(time))]).toEqual([time, false]);
      }
      expect(sweepIsOverdue(swept, schedule, new Date(overdueAt.getTime() + 1))).toBe(true);
    },
  );

  test('from when the app first ran where none has completed', () => {
    const never = sweptBy(every(DAY), { lastCompletedAt: null, lastStartedAt: null, nextDue: null });
    expect(isOverdue(every(DAY), 1_800, never)).toBe(false);
    expect(isOverdue(every(DAY), 1_801, never)).toBe(true);
  });

  test('by the time that the last sweep kept, not by one that is worked out anew', () => {
    const schedule = ncrontab.schema.parse('0 0 * * * *');
    const swept = sweptBy(schedule, { nextDue: { at: timeAfter(1_200), schedule: schedule.expression } });
    expect(nextSweep(swept, schedule, after(900)).dueAt).toEqual(after(1_200));
  });
});

describe('a schedule that was changed since', () => {
  const daily = every(DAY);
  const often = every(300);

  test('is not caught up on: the next sweep is due by the new one from now', () => {
    const swept = sweptBy(daily);
    expect(isDueKept(swept, often, after(20 * HOUR))).toBe(false);
    expect(nextSweep(swept, often, after(20 * HOUR)).dueAt).toEqual(after(20 * HOUR + 300));
    expect(sweepIsOverdue(swept, often, after(20 * HOUR))).toBe(false);
  });

  test('may be the same by another clock, which was wrong: it does not wait for that time', () => {
    const swept = sweptBy(often, { nextDue: dueAfter(after(400 * DAY), often) });
    expect(isDueKept(swept, often, after(60))).toBe(false);
    expect(nextSweep(swept, often, after(60)).dueAt).toEqual(after(360));
  });
});

describe('the next sweep begins', () => {
  const hourly = ncrontab.schema.parse('0 0 * * * *');
  const beginsAt = (lastStartedAt: string | null) =>
    nextStart(sweptBy(hourly, { lastStartedAt }), hourly, after(HOUR + 60)).toISOString();

  test('when it is due, or when the schedule fires after one that did not complete', () => {
    expect(beginsAt(timeAfter(-10))).toBe(timeAfter(HOUR));
    expect(beginsAt(timeAfter(HOUR + 1))).toBe(timeAfter(2 * HOUR));
    expect(beginsAt(null)).toBe(timeAfter(HOUR));
  });
});

test.each([
  [7_200, 7_200, false],
  [7_201, 7_200, true],
  [null, 7_200, false],
  [7_200, null, false],
])('a longest wait of %s s is beyond an objective of %s s: %s', (wait, objective, isBeyond) => {
  expect(waitsBeyond(wait, objective)).toBe(isBeyond);
});
