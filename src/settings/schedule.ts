import { Cron } from 'croner';
import { format, quote } from './formats.ts';

export interface Schedule {
  /** NCRONTAB: six fields, seconds first, in UTC. */
  readonly expression: string;
  /** The first time after the given one at which it fires. */
  nextAfter(time: Date): Date;
  /** The longest time between two runs. */
  readonly intervalInSeconds: number;
}

const FIELDS = ['second', 'minute', 'hour', 'day', 'month', 'day-of-week'] as const;

/** `*` or values, each perhaps a range with a step: all that NCRONTAB has. The cron library would accept more. */
const VALUE = String.raw`(\d+|[a-z]{3})`;
const PART = String.raw`(\*|${VALUE}(-${VALUE})?)(\/\d+)?`;
const FIELD = new RegExp(`^${PART}(,${PART})*$`, 'i');

/** Where the gaps between runs are measured from: a Monday, so that a week begins whole. */
const SAMPLE_FROM = new Date('2024-01-01T00:00:00Z');
const SAMPLED_RUNS = 200;

const EXPECTED =
  `an NCRONTAB expression of six fields, ${FIELDS.map((field) => `{${field}}`).join(' ')}, each of *, numbers, ` +
  'ranges (1-5), lists (1,3) and steps (*/5, 10-50/5); 0 is Sunday';

export const ncrontab = format<Schedule>(EXPECTED, (raw) => {
  const fields = raw.split(/\s+/);
  if (fields.length !== FIELDS.length) return { problem: `has ${fields.length} fields.` };
  for (const [index, field] of fields.entries()) {
    const bad = !FIELD.test(field) || (index === 5 && /(^|[-,])7/.test(field));
    if (bad) return { problem: `has ${quote(field)} for the ${FIELDS[index] ?? 'field'}.` };
  }
  return open(raw, fields);
});

function open(expression: string, fields: readonly string[]): { value: Schedule } | { problem: string } {
  let cron: Cron;
  try {
    // Where both days are given, NCRONTAB asks for both; most other crons ask for either.
    const pattern = fields.map(withRangeEnd).join(' ');
    cron = new Cron(pattern, { mode: '6-part', domAndDow: true, timezone: 'UTC', paused: true });
  } catch (error) {
    return { problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const intervalInSeconds = longestGapInSeconds(cron);
  if (intervalInSeconds === null) return { problem: 'never fires.' };
  const nextAfter = (time: Date): Date => {
    const next = cron.nextRun(time);
    if (next === null) throw new RangeError(`The schedule ${expression} does not fire after ${time.toISOString()}.`);
    return next;
  };
  return { value: { expression, nextAfter, intervalInSeconds } };
}

const HIGHEST = [59, 59, 23, 31, 12, 6];

/** NCRONTAB reads `5/15` as "from 5 to the end, every 15th"; the cron library wants the end to be said. */
function withRangeEnd(field: string, index: number): string {
  return field.replace(/(^|,)(\d+)\//g, `$1$2-${HIGHEST[index] ?? ''}/`);
}

/** Null where it fires never, or once only. */
function longestGapInSeconds(cron: Cron): number | null {
  const runs = cron.nextRuns(SAMPLED_RUNS, SAMPLE_FROM);
  const gaps = runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? 0));
  return gaps.length === 0 ? null : Math.max(...gaps) / 1_000;
}
