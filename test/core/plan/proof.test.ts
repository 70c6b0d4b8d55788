import { limitsFor } from '../../../src/core/plan/policy.ts';
import { proofIsDue } from '../../../src/core/plan/proof.ts';
import { aGeneration, after, timeAfter } from '../../support/builders.ts';

const DAY = 86_400;
const limits = limitsFor(60, 120);
const { earliest, latest } = limits.proofInSeconds;

/** Copies whose ids are spread over all ids there may be. */
const copies = ['00000000', '40000000', '80000000', 'c0000000', 'ffffffff'].map((start) =>
  aGeneration({ replicaProjectId: `${start}-0000-4000-8000-000000000000`, verifiedAt: timeAfter(0) }),
);
const [first, , middle, , last] = copies;

describe('the labels of a copy are due to be read again', () => {
  test('within seven days, with a day to spare, whatever its id', () => {
    for (const copy of copies) expect(proofIsDue(copy, limits, after(6 * DAY + 1))).toBe(true);
  });

  test('not before the earliest time, whatever its id', () => {
    for (const copy of copies) expect(proofIsDue(copy, limits, after(earliest))).toBe(false);
  });

  test.each([
    ['at the earliest time', first, earliest],
    ['half-way', middle, (earliest + latest) / 2],
    ['at the latest time', last, latest],
  ])('at a time of its own, by its id: %s', (_what, copy, seconds) => {
    expect(proofIsDue(copy!, limits, after(seconds - 60))).toBe(false);
    expect(proofIsDue(copy!, limits, after(seconds + 60))).toBe(true);
  });

  test('at different times, where copies were made together', () => {
    const due = copies.filter((copy) => proofIsDue(copy, limits, after((earliest + latest) / 2)));
    expect(due.length).toBeGreaterThan(0);
    expect(due.length).toBeLessThan(copies.length);
  });

  test('by the last proof, not by the import', () => {
    const proven = aGeneration({ importedAt: timeAfter(-99 * DAY), verifiedAt: timeAfter(0) });
    expect(proofIsDue(proven, limits, after(DAY))).toBe(false);
  });

  test('never, where the copy did not pass in the first place', () => {
    expect(proofIsDue(aGeneration({ verifiedAt: null }), limits, after(99 * DAY))).toBe(false);
  });

  test('also where an id does not begin with digits', () => {
    expect(
      proofIsDue(aGeneration({ replicaProjectId: 'x', verifiedAt: timeAfter(0) }), limits, after(earliest + 1)),
    ).toBe(true);
  });
});

// A clock that was wrong once must not keep a copy from being looked at for a year.
test('a proof of a time that is yet to come, by more than clocks differ, is none', () => {
  const days = (count: number) => aGeneration({ verifiedAt: timeAfter(count * DAY) });
  expect(proofIsDue(days(365), limits, after(0))).toBe(true);
  expect(proofIsDue(days(2), limits, after(0))).toBe(true);
  expect(proofIsDue(days(0.5), limits, after(0))).toBe(false);
});
