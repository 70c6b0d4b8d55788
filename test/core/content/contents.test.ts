import { changesInWords, contentsLeft, contentsOf } from '../../../src/core/content/contents.ts';
import type { Observation } from '../../../src/core/facts/model.ts';
import { aGeneration, anIteration, anObservation, aTag, exportCounts, guid } from '../../support/builders.ts';

const [one, two] = [1, 2].map((number) => anIteration({ id: guid(199 + number), name: `Iteration ${number}` }));
const left = contentsOf(anObservation({ iterations: [one!, two!] }), 0);

const changes = (found: Partial<Observation>, regions: number | null = 0) =>
  changesInWords(left, contentsOf(anObservation({ iterations: [one!, two!], ...found }), regions));

describe('what somebody changed is said in words', () => {
  const dent = aTag({ id: guid(101), name: 'dent', imageCount: 1 });
  test.each<[what: string, found: Partial<Observation>, regions: number | null, words: string[]]>([
    ['nothing', {}, 0, []],
    ['images', { imageCount: 5 }, 0, ['images 3 → 5']],
    ['boxes', {}, 4, ['boxes 0 → 4']],
    ['boxes that nobody has counted', {}, null, []],
    ['a tag that came', { tags: [aTag(), dent] }, 0, ['tag “dent” added']],
    ['a tag that went', { tags: [] }, 0, ['tag “cat” removed']],
    ['a tag that was renamed', { tags: [aTag({ name: 'dent' })] }, 0, ['tag “cat” renamed to “dent”']],
    ['a tag in the place of another', { tags: [dent] }, 0, ['tag “dent” added', 'tag “cat” removed']],
    ['a tag on more images', { tags: [aTag({ imageCount: 3 })] }, 0, ['images with tag “cat” 2 → 3']],
    ['a training', { iterations: [one!, two!, anIteration({ id: guid(205), name: 'mine' })] }, 0, ['iteration “mine” added']], // prettier-ignore
    ['an iteration that was renamed', { iterations: [one!, { ...two!, name: 'good' }] }, 0, ['iteration “Iteration 2” renamed to “good”']], // prettier-ignore
    ['an iteration of the same name as another', { iterations: [one!, two!, { ...two!, id: guid(206) }] }, 0, ['iteration “Iteration 2” added']], // prettier-ignore
    ['several things', { imageCount: 5, tags: [aTag(), dent] }, 0, ['images 3 → 5', 'tag “dent” added']],
  ])('%s', (_what, found, regions, words) => {
    expect(changes(found, regions)).toEqual(words);
  });

  test('the first of many, and how many more there are', () => {
    const tags = Array.from({ length: 20 }, (_, index) => aTag({ id: guid(500 + index), name: `t${index}` }));
    const words = changes({ tags: [aTag(), ...tags] });
    expect(words).toHaveLength(9);
    expect(words.at(-1)).toBe('12 more changes');
  });

  test('by their number where there are too many tags to keep', () => {
    const many = Array.from({ length: 101 }, (_, index) => aTag({ id: guid(500 + index), name: `t${index}` }));
    expect(contentsOf(anObservation({ tags: many }), null)).toMatchObject({ tags: null, tagCount: 101 });
    expect(changes({ tags: many })).toEqual(['tags 1 → 101']);
  });
});

test('a record of an earlier version tells what its export counted, and calls nothing renamed', () => {
  const exported = exportCounts({ images: 3, tags: 1, regions: 0 });
  const now = contentsOf(anObservation({ imageCount: 4, iterations: [{ ...one!, name: 'good' }] }), 0);
  expect(changesInWords(contentsLeft(aGeneration({ exported })), now)).toEqual([
    'images 3 → 4',
    'iteration “good” added',
    'iteration “Iteration 1” removed',
  ]);
});
