import { Cron } from 'croner';
import type { SweepSchedule } from '../core/status/next-sweep.ts';
import { format } from './formats.ts';
import { longestGapInSeconds } from './longest-gap.ts';
import { FIELDS, readField, type FieldValues } from './ncrontab-field.ts';

const EXPECTED =
  `an NCRONTAB expression of six fields, ${FIELDS.map(({ name }) => `{${name}}`).join(' ')}, separated by spaces, each of *, ` +
  'numbers, ranges upwards (1-5), lists (1,3) and steps (*/5, 10-50/5); days of the week are 0-6 or SUN-SAT';

export const ncrontab = {
  isReadByHost: true,
  ...format<SweepSchedule>(EXPECTED, (raw) => {
    if (raw.trim() === '') return { problem: 'is blank; without the setting, its default holds.' };
    if (/[^\S ]/.test(raw)) return { problem: 'has a tab or a line break, which separates no fields there.' };
    const fields = raw.split(' ').filter((field) => field !== '');
    if (fields.length !== FIELDS.length) return { problem: `has ${fields.length} fields.` };
    const values: FieldValues[] = [];
    for (const [index, field] of FIELDS.entries()) {
      const read = readField(fields[index] ?? '', field);
      if ('problem' in read) return read;
      values.push(read.values);
    }
    return open(raw, values);
  }),
};

function open(expression: string, fields: readonly FieldValues[]): { value: SweepSchedule } | { problem: string } {
  const longestWaitInSeconds = longestGapInSeconds(fields);
  if (longestWaitInSeconds === null) return { problem: 'never fires.' };
  // Where both days are given, NCRONTAB asks for both; most other crons ask for either.
  const cron = new Cron(fields.map(({ pattern }) => pattern).join(' '), {
    mode: '6-part',
    domAndDow: true,
    timezone: 'UTC',
    paused: true,
  });
  const nextAfter = (time: Date): Date => {
    const next = cron.nextRun(time);
    if (next === null) throw new RangeError(`The schedule ${expression} does not fire after ${time.toISOString()}.`);
    return next;
  };
  return { value: { expression, nextAfter, longestWaitInSeconds } };
}
