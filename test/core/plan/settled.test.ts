import type { Plan, PlanInput, Observed } from '../../../src/core/plan/types.ts';
import type { ReplicaRecord } from '../../../src/core/facts/record.ts';
import {
  anImage,
  anObservation,
  aPolicy,
  aProject,
  aRecord,
  aRecordInSync,
  aGeneration,
  aReplica,
  aRun,
  aSnapshot,
  contentOf,
  timeAfter,
} from '../../support/builders.ts';
import { aSpare, everythingInLine, inBrief, planFor, projectOf } from '../../support/planning.ts';

const LATER = '2026-02-02T00:00:00.000Z';
const inSync = aRecordInSync();
const unchanged = everythingInLine();
const content = contentOf();

describe('what is looked at, in turn:', () => {
  const { source, targetProjects, replica } = everythingInLine() as Required<Observed>;
  const cases: readonly [what: string, observed: Observed, expected: string][] = [
    ['the source first', {}, 'look at source'],
    ['then the target', { source }, 'look at target-projects'],
    ['then the copy', { source, targetProjects }, 'look at replica'],
    ['then the route', { source, targetProjects, replica }, 'look at route'],
    ['and no label where nothing hints at a change', unchanged, 'settled: in-sync'],
  ];

  test.each(cases)('%s', (_what, observed, expected) => {
    expect(inBrief(planFor(inSync, observed))).toBe(expected);
  });
});

describe('with no copy being made', () => {
  const nothing = aRecord();
  const newImage = anObservation({ imageCount: 4 });
  const touched = anObservation({ project: aProject({ lastModified: LATER }) });
  const relabelled = contentOf([anImage(), anImage({ tags: [{ tagName: 'dog' }] }), anImage()]);
  const refused = aRun({ intent: null });

  const cases: readonly [what: string, record: ReplicaRecord, observed: Partial<Observed>, expected: string][] = [
    ['leaves a copy whose source is gone', inSync, { source: null, listedProjects: [] }, 'settled: source-missing'],
    ['is done where the copy holds what the source holds', inSync, {}, 'settled: in-sync'],
    ['looks at the labels of a new source', nothing, {}, 'look at source-content'],
    ['copies a new source', nothing, { sourceContent: content }, 'import'],
    ['looks at the labels of a changed source', inSync, { source: newImage }, 'look at source-content'],
    ['copies a changed source', inSync, { source: newImage, sourceContent: content }, 'import'],
    ['looks closer where only lastModified moved', inSync, { source: touched }, 'look at source-content'],
    [
      'makes no copy where lastModified moved and no label did',
      inSync,
      { source: touched, sourceContent: content },
      'settled: in-sync',
    ],
    ['copies where labels moved and no count did', inSync, { source: touched, sourceContent: relabelled }, 'import'],
    ['asks again after an import that was refused', aRecord({ run: refused }), { sourceContent: content }, 'import'],
    ['ends a run that was refused and is no longer needed', aRecordInSync({ run: refused }), {}, 'settled: in-sync'],
  ];

  test.each(cases)('%s', (_what, record, observed, expected) => {
    const targetProjects = record === inSync || record.current !== null ? unchanged.targetProjects! : [];
    expect(inBrief(planFor(record, { ...unchanged, targetProjects, ...observed }))).toBe(expected);
  });
});

describe('a project that is out of scope', () => {
  const policy = aPolicy({ exclusionOf: () => 'EXCLUDE_PROJECTS names it' });

  test('is left alone, with the reason', () => {
    const planned = planFor(aRecord(), { ...unchanged, targetProjects: [] }, { policy });
    expect(planned).toMatchObject({ kind: 'settled', as: 'excluded', reason: 'EXCLUDE_PROJECTS names it' });
  });

  test('has a copy that no record knows taken back into its record', () => {
    const project = aReplica();
    const planned = planFor(aRecord(), { ...unchanged, targetProjects: [project] }, { policy });
    expect(planned).toMatchObject({ kind: 'step', step: { do: 'rebuild', project } });
  });

  test('is left alone even where its copy is old, or its slot is asked for', () => {
    const observed = { ...unchanged, source: anObservation({ imageCount: 9 }) };
    expect(inBrief(planFor(inSync, observed, { policy, makeRoom: true }))).toBe('settled: excluded');
  });

  test('has its copies looked after all the same: one that is gone leaves the record, one that can yields its slot', () => {
    expect(inBrief(planFor(inSync, { ...unchanged, targetProjects: [] }, { policy }))).toBe('forget');
    const older = aSpare(1);
    const record = aRecordInSync({ generations: [older, aGeneration()] });
    const targetProjects = [aReplica(), projectOf(older)];
    expect(planFor(record, { ...unchanged, targetProjects }, { policy, makeRoom: true })).toMatchObject({
      step: { do: 'retire', generation: { runId: older.runId } },
    });
  });
});

describe('an import', () => {
  const source = anObservation({ imageCount: 4 });
  const changed = everythingInLine({ source, sourceContent: content });
  const plan = (record: ReplicaRecord, more: Partial<PlanInput> = {}): Plan => planFor(record, changed, more);

  test('is planned with the very look that it will be recorded under', () => {
    expect(plan(inSync)).toMatchObject({
      step: {
        do: 'import',
        observation: source,
        content,
        before: { observedAt: source.observedAt, digest: content.digest },
      },
    });
  });

  test('waits for the next sweep where the source changed during a copy that was only just completed', () => {
    const planned = plan(inSync, { justCopied: true });
    expect(planned).toMatchObject({ kind: 'settled', as: 'behind', source: { observedAt: source.observedAt } });
  });

  test('follows at once where a trigger came during the copy that was only just completed', () => {
    expect(inBrief(plan(aRecordInSync({ triggeredAt: timeAfter(30) }), { justCopied: true }))).toBe('import');
  });

  test('is not repeated where a trigger came but the copy that was only just completed holds everything', () => {
    const record = aRecordInSync({ triggeredAt: timeAfter(30) });
    expect(inBrief(planFor(record, unchanged, { justCopied: true }))).toBe('settled: in-sync');
  });
});

describe('what a settled project was observed to be', () => {
  test('is handed on to be remembered', () => {
    const source = anObservation({ observedAt: timeAfter(500) });
    const planned = planFor(inSync, everythingInLine({ source }));
    expect(planned).toMatchObject({ source: { observedAt: timeAfter(500), revision: aSnapshot().revision } });
  });

  test('is nothing where the source is gone', () => {
    const observed = { ...unchanged, source: null, listedProjects: [] };
    expect(planFor(inSync, observed)).toMatchObject({ kind: 'settled', source: null });
  });
});
