import { missingLines, summaryOf, tableOf } from '../../../src/local/start/table.ts';
import { row } from './builders.ts';

const waiting = row({
  name: 'Straßen – Köln',
  sync: 'behind',
  lagInSeconds: null,
  copy: null,
  images: { source: 12, copy: null },
  publishedAs: [],
  generations: 0,
  failure: { code: 'NO_FREE_SLOT', message: 'The secondary is full.', hint: 'Make room.' },
  missing: 'it has no copy yet',
});

describe('the result of the demonstration', () => {
  test('is a table with a line for each project', () => {
    const lines = tableOf([row({ publishedAs: ['canary', 'live'], generations: 2 }), waiting]).split('\n');
    const cells = lines
      .filter((line) => line.startsWith('│'))
      .map((line) => line.split('│').map((cell) => cell.trim()));
    expect(cells.map((line) => line.slice(1, -1))).toEqual([
      ['project', 'sync', 'lag', 'copy', 'images', 'published as', 'generations'],
      ['Weld seams', 'in-sync', '0 s', '2f1c9a70, verified', '5 of 5', 'canary, live', '2'],
      ['Straßen – Köln', 'behind', '–', 'none', '– of 12', '', '0'],
    ]);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  test('says of each project that is not protected why, and what to do', () => {
    expect(missingLines([row(), waiting, row({ name: 'Sandbox', missing: 'no sweep has seen it yet' })])).toEqual([
      'Straßen – Köln: it has no copy yet. NO_FREE_SLOT: The secondary is full. Make room.',
      'Sandbox: no sweep has seen it yet.',
    ]);
  });

  test('ends with how many are protected, and after how long', () => {
    expect(summaryOf([row(), waiting, row()], 17.4)).toBe('2 of 3 projects protected in 17 s');
  });
});
