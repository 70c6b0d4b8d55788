import { baselineOf, revisionOf } from '../../../src/core/content/revision.ts';
import { contentsOf } from '../../../src/core/content/contents.ts';
import type { ReplicaRecord } from '../../../src/core/facts/record.ts';
import { divergenceOf } from '../../../src/core/status/divergence-report.ts';
import {
  aGeneration,
  aRecordFailure,
  aRecordInSync,
  aReplica,
  aSnapshot,
  aTag,
  contentOf,
  exportCounts,
  guid,
  REPLICA_ID,
  timeAfter,
} from '../../support/builders.ts';
import { aReplicaObservation } from '../../support/planning.ts';

const dent = aTag({ id: guid(101), name: 'dent' });
const found = aReplicaObservation({
  project: aReplica({ name: 'Mine' }),
  imageCount: 5,
  tags: [aTag(), dent],
  observedAt: timeAfter(500),
});
const changed = aRecordInSync({
  generations: [aGeneration({ baseline: baselineOf(aReplicaObservation(), contentOf()) })],
  failure: aRecordFailure({ class: 'diverged', code: 'REPLICA_CHANGED', needsPerson: true, nextAttemptAt: null }),
  copyFound: {
    at: timeAfter(500),
    replicaProjectId: REPLICA_ID,
    revision: revisionOf(found),
    digest: null,
    contents: contentsOf(found, null),
  },
});

describe('what somebody changed', () => {
  test('is told in words, and in three columns', () => {
    expect(divergenceOf(changed)).toMatchObject({
      seenAt: timeAfter(500),
      copiedAt: timeAfter(60),
      sourceSeenAt: timeAfter(0),
      changes: ['images 3 → 5', 'tag “dent” added'],
      rows: [
        { what: 'name', copied: 'Cats', source: 'Cats', copy: 'Mine' },
        { what: 'images', copied: '3', source: '3', copy: '5' },
        { what: 'tags', copied: 'cat', source: 'cat', copy: 'cat, dent' },
        { what: 'boxes', copied: '0', source: '0', copy: null },
        { what: 'iterations', copied: 'Iteration 1', source: 'Iteration 1', copy: 'Iteration 1' },
      ],
    });
  });

  test('has fingerprints in its details alone, shortened', () => {
    const { details, ...rest } = divergenceOf(changed)!;
    expect(details.map(({ what, copy }) => [what, copy?.length ?? null])).toEqual([
      ['revision', 11],
      ['labels', null],
    ]);
    expect(JSON.stringify(rest)).not.toMatch(/r1-|[0-9a-f]{64}/);
  });

  test('says that it is not known what no record of an earlier version has', () => {
    const source = aSnapshot();
    delete source.contents;
    const generations = [aGeneration({ exported: exportCounts({ images: 4 }) })];
    const rows = divergenceOf({ ...changed, generations, source })?.rows;
    expect(rows?.[1]).toEqual({ what: 'images', copied: '4', source: null, copy: '5' });
    expect(rows?.[2]).toEqual({ what: 'tags', copied: '1', source: null, copy: 'cat, dent' });
  });

  test.each<[when: string, record: ReplicaRecord]>([
    ['the project waits for nobody', { ...changed, failure: null }],
    ['it waits for something else', { ...changed, failure: aRecordFailure({ code: 'NO_FREE_SLOT' }) }],
    ['it was seen on another copy than the one in use', { ...changed, copyFound: { ...changed.copyFound!, replicaProjectId: guid(9) } }], // prettier-ignore
  ])('is not told where %s', (_when, record) => {
    expect(divergenceOf(record)).toBeNull();
  });
});
