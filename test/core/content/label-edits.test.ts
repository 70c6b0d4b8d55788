import { newEvidence } from '../../../src/core/content/label-edits.ts';
import type { Snapshot } from '../../../src/core/facts/record.ts';
import type { LabelEdits } from '../../../src/core/facts/sweep-state.ts';
import { aSnapshot, timeAfter } from '../../support/builders.ts';

const held = aSnapshot({ digest: 'aaa' });
const moved = { lastModified: timeAfter(900) };
const others = { digest: 'bbb', labels: 'by id: bbb' };

interface Case {
  readonly what: string;
  readonly seen: Partial<Snapshot>;
  readonly known?: LabelEdits;
  readonly expected: LabelEdits;
}

const CASES: readonly Case[] = [
  { what: 'nothing where the labels are the same', seen: moved, expected: 'unknown' },
  {
    what: 'nothing where the labels were not read',
    seen: { ...moved, digest: null, labels: null },
    expected: 'unknown',
  },
  { what: 'that it moves where only labels were changed', seen: { ...moved, ...others }, expected: 'moves' },
  {
    what: 'nothing where an image was added, too',
    seen: { ...moved, ...others, revision: 'r1-b' },
    expected: 'unknown',
  },
  {
    what: 'nothing where the project was renamed, too',
    seen: { ...moved, ...others, name: 'Dogs' },
    expected: 'unknown',
  },
  {
    what: 'nothing where something was published, too',
    seen: { ...moved, ...others, publications: [{ iteration: 'Iteration 1', publishName: 'beta' }] },
    expected: 'unknown',
  },
  { what: 'that it lies where labels are others and it stayed', seen: others, expected: 'lies' },
  { what: 'that it lies though it had moved once', seen: others, known: 'moves', expected: 'lies' },
  { what: 'for good that it lies', seen: { ...moved, ...others }, known: 'lies', expected: 'lies' },
];

describe('a reading of labels shows of lastModified', () => {
  test.each(CASES)('$what', ({ seen, known = 'unknown', expected }) => {
    expect(newEvidence(known, held, { ...held, ...seen })).toBe(expected);
  });
});
