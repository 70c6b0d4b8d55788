import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import { oldestToRetire, oldestToYield, retentionOf, type RetentionInput } from '../../../src/core/plan/retention.ts';
import { aGeneration, aRecordInSync } from '../../support/builders.ts';
import { aSpare } from '../../support/planning.ts';

const current = aGeneration({ runId: 'run-9' });
const record = (generations: Generation[], named: string | null = 'run-9') =>
  aRecordInSync({ generations, current: named });

const NOW = new Date('2026-03-01T12:00:00Z');

function inputOf(
  found: ReplicaRecord,
  generationsToKeep: number,
  changes: Partial<RetentionInput> = {},
): RetentionInput {
  const policy = { generationsToKeep, keepCopiesForInSeconds: 0, shrinkLimitInPercent: 20 };
  return { record: found, policy, decision: null, now: NOW, ...changes };
}

/** The run ids of what may go, oldest first. */
function mayGo(generations: Generation[], generationsToKeep: number, named: string | null = 'run-9'): string[] {
  return [...retentionOf(inputOf(record(generations, named), generationsToKeep))]
    .filter(([, keeping]) => !keeping.keep)
    .map(([{ runId }]) => runId);
}

const three = [aSpare(1), aSpare(2), aSpare(3), current];
const unverified = aSpare(1, { verifiedAt: null });
const changed = aSpare(2, { changedBySomebody: true });

describe('which copies may go', () => {
  const cases: readonly [what: string, generations: Generation[], toKeep: number, expected: string[]][] = [
    ['none of one', [current], 1, []],
    ['all but the current one where one is wished for', three, 1, ['run-1', 'run-2', 'run-3']],
    ['all but the newest where two are wished for', three, 2, ['run-1', 'run-2']],
    ['all but the newest two where three are wished for', three, 3, ['run-1']],
    ['none where as many as there are are wished for', three, 4, []],
    ['none where more are wished for', three, 9, []],
    ['none that somebody changed', [aSpare(1), changed, aSpare(3), current], 1, ['run-1', 'run-3']],
    ['one that was never verified, once a later copy is complete', [unverified, current], 2, ['run-1']],
    ['one that was never verified, although newer, where one is wished for', [current, unverified], 1, ['run-1']],
    ['none that was never verified but is newer, where two are wished for', [current, unverified], 2, []],
    ['none in the place of one that was never verified', [unverified, aSpare(2), current], 2, ['run-1']],
    ['newer ones too where routing names an older one', [current, aSpare(3)], 1, ['run-3']],
  ];

  test.each(cases)('%s', (_what, generations, toKeep, expected) => {
    expect(mayGo(generations, toKeep)).toEqual(expected);
    expect(oldestToRetire(inputOf(record(generations), toKeep))?.runId ?? null).toBe(expected[0] ?? null);
  });

  test.each([
    ['no copy is current', null],
    ['the current copy is not among them', 'run-8'],
  ])('none where %s', (_what, named) => {
    expect(mayGo(three, 1, named)).toEqual([]);
    expect(oldestToRetire(inputOf(record(three, named), 1))).toBeNull();
  });

  test('never the current one, however few are wished for', () => {
    for (const toKeep of [0, 1, 2]) expect(mayGo(three, toKeep)).not.toContain('run-9');
  });
});

describe('each copy that is kept', () => {
  test('has a reason of its own', () => {
    const generations = [changed, aSpare(3), current];
    const reasons = [...retentionOf(inputOf(record(generations), 2)).values()].map((keeping) =>
      keeping.keep ? keeping.reason : '',
    );
    expect(reasons).toEqual([
      expect.stringContaining('somebody'),
      expect.stringContaining('GENERATIONS_TO_KEEP'),
      expect.stringContaining('routing'),
    ]);
  });

  test('is listed in the order of the record, with those that may go', () => {
    expect([...retentionOf(inputOf(record(three), 1)).keys()]).toEqual(three);
  });
});

