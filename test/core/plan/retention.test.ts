import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import { oldestToRetire, retentionOf, type RetentionInput } from '../../../src/core/plan/retention.ts';
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
