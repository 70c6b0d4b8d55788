import type { Plan, PlanInput, Seen } from '../../src/core/plan.ts';
import { planProject } from '../../src/core/plan.ts';
import type { ReplicaRecord } from '../../src/core/record.ts';
import {
  after,
  aGeneration,
  anImage,
  anObservation,
  aPolicy,
  aProject,
  aRecord,
  aRecordInSync,
  aReplica,
  aRun,
  aSnapshot,
  aStranger,
  contentOf,
  guid,
  REPLICA_ID,
  RUN_ID,
  timeAfter,
} from '../support/builders.ts';

const LATER = '2026-02-02T00:00:00.000Z';

/** Everything was looked at, and nothing has changed since the copy was made. */
const unchanged: Seen = { source: anObservation(), targetProjects: [aReplica(), aStranger()] };

function plan(record: ReplicaRecord, seen: Seen, more: Partial<PlanInput> = {}): Plan {
  return planProject({ record, seen, policy: aPolicy(), now: after(600), justCopied: false, ...more });
}

/** A plan in a few words, so that a table of them can be read. */
function inBrief(planned: Plan): string {
  if (planned.kind === 'look') return `look at ${planned.at}`;
  if (planned.kind === 'settled') return `settled: ${planned.as}`;
  return planned.kind === 'wait' ? 'wait' : planned.step.do;
}

describe('with no copy being made', () => {
  const nothing = aRecord();
  const inSync = aRecordInSync();
  const content = contentOf();
  const newImage = anObservation({ imageCount: 4 });
  const touched = anObservation({ project: aProject({ lastModified: LATER }) });
  const relabelled = contentOf([anImage(), anImage({ tags: [{ tagName: 'dog' }] }), anImage()]);
  const renamed = anObservation({ project: aProject({ name: 'Felines' }) });
  const described = anObservation({ project: aProject({ description: 'only cats' }) });
  const target = unchanged.targetProjects ?? [];

  const cases: readonly [what: string, record: ReplicaRecord, seen: Seen, expected: string][] = [
    ['looks at the source first', inSync, {}, 'look at source'],
    ['leaves a copy whose source is gone', inSync, { source: null }, 'settled: source-missing'],
    ['then looks at the target', inSync, { source: anObservation() }, 'look at target-projects'],
    ['is done where the copy holds what the source holds', inSync, unchanged, 'settled: in-sync'],
    ['looks at the labels of a new source', nothing, unchanged, 'look at source-content'],
    ['copies a new source', nothing, { ...unchanged, sourceContent: content }, 'import'],
    ['looks at the labels of a changed source', inSync, { ...unchanged, source: newImage }, 'look at source-content'],
    ['copies a changed source', inSync, { ...unchanged, source: newImage, sourceContent: content }, 'import'],
    ['looks closer where only lastModified moved', inSync, { ...unchanged, source: touched }, 'look at source-content'],
    [
      'makes no copy where lastModified moved and no label did',
      inSync,
      { ...unchanged, source: touched, sourceContent: content },
      'settled: in-sync',
    ],
    [
      'copies where labels moved and no count did',
      inSync,
      { ...unchanged, source: touched, sourceContent: relabelled },
      'import',
    ],
    ['brings a new name in line without a copy', inSync, { ...unchanged, source: renamed }, 'align'],
    ['brings a new description in line without a copy', inSync, { ...unchanged, source: described }, 'align'],
    ['forgets a copy that is no longer on the target', inSync, { ...unchanged, targetProjects: [] }, 'forget'],
    [
      'asks again after an import that was refused for certain',
      aRecord({ run: aRun({ intent: null }) }),
      { ...unchanged, sourceContent: content },
      'import',
    ],
    [
      'ends a run that was refused and is no longer needed',
      aRecordInSync({ run: aRun({ intent: null }) }),
      unchanged,
      'settled: in-sync',
    ],
    [
      'copies anew where the record has copies but none is current',
      aRecordInSync({ current: null }),
      { source: anObservation(), sourceContent: content, targetProjects: target },
      'import',
    ],
    [
      'makes no copy because an iteration was published',
      inSync,
      {
        ...unchanged,
        source: anObservation({ iterations: anObservation().iterations.map((it) => ({ ...it, publishName: 'p' })) }),
      },
      'settled: in-sync',
    ],
  ];

  test.each(cases)('%s', (_what, record, seen, expected) => {
    expect(inBrief(plan(record, seen))).toBe(expected);
  });
});

