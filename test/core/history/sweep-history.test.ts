import { historyOfSweep } from '../../../src/core/history/sweep-history.ts';
import { after, aSweepState, START, timeAfter } from '../../support/builders.ts';

const BRAKE = { kind: 'short-list', since: timeAfter(0), accepted: 12, missing: 7, confirmedAt: null } as const;
const CONFIRMED = { ...BRAKE, confirmedAt: timeAfter(60) };
const [FREE, BRAKING] = [aSweepState({ brake: null }), aSweepState({ brake: BRAKE })];

test.each([
  ['nothing', FREE, FREE, []],
  ['a brake that is tripped', FREE, BRAKING, ['brake.tripped']],
  ['a list that gets shorter meanwhile', BRAKING, aSweepState({ brake: { ...BRAKE, missing: 9 } }), []],
  ['a person’s word', BRAKING, aSweepState({ brake: CONFIRMED }), ['brake.confirmed']],
  ['the list that was confirmed', aSweepState({ brake: CONFIRMED }), FREE, ['brake.released']],
  [
    'another fault',
    BRAKING,
    aSweepState({ brake: { ...BRAKE, kind: 'one-resource', since: timeAfter(9) } }),
    ['brake.released', 'brake.tripped'],
  ],
])('the history of the app tells %s', (_what, before, next, expected) => {
  const entries = historyOfSweep(before, next, after(60));
  expect(entries.map(({ event }) => event)).toEqual(expected);
  expect(entries.every(({ projectId }) => projectId === null)).toBe(true);
});

test('the history of the app names who confirmed a brake, where somebody signed in', () => {
  const by = (confirmedBy: { confirmedBy?: string }) =>
    historyOfSweep(BRAKING, aSweepState({ brake: { ...CONFIRMED, ...confirmedBy } }), START)[0]?.by;
  expect([by({}), by({ confirmedBy: 'ada@example.com' })]).toEqual(['unknown', 'ada@example.com']);
});

test('the history of the app tells which settings were changed, from what and to what', () => {
  const had = aSweepState({ settings: { DRY_RUN: 'true', CALLS_PER_SECOND: '4' } });
  const has = aSweepState({ settings: { CALLS_PER_SECOND: '8', SHRINK_LIMIT: '10' } });
  expect(historyOfSweep(aSweepState(), had, START)).toEqual([]);
  expect(historyOfSweep(had, had, START)).toEqual([]);
  expect(historyOfSweep(had, has, after(60))).toMatchObject([
    {
      event: 'settings.changed',
      at: timeAfter(60),
      evidence: { CALLS_PER_SECOND: '4 → 8', DRY_RUN: 'true → not set', SHRINK_LIMIT: 'not set → 10' },
    },
  ]);
});
