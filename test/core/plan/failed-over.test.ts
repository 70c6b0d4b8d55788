import type { Decision } from '../../../src/core/facts/decision.ts';
import type { Observation } from '../../../src/core/facts/model.ts';
import type { Observed } from '../../../src/core/plan/types.ts';
import {
  aGeneration,
  anIteration,
  anObservation,
  aPolicy,
  aProject,
  aRecordInSync,
  aReplica,
  aTag,
  PREDICTION_ID,
  REPLICA_ID,
  timeAfter,
} from '../../support/builders.ts';
import {
  aReplicaObservation,
  aRoute,
  aServingIteration,
  aSpare,
  everythingInLine,
  inBrief,
  planFor,
  projectOf,
  PUBLISHED,
} from '../../support/planning.ts';

const failedOver: Decision = {
  ...{
    schemaVersion: 1,
    active: 'secondary',
    frozen: true,
    replicaProjectId: REPLICA_ID,
    publishNames: ['production'],
  },
  ...{ releasedAt: null, since: timeAfter(0), by: 'Ada', reason: 'the region is down' },
};

const serving = aGeneration({ published: [PUBLISHED] });
const spare = aSpare(1);
const record = aRecordInSync({ generations: [spare, serving] });
const route = { ...aRoute(), active: 'secondary' as const };
const replica = aReplicaObservation({ iterations: [aServingIteration('production')] });
const policy = aPolicy({ generationsToKeep: 1, keepCopiesForInSeconds: 0, predictionResourceId: PREDICTION_ID });

function planned(changes: Partial<Observed>, makeRoom = false): string {
  const targetProjects = [projectOf(spare), aReplica()];
  const observed = everythingInLine({ targetProjects, replica, route, ...changes });
  return inBrief(planFor(record, observed, { decision: failedOver, policy, makeRoom }));
}

describe('while clients are on the copy nothing is done to it, whatever the primary shows', () => {
  const returns: readonly [what: string, source: Observation | null, plan: string][] = [
    ['the same', anObservation(), 'settled: in-sync'],
    ['more images', anObservation({ imageCount: 9 }), 'settled: behind'],
    ['none', anObservation({ imageCount: 0 }), 'settled: behind'],
    ['another tag', anObservation({ tags: [aTag({ name: 'dog' })] }), 'settled: behind'],
    ['another name', anObservation({ project: aProject({ name: 'Felines' }) }), 'settled: in-sync'],
    [
      'another publish name',
      anObservation({ iterations: [anIteration({ publishName: 'staging' })] }),
      'settled: behind',
    ],
    ['a half-made import', anObservation({ project: aProject({ status: 'Failed' }) }), 'settled: in-sync'],
    ['no such project', null, 'settled: source-missing'],
  ];

  test.each(returns)('%s', (_what, source, plan) => {
    expect(planned({ source })).toBe(plan);
    // Nor is a slot given up that another project needs.
    expect(planned({ source }, true)).toBe(plan);
  });

  test('whatever became of the mark on it', () => {
    expect(planned({ targetProjects: [projectOf(spare), aReplica({ description: '' })] })).toMatch(/^settled/);
  });

  test('and where it is gone, it is forgotten, for an older one to take over', () => {
    expect(planned({ targetProjects: [projectOf(spare)] })).toBe('forget');
  });
});

describe('routing goes by the decision before anything else is done', () => {
  test.each([
    ['sends clients elsewhere', { ...route, active: 'primary' as const }, 'route-active'],
    ['was not looked at', undefined, 'look at route'],
  ])('where it %s', (_what, shown, plan) => {
    expect(inBrief(planFor(record, { ...(shown && { route: shown }) }, { decision: failedOver, policy }))).toBe(plan);
  });

  test('and where it is lost it is written anew', () => {
    expect(planned({ route: null })).toBe('route');
  });

  test('also back to the primary', () => {
    const back: Decision = { ...failedOver, active: 'primary', frozen: false, replicaProjectId: null };
    expect(inBrief(planFor(record, { route }, { decision: back, policy }))).toBe('route-active');
  });
});
