import type { Plan, PlanInput, Observed } from '../../../src/core/plan/types.ts';
import type { ReplicaRecord } from '../../../src/core/facts/record.ts';
import {
  after,
  aGeneration,
  anImage,
  anIteration,
  anObservation,
  aProject,
  aRecordInSync,
  aReplica,
  aSnapshot,
  contentOf,
  timeAfter,
} from '../../support/builders.ts';
import { aReplicaObservation, aRoute, everythingInLine, inBrief, planFor } from '../../support/planning.ts';

const DAY = 86_400;
const content = contentOf();
const relabelled = contentOf([anImage(), anImage({ tags: [{ tagName: 'dog' }] }), anImage()]);

function plan(
  observed: Partial<Observed>,
  more: Partial<PlanInput> = {},
  record: ReplicaRecord = aRecordInSync(),
): Plan {
  return planFor(record, everythingInLine(observed), more);
}

describe('a copy that somebody changed parks the project', () => {
  const trained = [anIteration(), anIteration({ name: 'Iteration 2' })];
  const cases: readonly [what: string, observed: Partial<Observed>, told: RegExp][] = [
    ['where it was renamed', { replica: aReplicaObservation({ project: aReplica({ name: 'Mine' }) }) }, /Cats.*Mine/],
    [
      'where it was trained',
      { replica: aReplicaObservation({ iterations: trained }) },
      /iteration “Iteration 2” added/,
    ],
    ['where an image was added', { replica: aReplicaObservation({ imageCount: 4 }) }, /images 3 → 4/],
    ['where labels were swapped, with all counts equal', { replicaContent: relabelled }, /labels/],
  ];

  test.each(cases)('%s', (_what, observed, told) => {
    const planned = plan(observed);
    expect(planned).toMatchObject({ kind: 'blocked', blocker: { class: 'diverged', code: 'REPLICA_CHANGED' } });
    expect(planned.kind === 'blocked' && planned.blocker.message).toMatch(told);
  });

  const mine = { replica: aReplicaObservation({ project: aReplica({ name: 'Mine' }) }) };

  test.each<[what: string, observed: Partial<Observed>, more: Partial<PlanInput>]>([
    ['the source has changed too', { source: anObservation({ imageCount: 9 }), sourceContent: content }, {}],
    ['the source has another name', { source: anObservation({ project: aProject({ name: 'Mine' }) }) }, {}],
    ['its slot is asked for', {}, { makeRoom: true }],
    ['routing is missing', { route: null }, {}],
  ])('and nothing is done about it although %s', (_what, observed, more) => {
    expect(inBrief(plan({ ...mine, ...observed }, more))).toBe('blocked: REPLICA_CHANGED');
  });
});

describe('the labels of the copy are read', () => {
  const later = aReplica({ lastModified: timeAfter(300) });
  const touched: Partial<Observed> = { replica: aReplicaObservation({ project: later }) };

  test('where the service hints that it was modified', () => {
    expect(inBrief(plan(touched))).toBe('look at replica-content');
  });

  test('where its lastModified is not known', () => {
    const generations = [aGeneration({ lastModified: null })];
    expect(inBrief(plan({}, {}, aRecordInSync({ generations })))).toBe('look at replica-content');
  });

  test('and the hint is remembered where they are what they were; that is no proof yet', () => {
    expect(plan({ ...touched, replicaContent: content })).toMatchObject({
      step: { do: 'note-proof', full: false, lastModified: timeAfter(300), generation: { runId: 'run-2' } },
    });
  });

  test('but not again once the hint is remembered', () => {
    const generations = [aGeneration({ lastModified: timeAfter(300) })];
    expect(inBrief(plan(touched, {}, aRecordInSync({ generations })))).toBe('settled: in-sync');
  });

  test('before a changed source is copied, so that nobody’s work is put aside unseen', () => {
    const source = anObservation({ imageCount: 9 });
    expect(inBrief(plan({ ...touched, source, sourceContent: content }))).toBe('look at replica-content');
  });
});

describe('a proof that is due', () => {
  const now = after(7 * DAY);

  test('reads the labels of both sides, the copy’s first', () => {
    expect(inBrief(plan({}, { now }))).toBe('look at replica-content');
    expect(inBrief(plan({ replicaContent: content }, { now }))).toBe('look at source-content');
  });

  test('is noted where both sides are what they should be', () => {
    expect(plan({ replicaContent: content, sourceContent: content }, { now })).toMatchObject({
      step: { do: 'note-proof', full: true },
    });
  });

  test('parks the project where the copy’s labels are others', () => {
    expect(inBrief(plan({ replicaContent: relabelled }, { now }))).toBe('blocked: REPLICA_CHANGED');
  });

  test('makes a new copy where the source’s labels are others, although nothing hinted at it', () => {
    expect(inBrief(plan({ replicaContent: content, sourceContent: relabelled }, { now }))).toBe('import');
  });

  test('is not due again right after it was noted', () => {
    const verifiedAt = now.toISOString();
    const route = { ...aRoute(), secondary: { ...aRoute().secondary, verifiedAt } };
    const record = aRecordInSync({ generations: [aGeneration({ verifiedAt })], labelsSeenAt: verifiedAt });
    expect(inBrief(plan({ route }, { now }, record))).toBe('settled: in-sync');
  });

  test('reaches routing, once it is noted', () => {
    const verifiedAt = now.toISOString();
    const record = aRecordInSync({ generations: [aGeneration({ verifiedAt })], labelsSeenAt: verifiedAt });
    expect(inBrief(plan({}, { now }, record))).toBe('route');
  });

  test('does not compare the copy with the source: what an import does not carry is no divergence', () => {
    const lossy = { revision: aSnapshot().revision, digest: relabelled.digest, labels: relabelled.labels };
    const generations = [aGeneration({ baseline: lossy })];
    const observed = { replicaContent: relabelled, sourceContent: content };
    expect(inBrief(plan(observed, { now }, aRecordInSync({ generations })))).toBe('note-proof');
  });
});
