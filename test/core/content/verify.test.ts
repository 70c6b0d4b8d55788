import type { ExportCounts, Observation } from '../../../src/core/facts/model.ts';
import type { Run } from '../../../src/core/facts/record.ts';
import { revisionOf } from '../../../src/core/content/revision.ts';
import { verifyCopy } from '../../../src/core/content/verify.ts';
import {
  aProject,
  anImage,
  aRegion,
  anIteration,
  anObservation,
  aRun,
  aSnapshot,
  aTag,
  contentOf,
  exportCounts,
  guid,
  REPLICA_ID,
} from '../../support/builders.ts';

const images = [
  anImage(),
  anImage({ regions: [aRegion()] }),
  anImage({ regions: [aRegion(), aRegion({ left: 0.5 })] }),
];

function runOf(exported: Partial<ExportCounts> = {}): Run {
  const counts = exportCounts({ regions: 3, ...exported });
  const { intent } = aRun();
  return aRun({
    before: aSnapshot({ digest: contentOf(images).digest }),
    intent: intent && { ...intent, exported: counts },
  });
}

function verify(run: Run, found: Partial<Observation> = {}, foundImages = images) {
  const copy = anObservation({ project: aProject({ id: REPLICA_ID, name: 'cvr-staging', description: '' }), ...found });
  return verifyCopy(run, copy, contentOf(foundImages));
}

const whats = (differences: readonly { what: string }[]) => differences.map(({ what }) => what);

test('a copy with everything that was exported is as it should be', () => {
  const verdict = verify(runOf());
  expect(verdict).toMatchObject({ hard: [], differences: [] });
});

test('the copy is remembered as it was found, not as it was expected', () => {
  const found = { tags: [aTag({ description: 'changed on the way' })] };
  expect(verify(runOf(), found).baseline).toMatchObject({
    revision: revisionOf(anObservation(found)),
    digest: contentOf(images).digest,
    labels: contentOf(images).labels,
  });
});

describe('a copy is to be discarded', () => {
  test('where images are missing by the count of the service', () => {
    expect(verify(runOf(), { imageCount: 2 }).hard).toEqual([{ what: 'images', expected: '3', found: '2' }]);
  });

  test('where images are counted but can’t be read', () => {
    expect(verify(runOf({ regions: 0 }), {}, images.slice(0, 1)).hard).toEqual([
      { what: 'images', expected: '3', found: '1' },
    ]);
  });

  test('where tags are missing', () => {
    expect(whats(verify(runOf({ tags: 2 })).hard)).toEqual(['tags']);
  });

  test('where boxes are missing', () => {
    expect(whats(verify(runOf({ regions: 4 })).hard)).toEqual(['regions']);
  });

  test('for everything that it lacks, all at once', () => {
    const verdict = verify(runOf(), { imageCount: 0, tags: [] }, []);
    expect(whats(verdict.hard).toSorted()).toEqual(['images', 'regions', 'tags']);
  });
});

describe('a copy is kept, with the difference as evidence,', () => {
  test.each([
    ['where an iteration is missing', runOf({ iterations: 2 }), {}, 'iterations'],
    ['where there is an iteration too many', runOf({ iterations: 0 }), {}, 'iterations'],
    ['where there are images too many', runOf({ images: 2 }), {}, 'images'],
    ['where there are tags too many', runOf(), { tags: [aTag(), aTag({ id: guid(8), name: 'dog' })] }, 'tags'],
    ['where the revision is another', runOf(), { tags: [aTag({ description: 'new' })] }, 'revision'],
    ['where an iteration has another name', runOf(), { iterations: [anIteration({ name: 'x' })] }, 'revision'],
  ])('%s', (_what, run, found, what) => {
    const verdict = verify(run, found);
    expect(verdict.hard).toEqual([]);
    expect(whats(verdict.differences)).toContain(what);
  });

  test('where labels are others', () => {
    const moved = [...images.slice(0, 2), anImage({ regions: [aRegion(), aRegion({ left: 0.6 })] })];
    const verdict = verify(runOf(), {}, moved);
    expect(verdict).toMatchObject({ hard: [], differences: [{ what: 'digest', found: contentOf(moved).digest }] });
  });
});

describe('what is not known is not held against a copy:', () => {
  test('counts that the export left out', () => {
    const none = { iterations: null, images: null, tags: null, regions: null };
    expect(verify(runOf(none), { imageCount: 0, tags: [] }, []).hard).toEqual([]);
  });

  test('a digest that was not taken', () => {
    const run = { ...runOf(), before: aSnapshot({ digest: null }) };
    expect(whats(verify(run).differences)).not.toContain('digest');
  });

  test('iterations that are not trained', () => {
    const iterations = [anIteration(), anIteration({ name: 'Iteration 2', status: 'New' })];
    expect(verify(runOf(), { iterations }).differences).toEqual([]);
  });
});
