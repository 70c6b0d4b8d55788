import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { troubleIn } from '../../../src/local/start/host-line.ts';

const PROJECT = '0f8fad5b-d9cb-469f-a165-70867728950e';
const nameOf = (id: string) => (id === PROJECT ? 'Weld seams' : null);
const line = (fields: object) => JSON.stringify(fields);

/** The app's events and their levels, from the page that lists them. */
const page = readFileSync(join(__dirname, '../../../docs/events.md'), 'utf8');
const events = [...page.matchAll(/^\| `([a-z.]+)` \| (info|warn|error) \|/gm)].map(([, name, level]) => [
  level!,
  name!,
]);

describe("a line of the host's log", () => {
  test('is looked at for every event that there is', () => {
    expect(events.length).toBeGreaterThan(15);
  });

  test.each(events)('of level %s is shown only where something is wrong: %s', (level, event) => {
    const text = troubleIn(line({ event, at: '2026-01-01T00:00:00Z', message: 'Something is so.' }), nameOf);
    expect(text).toBe(level === 'info' ? null : `${event.replace('.', ' ')}: Something is so.`);
  });

  test.each<[string, string | null]>([
    [
      line({ event: 'step.failed', projectId: PROJECT, class: 'quota', message: 'It is full.', hint: 'Make room.' }),
      'Weld seams: step failed: It is full. Make room.',
    ],
    [
      line({ event: 'step.failed', projectId: PROJECT, class: 'wait', message: '400', hint: 'It is being trained.' }),
      'Weld seams: waits. It is being trained.',
    ],
    [line({ event: 'step.failed', projectId: 'gone', reason: 'Why not?' }), 'gone: step failed: Why not?'],
    [line({ event: 'quota.low', targetProjects: 9 }), 'quota low: {"event":"quota.low","targetProjects":9}'],
    ['{"event":"step.failed", cut off', '{"event":"step.failed", cut off'],
    ['host: replicateOnSchedule is next due at 2026-01-01T00:00:00.000Z', null],
    [
      'host: warning: stopped while 1 invocations were running',
      'host: warning: stopped while 1 invocations were running',
    ],
    ['host: error: Port 1 is taken', 'host: error: Port 1 is taken'],
    ['listening on http://127.0.0.1:7071', null],
    ['', null],
    ['    at run (file.ts:1:1)', '    at run (file.ts:1:1)'],
  ])('%s', (given, shown) => {
    expect(troubleIn(given, nameOf)).toBe(shown);
  });
});
