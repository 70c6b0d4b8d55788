import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseSchedule } from '../../../src/local/host/schedule.ts';

/** What the timer trigger's own package makes of each expression; the app's reader is held to it too. */
const file = join(__dirname, '..', '..', 'settings', 'functions-host', 'schedules.jsonl');
const rowSchema = z.object({
  expression: z.string(),
  refused: z.literal(true).optional(),
  next: z.record(z.string(), z.array(z.string())).default({}),
});
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => rowSchema.parse(JSON.parse(line)));
const NEVER = '9999-12-31T23:59:59Z';

test.each(rows)('the schedule $expression', ({ expression, refused, next }) => {
  if (refused === true) {
    expect(() => parseSchedule(expression)).toThrow('is not an NCRONTAB expression');
    return;
  }
  const schedule = parseSchedule(expression);
  for (const [from, times] of Object.entries(next)) {
    let time = Date.parse(from);
    const expected = times.length === 0 ? [NEVER] : times;
    const fired = expected.map(() => new Date((time = schedule.nextAfter(time))).toISOString().replace('.000Z', 'Z'));
    expect(fired).toEqual(expected);
  }
});
