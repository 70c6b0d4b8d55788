import { markLine, stagingName } from '../../../src/core/content/mark.ts';
import type { Project } from '../../../src/core/facts/model.ts';
import type { Plan, Observed } from '../../../src/core/plan/types.ts';
import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import {
  aGeneration,
  aMark,
  anObservation,
  aPolicy,
  aRecord,
  aRecordInSync,
  aReplica,
  aRun,
  aStranger,
  contentOf,
  guid,
  OWNER,
  RUN_ID,
} from '../../support/builders.ts';
import { aRoute, aSpare, everythingInLine, inBrief, planFor, projectOf } from '../../support/planning.ts';

/** What the record says against what is really on the target. */
function plan(record: ReplicaRecord, targetProjects: Project[], observed: Partial<Observed> = {}): Plan {
  return planFor(record, everythingInLine({ targetProjects, ...observed }));
}

describe('a copy that no record knows', () => {
  test('is taken back into the record by its mark', () => {
    const project = aReplica();
    expect(plan(aRecord(), [aStranger(), project])).toEqual({ kind: 'step', step: { do: 'rebuild', project } });
  });

  test('is taken back before anything is copied, retired or given up', () => {
    const unknown = aReplica({ id: guid(60), name: 'Cats [replica run-1]' });
    const observed = everythingInLine({
      targetProjects: [aReplica(), unknown],
      source: anObservation({ imageCount: 9 }),
      sourceContent: contentOf(),
    });
    const policy = aPolicy({ targetProjectLimit: 2, generationsToKeep: 1 });
    expect(planFor(aRecordInSync(), observed, { policy, makeRoom: true })).toMatchObject({
      step: { do: 'rebuild', project: unknown },
    });
  });

  test('is taken back where the mark spells the ids in capitals', () => {
    const description = markLine(aMark({ sourceProjectId: 'ABCDEF00-0000-4000-8000-00000000000A' }));
    const record = aRecord({ sourceProjectId: 'abcdef00-0000-4000-8000-00000000000a' });
    expect(inBrief(plan(record, [aReplica({ description })]))).toBe('rebuild');
  });

  test.each([
    ['today’s mark', {}],
    ['the mark of the pair as the hosts were spelled once', { pair: '00000000' }],
    ['a mark of an earlier version, which names no installation', { installation: null }],
    ['such a mark of a pair spelled otherwise', { pair: '00000000', installation: null }],
  ])('is taken back by %s', (_what, changes) => {
    expect(inBrief(plan(aRecord(), [aReplica({ description: markLine(aMark(changes)) })]))).toBe('rebuild');
  });

  test.each([
    ['has a staging name still', aReplica({ name: stagingName(OWNER, 'run-9') })],
    ['carries the mark of another project', aReplica({ description: markLine(aMark({ replicaProjectId: guid(8) })) })],
    ['carries the mark of another source', aReplica({ description: markLine(aMark({ sourceProjectId: guid(8) })) })],
    [
      'carries the mark of another installation',
      aReplica({ description: markLine(aMark({ installation: '00000000' })) }),
    ],
    ['only has the name of the source', aStranger({ name: 'Cats' })],
  ])('is none of ours where it %s', (_what, project) => {
    expect(inBrief(plan(aRecord(), [project]))).toBe('look at source-content');
  });

  test('is looked for also while an import that was refused is to be asked for again', () => {
    expect(inBrief(plan(aRecord({ run: aRun({ intent: null }) }), [aReplica()]))).toBe('rebuild');
  });
});

describe('a copy that the record knows is forgotten', () => {
  const spare = aSpare(1);
  const record = aRecordInSync({ generations: [spare, aGeneration()] });
  const unmarked = aReplica({ description: 'cats and no cats' });
  const cases: readonly [what: string, targetProjects: Project[], generation: Generation, because: string][] = [
    ['where it is gone from the target', [aReplica()], spare, 'gone'],
    ['where it is gone, although it was current', [projectOf(spare)], aGeneration(), 'gone'],
    ['where its mark was removed', [projectOf(spare), unmarked], aGeneration(), 'unmarked'],
    ['where its mark is that of another installation', [aReplica(), { ...projectOf(spare), description: markLine(aMark({ replicaProjectId: spare.replicaProjectId, installation: '00000000' })) }], spare, 'unmarked'], // prettier-ignore
  ];

  test.each(cases)('%s', (_what, targetProjects, generation, because) => {
    expect(plan(record, targetProjects)).toEqual({ kind: 'step', step: { do: 'forget', generation, because } });
  });

  test('where it is deleted between the list and the look', () => {
    expect(plan(aRecordInSync(), [aReplica()], { replica: null })).toMatchObject({
      step: { do: 'forget', because: 'gone' },
    });
  });

  // The list and the look still had it; its labels did not.
  test('where it is deleted between the look and the reading of its labels', () => {
    const touched = aRecordInSync({ generations: [aGeneration({ lastModified: null })] });
    expect(plan(touched, [aReplica()], { replicaContent: null })).toMatchObject({
      step: { do: 'forget', because: 'gone' },
    });
  });
});

describe('where no copy is current, one that was verified is taken up', () => {
  const [oldest, older] = [aSpare(0), aSpare(1)];
  const generations = [oldest, older, aGeneration({ name: 'Cats [replica run-2]' })];
  const all = generations.map(projectOf);
  const takenUp = (record: ReplicaRecord, observed: Partial<Observed>): string => {
    const planned = plan(record, all, observed);
    return planned.kind === 'step' && planned.step.do === 'promote' ? planned.step.generation.runId : inBrief(planned);
  };
  const routeTo = (projectId: string) => ({ ...aRoute(), secondary: { ...aRoute().secondary, projectId } });

  test('once it is known which one routing names', () => {
    const observed: Observed = { source: anObservation(), targetProjects: all };
    expect(inBrief(planFor(aRecordInSync({ generations, current: null }), observed))).toBe('look at route');
  });

  const named = generations.map((generation) => (generation === older ? { ...older, name: 'Cats' } : generation));
  const cases: readonly [what: string, generations: Generation[], routed: string | null, expected: string][] = [
    ['the one that routing names', named, oldest.replicaProjectId, 'run-0'],
    ['else the one that has the name of the source', named, null, 'run-1'],
    ['else the newest', generations, null, RUN_ID],
    ['the newest also where routing names one that is not there', generations, guid(99), RUN_ID],
    ['never one that was not verified', [oldest, ...generations.slice(1).map((it) => ({ ...it, verifiedAt: null }))], null, 'run-0'], // prettier-ignore
  ];

  test.each(cases)('%s', (_what, ofRecord, routed, expected) => {
    const record = aRecordInSync({ generations: ofRecord, current: null });
    expect(takenUp(record, { route: routed === null ? null : routeTo(routed) })).toBe(expected);
  });

  test('also where the record names a current copy that it does not have', () => {
    expect(takenUp(aRecordInSync({ generations, current: 'run-9' }), { route: null })).not.toBe('promote');
  });

  test('and a new copy is made where none was verified', () => {
    const unverified = generations.map((generation) => ({ ...generation, verifiedAt: null }));
    expect(takenUp(aRecordInSync({ generations: unverified, current: null }), { route: null })).toBe(
      'look at source-content',
    );
  });

  // A copy that somebody changed can't be used: it parks the project, while an untouched copy lies beside it.
  test('never one that somebody changed, while there is another', () => {
    const theirs = generations.map((it) => (it.runId === RUN_ID ? { ...it, changedBySomebody: true } : it));
    expect(takenUp(aRecordInSync({ generations: theirs, current: null }), { route: null })).toBe('run-1');
  });
});
