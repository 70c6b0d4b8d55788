import { waits } from '../../../src/core/facts/wake.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

test.each<[what: string, dueAt: string | null, expected: boolean]>([
  ['without a wake', null, false],
  ['with one that is due in a moment', '2026-03-01T12:00:01.000Z', true],
  ['with one that is due now', '2026-03-01T12:00:00.000Z', false],
  ['with one that is overdue', '2026-03-01T11:00:00.000Z', false],
  ['with one as far away as a message can be delayed', '2026-03-08T12:00:00.000Z', true],
  ['with one that no message could have been meant for', '2026-03-08T12:00:01.000Z', false],
  ['with one of a clock that was a year ahead', '2027-03-01T12:00:00.000Z', false],
])('a project %s is left alone: %s -> %s', (_what, dueAt, expected) => {
  expect(waits({ wake: dueAt === null ? null : { id: 'wake-1', dueAt } }, NOW)).toBe(expected);
});
