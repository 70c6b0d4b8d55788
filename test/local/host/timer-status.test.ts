import { parseSchedule } from '../../../src/local/host/schedule.ts';
import { readStatus, resumeTimer, writtenStatus, type TimerStatus } from '../../../src/local/host/timer-status.ts';

const hourly = parseSchedule('0 0 * * * *');
const at = (time: string) => Date.parse(`2026-01-02T${time}Z`);

describe('a timer that is taken up again', () => {
  const ran: TimerStatus = { last: at('08:00:01'), next: at('09:00:00'), lastUpdated: at('08:00:01') };

  test('is not past due when it is seen for the first time, and is remembered from then on', () => {
    const now = at('08:20:00');
    const status = { last: null, next: at('09:00:00'), lastUpdated: now };
    expect(resumeTimer(null, hourly, now)).toEqual({ status, changed: true, pastDue: false });
  });

  test('goes on where its next occurrence is still to come', () => {
    expect(resumeTimer(ran, hourly, at('08:40:00'))).toEqual({ status: ran, changed: false, pastDue: false });
  });

  test('is past due where an occurrence passed meanwhile', () => {
    expect(resumeTimer(ran, hourly, at('09:00:01'))).toEqual({ status: ran, changed: false, pastDue: true });
  });

  test('is past due where it was first seen before an occurrence and has never fired', () => {
    const seen: TimerStatus = { last: null, next: at('09:00:00'), lastUpdated: at('08:20:00') };
    expect(resumeTimer(seen, hourly, at('12:30:00')).pastDue).toBe(true);
  });

  test('is not past due by a schedule that it did not have then', () => {
    const daily = parseSchedule('0 30 8 * * *');
    const status = { last: null, next: at('08:30:00') + 24 * 3600 * 1000, lastUpdated: at('10:00:00') };
    expect(resumeTimer(ran, daily, at('10:00:00'))).toEqual({ status, changed: true, pastDue: false });
  });

  test('waits for the next occurrence of a changed schedule where that is still to come', () => {
    const daily = parseSchedule('0 30 8 * * *');
    expect(resumeTimer(ran, daily, at('08:10:00')).status.next).toBe(at('08:30:00'));
  });
});

describe('a stored status', () => {
  test.each<[string, TimerStatus]>([
    ['of a timer that fired', { last: at('08:00:00'), next: at('09:00:00'), lastUpdated: at('08:00:00') }],
    ['of one that never did', { last: null, next: at('09:00:00'), lastUpdated: at('08:00:00') }],
  ])('%s reads as it was written', (_, status) => {
    expect(readStatus(JSON.parse(JSON.stringify(writtenStatus(status))))).toEqual(status);
  });

  test('has the fields that the real host stores', () => {
    const written = writtenStatus({ last: null, next: at('09:00:00'), lastUpdated: at('08:00:00') });
    expect(written).toEqual({
      Last: '0001-01-01T00:00:00+00:00',
      Next: '2026-01-02T09:00:00.000Z',
      LastUpdated: '2026-01-02T08:00:00.000Z',
    });
  });
});
