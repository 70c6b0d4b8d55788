import { Cron } from 'croner';
import { errorMessage } from './host-log.ts';
import type { Settings } from './settings.ts';

/** When a timer fires. Times are in ms since 1970. */
export interface Schedule {
  /** The first occurrence after a moment. */
  nextAfter(time: number): number;
  /** Whether it fires more than once in every minute. */
  readonly isWithinTheMinute: boolean;
}

// NCRONTAB knows no other characters; croner does (L, W, #, ?, @daily), and would take them.
const NCRONTAB_FIELD = /^[\d*,/A-Za-z-]+$/;

/** The zone that the real host's timers run in: that of TZ, and UTC where there is no such zone. */
export function timeZoneOf({ TZ: name = '' }: Settings): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name.replace(/^:/, '') }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/**
 * A six-field NCRONTAB expression (`{second} {minute} {hour} {day} {month} {day-of-week}`), where a day has to fit both
 * day fields. Throws where it is not one, or never occurs.
 */
export function parseSchedule(expression: string, timeZone = 'UTC'): Schedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw new Error(`'${expression}' is not an NCRONTAB expression: expected 6 fields, e.g. '0 */30 * * * *'`);
  }
  const bad = fields.find((field) => !NCRONTAB_FIELD.test(field) || /(^|[\d*,-])[LW]/i.test(field));
  if (bad !== undefined) throw new Error(`'${expression}' is not an NCRONTAB expression: '${bad}' is not understood`);
  const cron = parseCron(expression, fields.join(' '), timeZone);
  const next = (time: number) => cron.nextRun(new Date(time))?.getTime() ?? null;
  if (next(0) === null) throw new Error(`the schedule '${expression}' never occurs`);
  const first = next(0) ?? 0;
  const isEveryMinute = fields.slice(1).every((field) => field === '*');
  return {
    // The real host's own reckoning.
    isWithinTheMinute: isEveryMinute && (next(first) ?? Infinity) < first + 60_000,
    nextAfter(time) {
      const found = next(time);
      if (found === null)
        throw new Error(`the schedule '${expression}' does not occur again after ${new Date(time).toISOString()}`);
      return found;
    },
  };
}

function parseCron(expression: string, fields: string, timezone: string): Cron {
  try {
    // `5/15` is from 5 on in steps of 15, to NCRONTAB as to croner's sloppy ranges.
    return new Cron(fields, { paused: true, mode: '6-part', domAndDow: true, sloppyRanges: true, timezone });
  } catch (error) {
    throw new Error(`'${expression}' is not an NCRONTAB expression: ${errorMessage(error)}`, { cause: error });
  }
}
