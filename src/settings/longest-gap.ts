import type { FieldValues } from './ncrontab-field.ts';

const SECONDS_OF_A_DAY = 86_400;
const DAYS_OF_A_WEEK = 7;
/** The calendar repeats itself after 400 years, which are whole weeks. */
const DAYS_OF_THE_CALENDAR = 146_097;
const MOST_DAYS = 31;
const MONTHS = 12;

/**
 * The longest time between two runs of a schedule in UTC, over all the years of the calendar; null where it never fires.
 *
 * @param fields the values of second, minute, hour, day, month and day of the week
 */
export function longestGapInSeconds(fields: readonly FieldValues[]): number | null {
  const [seconds = [], minutes = [], hours = [], days = [], months = [], weekdays = []] = fields.map(
    ({ numbers }) => numbers,
  );
  const { first, last, longest } = withinDay(hours, minutes, seconds);
  const isOn = (day: Date): boolean =>
    days.includes(day.getUTCDate()) && months.includes(day.getUTCMonth() + 1) && weekdays.includes(day.getUTCDay());
  const isWeekly = days.length === MOST_DAYS && months.length === MONTHS;
  const wait = longestWaitInDays(isOn, isWeekly ? DAYS_OF_A_WEEK : DAYS_OF_THE_CALENDAR);
  if (wait === null) return null;
  return Math.max(longest, wait * SECONDS_OF_A_DAY - last + first);
}

/** The first and the last run of a day that has any, as seconds from its begin, and the longest wait between two. */
function withinDay(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]) {
  const runs = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => hour * 3_600 + minute * 60 + second)),
  );
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  const longest = gaps.reduce((most, gap) => Math.max(most, gap), 0);
  return { first: runs[0] ?? 0, last: runs.at(-1) ?? 0, longest };
}

/** The longest wait from one day that has runs to the next one, in days; null where no day of the period has any. */
function longestWaitInDays(isOn: (day: Date) => boolean, periodInDays: number): number | null {
  const days = Array.from({ length: periodInDays }, (_, day) => day).filter((day) =>
    isOn(new Date(day * SECONDS_OF_A_DAY * 1_000)),
  );
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  // From the last day of one period to the first of the next, too.
  return days.reduce((longest, day, index) => Math.max(longest, (days[index + 1] ?? first + periodInDays) - day), 0);
}
