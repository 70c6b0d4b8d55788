import { stagingName } from '../../../src/core/content/mark.ts';
import type { Plan, PlanInput, Observed } from '../../../src/core/plan/types.ts';
import type { Difference, ReplicaRecord, Run } from '../../../src/core/facts/record.ts';
import type { RunMilestone } from '../../support/builders.ts';
import {
  aGeneration,
  anIteration,
  anObservation,
  aPolicy,
  aRecord,
  aRecordFailure,
  aReplica,
  aRun,
  aSnapshot,
  contentOf,
  guid,
  OWNER,
  REPLICA_ID,
  RUN_ID,
  runAfter,
  timeAfter,
} from '../../support/builders.ts';
import {
  aReplicaObservation,
  inBrief,
  planFor,
  PRODUCTION,
  PUBLISHED,
  REPLICA_ITERATION,
} from '../../support/planning.ts';

const staged = aReplica({ id: REPLICA_ID, name: stagingName(OWNER, RUN_ID) });
const copied = aReplicaObservation({ project: staged });
const predecessor = { replicaProjectId: guid(50), name: 'Cats [replica run-1]' };
const naming = { name: 'Cats', predecessor, predecessorRenamedAt: null, namedAt: null };

/** Everything about the copy was looked at, and it is what was exported. */
const observed: Observed = {
  candidate: staged,
  replica: copied,
  replicaContent: contentOf(),
  targetProjects: [staged],
};

function plan(
  run: Run,
  more: Observed = observed,
  input: Partial<PlanInput> = {},
  record: Partial<ReplicaRecord> = {},
): Plan {
  return planFor(aRecord({ run, ...record }), more, input);
}

const step = (what: string, facts: object = {}) => ({ kind: 'step', step: { do: what, ...facts } });

/** The source published its iteration when it was copied. */
const published = aSnapshot({
  publications: [{ iteration: 'Iteration 1', publishName: 'production', iterationId: guid(200) }],
});

describe('from the imported copy to the switch', () => {
  const named = { ...naming, predecessorRenamedAt: timeAfter(9) };
  const cases: readonly [what: string, run: Run, expected: string][] = [
    ['it is marked first', runAfter('imported'), 'mark'],
    ['then what came along of the source’s storage is taken off it', runAfter('marked'), 'unlink'],
    ['then verified', runAfter('unlinked'), 'note-verified'],
    ['then published', runAfter('verified', { before: published }), 'publish'],
    ['then its names are stored', runAfter('verified', { before: published, published: [PUBLISHED] }), 'intend-names'],
    ['then the older copy steps aside', runAfter('verified', { naming }), 'rename-predecessor'],
    ['then it is named', runAfter('verified', { naming: named }), 'rename'],
    ['it is named at once where nothing has to step aside', runAfter('names-intended'), 'rename'],
    ['then routing is switched', runAfter('named'), 'switch'],
  ];

  test.each(cases)('%s', (_what, run, expected) => {
    expect(plan(run)).toMatchObject(step(expected));
  });

  test('it is looked at before it is verified, and its iterations before it is published', () => {
    expect(inBrief(plan(runAfter('unlinked'), { candidate: staged }))).toBe('look at replica');
    expect(inBrief(plan(runAfter('verified', { before: published }), { candidate: staged }))).toBe('look at replica');
  });

  test('its labels are looked at before it is verified, and the target before it is named', () => {
    expect(inBrief(plan(runAfter('unlinked'), { candidate: staged, replica: copied }))).toBe('look at replica-content');
    expect(inBrief(plan(runAfter('verified'), { candidate: staged, replica: copied }))).toBe('look at target-projects');
  });

  test.each<RunMilestone>(['imported', 'marked', 'unlinked', 'verified', 'names-intended', 'named'])(
    'the run ends where the copy that is %s was deleted',
    (milestone) => {
      const planned = plan(runAfter(milestone), { ...observed, candidate: null });
      expect(planned).toMatchObject(step('end-run', { code: 'IMPORT_GONE' }));
    },
  );

  test.each([
    ['it is being looked at', { replica: null }],
    ['its labels are being read', { replicaContent: null }],
  ])('the run ends where the copy is deleted while %s', (_what, gone) => {
    const planned = plan(runAfter('unlinked'), { ...observed, ...gone });
    expect(planned).toMatchObject(step('end-run', { code: 'IMPORT_GONE' }));
  });

  test.each<RunMilestone>(['imported', 'marked', 'unlinked', 'verified', 'names-intended', 'named'])(
    'a copy that is %s waits while the service keeps it read-only',
    (milestone) => {
      const planned = plan(runAfter(milestone), { ...observed, candidate: { ...staged, drModeEnabled: true } });
      expect(planned).toMatchObject({ kind: 'blocked', blocker: { class: 'wait', code: 'DR_MODE' } });
    },
  );

  test('the copy that holds the name is the one that steps aside', () => {
    const generations = [aGeneration({ runId: 'run-1', replicaProjectId: predecessor.replicaProjectId })];
    const targetProjects = [staged, aReplica({ id: predecessor.replicaProjectId })];
    const planned = plan(runAfter('verified'), { ...observed, targetProjects }, {}, { generations, current: 'run-1' });
    expect(planned).toEqual(step('intend-names', { naming }));
  });

  test('the copy is named as the source was when it was copied', () => {
    const planned = plan(runAfter('verified', { before: { ...aRun().before, name: 'Felines' } }));
    expect(planned).toMatchObject(step('intend-names', { naming: { name: 'Felines' } }));
  });
});

