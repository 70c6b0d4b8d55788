import { Cron } from 'croner';
import { errorMessage } from './host-log.ts';

/** When a timer fires. Times are in ms since 1970. */
export interface Schedule {
  /** The first occurrence after a moment. */
  nextAfter(time: number): number;
}

// NCRONTAB knows no other characters; croner does (L, W, #, ?, @daily), and would take them.
const NCRONTAB_FIELD = /^[\d*,/A-Za-z-]+$/;

/**
 * A six-field NCRONTAB expression (`{second} {minute} {hour} {day} {month} {day-of-week}`) in UTC, where a day has to
 * fit both day fields. Throws where it is not one, or never occurs.
 */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw new Error(`'${expression}' is not an NCRONTAB expression: expected 6 fields, e.g. '0 */30 * * * *'`);
  }
  const bad = fields.find((field) => !NCRONTAB_FIELD.test(field) || /(^|[\d*,-])[LW]/i.test(field));
  if (bad !== undefined) throw new Error(`'${expression}' is not an NCRONTAB expression: '${bad}' is not understood`);
  const cron = parseCron(expression, fields.join(' '));
  const next = (time: number) => cron.nextRun(new Date(time))?.getTime() ?? null;
  if (next(0) === null) throw new Error(`the schedule '${expression}' never occurs`);
  return {
    nextAfter(time) {
      const found = next(time);
      if (found === null)
        throw new Error(`the schedule '${expression}' does not occur again after ${new Date(time).toISOString()}`);
      return found;
    },
  };
}

function parseCron(expression: string, fields: string): Cron {
  try {
    // `5/15` is from 5 on in steps of 15, to NCRONTAB as to croner's sloppy ranges.
    return new Cron(fields, { paused: true, mode: '6-part', domAndDow: true, sloppyRanges: true, timezone: 'UTC' });
  } catch (error) {
    throw new Error(`'${expression}' is not an NCRONTAB expression: ${errorMessage(error)}`, { cause: error });
  }
}
