import { newsOf, standOf } from '../../../src/local/start/progress.ts';
import type { Row } from '../../../src/local/start/rows.ts';
import { row } from './builders.ts';

const COPY = row().copy!;
const OTHER_COPY = { ...COPY, id: '77777777-0000-4000-8000-000000000000' };
const unprotected = row({ copy: null, publishedAs: [], missing: 'it has no copy yet' });
const behind = row({ missing: 'its copy is not in sync: behind' });

describe('the news of the demonstration', () => {
  test.each<[string, Row[], Row[], string[]]>([
    ['no copy yet', [unprotected], [unprotected], []],
    [
      'the first copy',
      [unprotected, { ...unprotected, id: '2' }],
      [row(), { ...unprotected, id: '2' }],
      ['Weld seams: protected (5 images, published as live)'],
    ],
    [
      'the last of the first copies',
      [unprotected],
      [row({ publishedAs: [] })],
      ['Weld seams: protected (5 images)', 'all 1 projects are protected and in sync'],
    ],
    ['nothing new', [row()], [row()], []],
    ['a copy that falls behind', [row()], [behind], []],
    ['one that is in sync again', [behind], [row()], ['all 1 projects are protected and in sync']],
    [
      'a newer copy',
      [behind],
      [row({ copy: OTHER_COPY, missing: 'x' })],
      ['Weld seams: copied again (5 images, published as live)'],
    ],
    [
      'a new name',
      [behind],
      [row({ name: 'Welds', copy: { ...COPY, name: 'Welds' }, missing: 'x' })],
      ['Welds: the copy has its new name too'],
    ],
    ['a copy that makes way', [behind], [row({ copy: { ...COPY, name: 'Weld seams [replica 1]' }, missing: 'x' })], []],
    [
      'another publication',
      [behind],
      [row({ publishedAs: ['canary', 'live'], missing: 'x' })],
      ['Weld seams: the copy is published as canary, live too'],
    ],
    [
      'the end of a publication',
      [behind],
      [row({ publishedAs: [], missing: 'x' })],
      ['Weld seams: the copy is no longer published too'],
    ],
  ])('tell of %s', (_what, before, now, news) => {
    expect(newsOf(before, now)).toEqual(news);
  });

  test('say how it all stands when asked', () => {
    expect(standOf([row(), unprotected, { ...unprotected, sync: 'copying' }])).toBe(
      '1 of 3 projects are protected, 1 being copied',
    );
  });
});
