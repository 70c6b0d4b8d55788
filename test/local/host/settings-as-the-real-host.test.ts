import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isHomepageDisabled } from '../../../src/local/host/settings.ts';
import { indexFunctions } from '../../../src/local/host/triggers.ts';

const rowSchema = z.strictObject({
  what: z.string(),
  settings: z.record(z.string(), z.string()),
  work: z.string().nullable().optional(),
  disabled: z.array(z.string()).optional(),
  homepage: z.boolean().optional(),
  next: z.string().optional(),
  remembered: z.boolean().optional(),
  by: z.enum(['seen', 'source']),
});

const file = join(__dirname, 'as-the-real-host', 'settings.jsonl');
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => rowSchema.parse(JSON.parse(line)));

/** As the fixture app registers them. */
const FUNCTIONS = [
  {
    name: 'work',
    bindings: { message: { type: 'queueTrigger', queueName: '%WORK_QUEUE%', connection: 'WORK_STORAGE' } },
  },
  { name: 'tick', bindings: { timer: { type: 'timerTrigger', schedule: '%TICK_SCHEDULE%' } } },
];
const ASKED_AT = Date.parse('2026-06-15T00:00:00Z');

test.each(rows)('$what: $settings', ({ settings, ...expected }) => {
  const all = { WORK_STORAGE: 'UseDevelopmentStorage=true', ...settings };
  const { indexed, disabled } = indexFunctions(FUNCTIONS, all);
  const work = indexed.find((one) => one.kind === 'queue');
  const tick = indexed.find((one) => one.kind === 'timer');
  if (expected.work !== undefined) expect(work?.queueName ?? null).toBe(expected.work);
  if (expected.disabled !== undefined) expect(disabled).toEqual(expected.disabled);
  if (expected.homepage !== undefined) expect(isHomepageDisabled(settings)).toBe(!expected.homepage);
  if (expected.remembered !== undefined) expect(tick?.useMonitor).toBe(expected.remembered);
  if (expected.next === undefined) return;
  expect(new Date(tick?.schedule.nextAfter(ASKED_AT) ?? 0).toISOString()).toBe(expected.next);
});