describe('publishing a copy before it is named', () => {
  const run = runAfter('verified', { before: published });

  test('publishes the counterpart of what the source publishes, under the same name', () => {
    expect(plan(run)).toEqual(step('publish', { publication: PRODUCTION }));
  });

  test('takes a name that came along with the import for no proof', () => {
    const iterations = [anIteration({ id: REPLICA_ITERATION, publishName: 'production' })];
    expect(inBrief(plan(run, { ...observed, replica: { ...copied, iterations } }))).toBe('publish');
  });

  test('goes on without an iteration that has no counterpart', () => {
    expect(inBrief(plan(run, { ...observed, replica: { ...copied, iterations: [] } }))).toBe('intend-names');
  });

  test('finds a counterpart under another name by the order of training', () => {
    const iterations = [anIteration({ id: REPLICA_ITERATION, name: 'renamed on the way' })];
    expect(plan(run, { ...observed, replica: { ...copied, iterations } })).toEqual(
      step('publish', { publication: PRODUCTION }),
    );
  });

  test('is left out where there is no prediction resource', () => {
    const policy = aPolicy({ predictionResourceId: null });
    expect(inBrief(plan(run, observed, { policy }))).toBe('intend-names');
  });
});

describe('a copy that is not what was exported', () => {
  const run = runAfter('unlinked');
  const lacking: Observed = { ...observed, replica: { ...copied, imageCount: 1 } };
  const twoImages: Difference[] = [{ what: 'images', expected: '3', found: '1' }];

  test('is discarded where it lacks images, and the reason says how many', () => {
    const discard = { class: 'partial-import', code: 'IMPORT_INCOMPLETE', lacking: twoImages };
    const planned = plan(run, lacking);
    expect(planned).toMatchObject(step('discard', { discard }));
    expect(JSON.stringify(planned)).toMatch(/images: 3 .* 1 /);
  });

  test('is kept with the difference as evidence where it differs in something else', () => {
    const differing = { ...observed, replica: anObservation({ project: staged, iterations: [] }) };
    const planned = plan(run, differing);
    expect(planned).toMatchObject({ step: { do: 'note-verified', verified: { at: timeAfter(600) } } });
    expect(JSON.stringify(planned)).toContain('iterations');
  });

  test('is kept, unverified, where the copy before it lacked the very same', () => {
    const planned = plan(run, lacking, {}, { lastLacking: twoImages });
    expect(planned).toEqual(
      step('keep-unverified', { replica: lacking.replica, content: contentOf(), lacking: twoImages }),
    );
  });

  test.each([
    ['lacked something else', [{ what: 'images', expected: '3', found: '2' }]],
    ['lacked more', [...twoImages, { what: 'tags', expected: '1', found: '0' }]],
    ['lacked nothing', []],
  ])('is discarded where the copy before it %s', (_what, lastLacking) => {
    expect(inBrief(plan(run, lacking, {}, { lastLacking }))).toBe('discard');
  });

  test('is discarded where one like it is kept already', () => {
    const generations = [aGeneration({ runId: 'run-1', replicaProjectId: guid(50), verifiedAt: null })];
    expect(inBrief(plan(run, lacking, {}, { lastLacking: twoImages, generations }))).toBe('discard');
  });

  test('is verified where it lacks nothing, whatever the copy before it lacked', () => {
    expect(inBrief(plan(run, observed, {}, { lastLacking: twoImages }))).toBe('note-verified');
  });
});

describe('taking the source’s storage off a copy', () => {
  const lastTry = (attempts: number | null) => {
    const failure = attempts === null ? null : aRecordFailure({ attempts });
    const planned = plan(runAfter('marked'), observed, {}, { failure });
    return planned.kind === 'step' && planned.step.do === 'unlink' ? planned.step.isLastTry : null;
  };

  test('is tried a few times, so that a service that keeps failing does not keep the copy from being used', () => {
    expect([null, 1, 2, 3, 9].map(lastTry)).toEqual([false, false, true, true, true]);
  });

  test('leaves what it found among the differences of the copy', () => {
    const differences = [{ what: 'notificationQueueUri', expected: 'none', found: 'unknown' }];
    const planned = plan(runAfter('unlinked', { unlinked: { at: timeAfter(61), differences } }));
    expect(planned).toMatchObject(step('note-verified', { verified: { differences } }));
  });
});

describe('a copy that can’t serve what the one in use serves', () => {
  const served = aGeneration({ runId: 'run-1', replicaProjectId: guid(50), published: [PUBLISHED] });
  const inUse = { generations: [served], current: served.runId };
  // The iteration that the source publishes did not come along.
  const untrained = { ...observed, replica: aReplicaObservation({ project: staged, iterations: [] }) };

  test('is kept waiting, and the names are told', () => {
    const planned = plan(runAfter('verified', { before: published }), untrained, {}, inUse);
    expect(planned).toEqual(
      step('keep-waiting', { project: staged, lacksModels: ['production'], because: 'COPY_LACKS_MODELS' }),
    );
  });

  test.each([
    [
      'the copy in use does not serve the name either',
      published,
      { ...inUse, generations: [{ ...served, published: [] }] },
    ],
    ['the source publishes the name no more', aSnapshot(), inUse],
    ['no copy is in use', published, {}],
  ])('is put into use where %s', (_what, before, record) => {
    expect(inBrief(plan(runAfter('verified', { before }), untrained, {}, record))).toBe('intend-names');
  });
});