describe('time beside number', () => {
  const DAY = 86_400;
  /** Copies by their age in days, oldest first, each of which became the older one of the next; the one in use is an hour old. */
  const aged = (...days: number[]): Generation[] => [
    ...days.map((age, index) => aSpare(index, { importedAt: daysAgo(age), verifiedAt: daysAgo(age) })),
    aGeneration({ runId: 'run-9', importedAt: daysAgo(1 / 24) }),
  ];
  const daysAgo = (days: number): string => new Date(NOW.getTime() - days * DAY * 1_000).toISOString();
  const inputFor = (generations: Generation[], generationsToKeep: number, keepForInDays = 7): RetentionInput => {
    const keepCopiesForInSeconds = keepForInDays * DAY;
    return inputOf(record(generations), generationsToKeep, {
      policy: { generationsToKeep, keepCopiesForInSeconds, shrinkLimitInPercent: 20 },
    });
  };
  /** The ages of what is kept beside the one in use. */
  const keptOf = (days: number[], generationsToKeep: number, keepForInDays = 7): number[] => {
    const kept = [...retentionOf(inputFor(aged(...days), generationsToKeep, keepForInDays)).values()];
    return days.filter((_age, index) => kept[index]?.keep === true);
  };

  test.each<[what: string, days: number[], toKeep: number, kept: number[]]>([
    ['the newest that is old enough is kept, and older ones may go', [20, 9, 8], 1, [8]],
    ['one of exactly that age is old enough', [8, 7], 1, [7]],
    ['where none is old enough, the oldest is kept: it will be the first', [6, 5, 4, 3, 2, 1], 1, [6]],
    ['one that is old enough and the next are kept, and none between', [8, 6, 5, 4], 1, [8, 6]],
    ['they are kept beside the newest that are wished for', [8, 6, 5, 4], 3, [8, 6, 5, 4]],
    ['they may be among the newest, and then no more are kept', [20, 9, 8], 3, [9, 8]],
    ['the copy that is wished for is no next one', [8, 1], 2, [8, 1]],
  ])('%s', (_what, days, toKeep, kept) => {
    expect(keptOf(days, toKeep)).toEqual(kept);
  });

  test('none is kept for its age where KEEP_COPIES_FOR is none', () => {
    expect(keptOf([20, 9, 8, 6, 5], 1, 0)).toEqual([]);
    expect(keptOf([20, 9, 8, 6, 5], 2, 0)).toEqual([5]);
  });

  test('a copy that never passed its verification is not the one that is old enough', () => {
    const [old, ...others] = aged(9, 3);
    const input = inputFor([{ ...old!, verifiedAt: null }, ...others], 1);
    expect([...retentionOf(input)].map(([{ runId }, { keep }]) => [runId, keep])).toEqual([
      ['run-0', false],
      ['run-1', true],
      ['run-9', true],
    ]);
  });

  test('each says why, and yields its slot where one is lacking, oldest first', () => {
    const input = inputFor(aged(8, 6, 1), 2);
    const reasons = [...retentionOf(input).values()].map((kept) => (kept.keep ? [kept.reason, kept.yields] : null));
    expect(reasons).toEqual([
      ['the newest copy that is old enough (KEEP_COPIES_FOR)', true],
      ['the next copy that will be old enough (KEEP_COPIES_FOR)', true],
      ['one of the 2 newest copies (GENERATIONS_TO_KEEP)', true],
      ['current: routing names it', false],
    ]);
    expect(oldestToRetire(input)).toBeNull();
    expect(oldestToYield(input)?.runId).toBe('run-0');
  });

  test('with a copy every day, some copy is old enough from the eighth day on, and none twice as old as it must be', () => {
    for (const generationsToKeep of [1, 2, 4]) {
      let ages: number[] = [];
      for (let day = 0; day < 40; day += 1) {
        ages = keptOf([...ages.map((age) => age + 1), 1], generationsToKeep);
        if (day >= 8) expect(Math.max(...ages)).toBeGreaterThanOrEqual(7);
        expect(Math.max(...ages)).toBeLessThan(15);
        expect(ages.length).toBeLessThanOrEqual(generationsToKeep + 2);
      }
    }
  });
});
