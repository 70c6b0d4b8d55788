import { Cron } from 'croner';
import { isWhole, readNcrontab } from './ncrontab.ts';
import type { Settings } from './settings.ts';

/** When a timer fires. Times are in ms since 1970. */
export interface Schedule {
  /** The first occurrence after a moment; the end of the year 9999 where there is none. */
  nextAfter(time: number): number;
  /** Whether it fires more than once in every minute. */
  readonly isWithinTheMinute: boolean;
}

/** What the real host has for never. */
const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59);

/** The zone that the real host's timers run in: that of TZ, and UTC where there is no such zone. */
export function timeZoneOf({ TZ: name = '' }: Settings): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name.replace(/^:/, '') }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/**
 * An NCRONTAB expression (`{second} {minute} {hour} {day} {month} {day-of-week}`), where a day has to fit both day fields.
 * Throws where the real host refuses it.
 */
export function parseSchedule(expression: string, timezone = 'UTC'): Schedule {
  const fields = readNcrontab(expression);
  const pattern = fields.map((values, index) => (isWhole(values, index) ? '*' : values.join(','))).join(' ');
  const cron = new Cron(pattern, { paused: true, mode: '6-part', domAndDow: true, timezone });
  const [seconds = [], ...others] = fields;
  return {
    isWithinTheMinute: seconds.length > 1 && others.every((values, index) => isWhole(values, index + 1)),
    nextAfter: (time) => cron.nextRun(new Date(time))?.getTime() ?? END_OF_TIME,
  };
}