describe('a project that is out of scope', () => {
  const policy = aPolicy({ exclusionOf: () => 'EXCLUDE_PROJECTS names it' });

  test('is left alone, with the reason', () => {
    const planned = plan(aRecord(), unchanged, { policy });
    expect(planned).toMatchObject({ kind: 'settled', as: 'excluded', reason: 'EXCLUDE_PROJECTS names it' });
  });

  test('is left alone even where its copy is gone or old', () => {
    const seen = { source: anObservation({ imageCount: 9 }), targetProjects: [] };
    expect(inBrief(plan(aRecordInSync(), seen, { policy }))).toBe('settled: excluded');
  });
});

describe('an import', () => {
  const source = anObservation({ imageCount: 4 });
  const sourceContent = contentOf();

  test('is planned with the very look that it will be recorded under', () => {
    const planned = plan(aRecordInSync(), { ...unchanged, source, sourceContent });
    expect(planned).toMatchObject({
      step: {
        do: 'import',
        observation: source,
        content: sourceContent,
        before: { observedAt: source.observedAt, digest: sourceContent.digest },
      },
    });
  });

  test('waits for the next sweep where the source changed during a copy that was only just completed', () => {
    const planned = plan(aRecordInSync(), { ...unchanged, source, sourceContent }, { justCopied: true });
    expect(planned).toMatchObject({ kind: 'settled', as: 'behind', source: { observedAt: source.observedAt } });
  });

  test('follows at once where a trigger came during the copy that was only just completed', () => {
    const record = aRecordInSync({ triggeredAt: timeAfter(30) });
    expect(inBrief(plan(record, { ...unchanged, source, sourceContent }, { justCopied: true }))).toBe('import');
  });

  test('is not repeated where a trigger came but the copy that was only just completed holds everything', () => {
    const record = aRecordInSync({ triggeredAt: timeAfter(30) });
    expect(inBrief(plan(record, unchanged, { justCopied: true }))).toBe('settled: in-sync');
  });
});

describe('a copy that is gone from the target', () => {
  test('is the one that is forgotten, not the one that is there', () => {
    const gone = aGeneration({ runId: 'run-1', projectId: guid(50), name: 'Cats [replica run-1]' });
    const planned = plan(aRecordInSync({ generations: [gone, aGeneration()] }), unchanged);
    expect(planned).toEqual({ kind: 'step', step: { do: 'forget', generation: gone } });
  });
});

describe('what a settled project was seen to be', () => {
  test('is handed on to be remembered', () => {
    const source = anObservation({ observedAt: timeAfter(500) });
    const planned = plan(aRecordInSync(), { ...unchanged, source });
    expect(planned).toMatchObject({ source: { observedAt: timeAfter(500), revision: aSnapshot().revision } });
  });

  test('is nothing where the source is gone', () => {
    expect(plan(aRecordInSync(), { source: null })).toMatchObject({ source: null });
  });
});

describe('the name of the current copy', () => {
  const sharing = aGeneration({ name: `Cats [replica ${REPLICA_ID.slice(0, 8)}]` });
  const shared = aRecordInSync({ generations: [sharing] });
  const replica = aReplica({ name: sharing.name });

  test('stays where somebody else still holds the one of the source', () => {
    const seen = { source: anObservation(), targetProjects: [replica, aStranger({ name: 'Cats' })] };
    expect(inBrief(plan(shared, seen))).toBe('settled: in-sync');
  });

  test('becomes the one of the source as soon as nobody else holds it', () => {
    const seen = { source: anObservation(), targetProjects: [replica] };
    expect(plan(shared, seen)).toMatchObject({ step: { do: 'align', name: 'Cats', generation: { runId: RUN_ID } } });
  });

  test('stays where one of our own older copies holds the one of the source', () => {
    const older = aGeneration({ runId: 'run-1', projectId: guid(50) });
    const seen = { source: anObservation(), targetProjects: [replica, aReplica({ id: guid(50) })] };
    expect(inBrief(plan(aRecordInSync({ generations: [older, sharing] }), seen))).toBe('settled: in-sync');
  });

  test('follows a new name of the source', () => {
    const source = anObservation({ project: aProject({ name: 'Felines' }) });
    const planned = plan(aRecordInSync(), { ...unchanged, source });
    expect(planned).toMatchObject({ step: { do: 'align', name: 'Felines', source: { name: 'Felines' } } });
  });

  test('stays where a new description is brought in line under a name that somebody else holds', () => {
    const source = anObservation({ project: aProject({ description: 'only cats' }) });
    const planned = plan(shared, { source, targetProjects: [replica, aStranger({ name: 'Cats' })] });
    expect(planned).toMatchObject({ step: { do: 'align', name: sharing.name, source: { description: 'only cats' } } });
  });
});
