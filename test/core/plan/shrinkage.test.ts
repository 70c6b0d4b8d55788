import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import { copiesToPin, isPinned } from '../../../src/core/plan/shrinkage.ts';
import { aGeneration, aRecordInSync, timeAfter } from '../../support/builders.ts';
import { aSpare } from '../../support/planning.ts';

type Counts = Partial<Generation['exported']>;

const sized = (counts: Counts): Generation['exported'] => ({
  images: 100,
  tags: 10,
  regions: 50,
  iterations: 5,
  ...counts,
});

function recordOf(current: Counts, ...older: Counts[]): ReplicaRecord {
  const spares = older.map((counts, index) => aSpare(index, { exported: sized(counts) }));
  const inUse = aGeneration({ runId: 'run-9', exported: sized(current) });
  return aRecordInSync({ generations: [...spares, inUse], current: inUse.runId });
}

/** Run id -> what was lost of it. */
function pins(record: ReplicaRecord, limit = 20, releasedAt: string | null = null): Record<string, string[]> {
  const found = copiesToPin(record, limit, { releasedAt });
  return Object.fromEntries(found.map(({ generation, lost }) => [generation.runId, lost.map(({ what }) => what)]));
}

describe('a copy is to be pinned', () => {
  test.each<[what: string, current: Counts, older: Counts[], expected: Record<string, string[]>]>([
    ['where every image is gone', { images: 0 }, [{}], { 'run-0': ['images'] }],
    ['where a fifth and more of the tags are gone', { tags: 7 }, [{}], { 'run-0': ['tags'] }],
    ['where regions are gone', { regions: 10 }, [{}], { 'run-0': ['regions'] }],
    ['where trained iterations are gone', { iterations: 1 }, [{}], { 'run-0': ['iterations'] }],
    ['not where exactly the limit is gone', { images: 80 }, [{}], {}],
    ['where one more is gone', { images: 79 }, [{}], { 'run-0': ['images'] }],
    ['not where there is more', { images: 500 }, [{}], {}],
    [
      'the largest one, where many small losses add up',
      { images: 75 },
      [{}, { images: 90 }, { images: 82 }],
      { 'run-0': ['images'] },
    ],
    ['the newest of those that are as large', { images: 0 }, [{}, {}], { 'run-1': ['images'] }],
    [
      'each that holds the most of something',
      { images: 0, tags: 0 },
      [{ tags: 30 }, { images: 900 }],
      { 'run-0': ['tags'], 'run-1': ['images'] },
    ],
    ['not where a count is not known', { images: null }, [{}], {}],
    ['not by a copy whose count is not known', { images: 0 }, [{ images: null }], {}],
  ])('%s', (_what, current, older, expected) => {
    expect(pins(recordOf(current, ...older))).toEqual(expected);
  });

  test('by the limit that is set', () => {
    expect(pins(recordOf({ images: 60 }, {}), 50)).toEqual({});
    expect(pins(recordOf({ images: 60 }, {}), 30)).toEqual({ 'run-0': ['images'] });
  });

  test('not where it never passed its verification, nor where none is in use', () => {
    const unverified = aSpare(0, { exported: sized({}), verifiedAt: null });
    const empty = aGeneration({ exported: sized({ images: 0 }) });
    expect(pins(aRecordInSync({ generations: [unverified, empty] }))).toEqual({});
    expect(pins(aRecordInSync({ generations: [aSpare(0), empty], current: null }))).toEqual({});
  });

  test('not again where a person released it when the copy in use was there, but by one that came later', () => {
    const record = recordOf({ images: 0 }, {});
    expect(pins(record, 20, timeAfter(1_000))).toEqual({});
    expect(pins(record, 20, timeAfter(0))).toEqual({ 'run-0': ['images'] });
  });
});

test('what is pinned stays so until it is released after that', () => {
  const pinned = { pinned: { at: timeAfter(100), lost: [] } };
  expect(isPinned(aGeneration(), null)).toBe(false);
  expect(isPinned(aGeneration(pinned), null)).toBe(true);
  expect(isPinned(aGeneration(pinned), { releasedAt: timeAfter(99) })).toBe(true);
  expect(isPinned(aGeneration(pinned), { releasedAt: timeAfter(100) })).toBe(false);
});
