import type { Observation } from '../../../src/core/facts/model.ts';
import type { Plan, PlanInput, Observed } from '../../../src/core/plan/types.ts';
import type { Generation, Published, ReplicaRecord } from '../../../src/core/facts/record.ts';
import { revisionOf, snapshotOf } from '../../../src/core/content/revision.ts';
import { routeTo } from '../../../src/core/facts/routing.ts';
import {
  aGeneration,
  anIteration,
  anObservation,
  aPolicy,
  aProject,
  aRecordInSync,
  aReplica,
  aStranger,
  contentOf,
  ENDPOINTS,
  guid,
  PREDICTION_ID,
  REPLICA_ID,
  RUN_ID,
} from '../../support/builders.ts';
import {
  aReplicaObservation,
  aRoute,
  aServingIteration,
  aSpare,
  everythingInLine,
  inBrief,
} from '../../support/planning.ts';
import { planFor, PRODUCTION, projectOf, PUBLISHED } from '../../support/planning.ts';

function plan(
  observed: Partial<Observed>,
  record: ReplicaRecord = aRecordInSync(),
  more: Partial<PlanInput> = {},
): Plan {
  return planFor(record, everythingInLine(observed), more);
}

const withCurrent = (changes: Partial<Generation>) => aRecordInSync({ generations: [aGeneration(changes)] });

/** Routing names these publications of the source and of the copy. */
function routed(ofSource: string[], ofCopy: string[]) {
  const { primary, secondary } = aRoute();
  return {
    ...aRoute(),
    primary: { ...primary, publishNames: ofSource },
    secondary: { ...secondary, publishNames: ofCopy },
  };
}

/** The source with its iteration published under a name, or not. */
const sourceWith = (publishName: string | null) => anObservation({ iterations: [anIteration({ publishName })] });

describe('the name and the description of the current copy', () => {
  const renamed = anObservation({ project: aProject({ name: 'Felines' }) });
  const described = anObservation({ project: aProject({ description: 'only cats' }) });
  const sharing = `Cats [replica ${REPLICA_ID.slice(0, 8)}]`;
  const shared = withCurrent({ name: sharing });
  const replica = aReplicaObservation({ project: aReplica({ name: sharing }) });
  const projects = (...others: ReturnType<typeof aStranger>[]) => [replica.project, ...others];

  test('follow a new name of the source, once routing has it', () => {
    expect(inBrief(plan({ source: renamed }))).toBe('route');
    const route = { ...aRoute(), name: 'Felines' };
    expect(plan({ source: renamed, route })).toMatchObject({
      step: { do: 'align', name: 'Felines', source: { name: 'Felines' }, generation: { runId: RUN_ID } },
    });
  });

  test('follow a new description of the source', () => {
    expect(plan({ source: described })).toMatchObject({
      step: { do: 'align', name: 'Cats', source: { description: 'only cats' } },
    });
  });

  test('stay where somebody else still holds the name of the source', () => {
    const targetProjects = projects(aStranger({ name: 'Cats' }));
    expect(inBrief(plan({ targetProjects, replica }, shared))).toBe('settled: in-sync');
  });

  test('become those of the source as soon as nobody else holds the name', () => {
    expect(plan({ targetProjects: projects(), replica }, shared)).toMatchObject({
      step: { do: 'align', name: 'Cats' },
    });
  });

  test('stay where one of our own older copies holds the name of the source', () => {
    const older = aSpare(1, { name: 'Cats' });
    const record = aRecordInSync({ generations: [older, aGeneration({ name: sharing })] });
    expect(inBrief(plan({ targetProjects: projects(projectOf(older)), replica }, record))).toBe('settled: in-sync');
  });

  test('follow a new description under a name that somebody else keeps from it', () => {
    const observed = { source: described, targetProjects: projects(aStranger({ name: 'Cats' })), replica };
    expect(plan(observed, shared)).toMatchObject({
      step: { do: 'align', name: sharing, source: { description: 'only cats' } },
    });
  });
});

describe('the publications of the current copy', () => {
  const unpublished = aRecordInSync();
  const published = withCurrent({ published: [PUBLISHED] });
  const source = sourceWith('production');
  const replica = aReplicaObservation({ iterations: [aServingIteration('production')] });

  test('follow the source without a new copy', () => {
    expect(plan({ source }, unpublished)).toEqual({ kind: 'step', step: { do: 'publish', publication: PRODUCTION } });
  });

  test('come before routing names them', () => {
    expect(inBrief(plan({ source, route: aRoute() }, unpublished))).toBe('publish');
    expect(inBrief(plan({ source, replica, route: aRoute() }, published))).toBe('route');
    expect(inBrief(plan({ source, replica, route: routed(['production'], ['production']) }, published))).toBe(
      'settled: in-sync',
    );
  });

  test('end only after routing names them no more', () => {
    const stopped = sourceWith(null);
    const named = { source: stopped, replica, route: routed(['production'], ['production']) };
    expect(inBrief(plan(named, published))).toBe('route');
    expect(inBrief(plan({ source: stopped, replica, route: routed([], []) }, published))).toBe('unpublish');
  });

  test('get another name only after routing names the old one no more', () => {
    const other = sourceWith('staging');
    const named = { source: other, replica, route: routed(['production'], ['production']) };
    expect(inBrief(plan(named, published))).toBe('route');
    expect(inBrief(plan({ source: other, replica, route: routed(['staging'], []) }, published))).toBe('unpublish');
    expect(inBrief(plan({ source: other, route: routed(['staging'], []) }, unpublished))).toBe('publish');
  });

  test('are left alone without a prediction resource', () => {
    const more = { policy: aPolicy({ predictionResourceId: null }) };
    expect(inBrief(plan({ source, route: routed(['production'], []) }, unpublished, more))).toBe('settled: in-sync');
  });

  test.each([
    ['an iteration is published anew', source, unpublished, 'blocked: DR_MODE'],
    ['a name is new', anObservation({ project: aProject({ description: 'only cats' }) }), unpublished, 'blocked: DR_MODE'], // prettier-ignore
    ['nothing is to be done', anObservation(), unpublished, 'settled: in-sync'],
  ])('wait while the service keeps the copy read-only: %s', (_what, seenSource, record, expected) => {
    const project = aReplica({ drModeEnabled: true });
    expect(inBrief(plan({ source: seenSource, replica: aReplicaObservation({ project }) }, record))).toBe(expected);
  });
});

describe('the publications of a copy with two iterations', () => {
  const trained = (firstId: number, ofFirst: string | null = null, ofSecond: string | null = null) => [
    aServingIteration(ofFirst, { id: guid(firstId) }),
    aServingIteration(ofSecond, { id: guid(firstId + 1), name: 'Iteration 2' }),
  ];
  const as = (publishName: string, iteration: 1 | 2): Published => ({
    ...{ iterationId: guid(209 + iteration), publishName, sourceIterationId: guid(199 + iteration) },
    ...{ resourceId: PREDICTION_ID, shownResourceId: PREDICTION_ID },
  });

  /** The copy was published in one way, as routing says too; the source is published in another way now. */
  function planBetween(published: Published[], source: Observation, replica: Observation): Plan {
    const holds = snapshotOf(source, contentOf());
    const baseline = { revision: revisionOf(replica), digest: contentOf().digest, labels: contentOf().labels };
    const generation = aGeneration({ holds, baseline, published });
    const record = aRecordInSync({ source: holds, generations: [generation] });
    return plan({ source, replica, route: routeTo(record, generation, ENDPOINTS, null) }, record);
  }

  test('leave out the one that has no counterpart', () => {
    const source = anObservation({ iterations: trained(200, null, 'production') });
    expect(inBrief(planBetween([], source, aReplicaObservation()))).toBe('settled: in-sync');
  });

  test('move a name from one to the other in one call', () => {
    const source = anObservation({ iterations: trained(200, null, 'production') });
    const replica = aReplicaObservation({ iterations: trained(210, 'production') });
    const { iterationId, publishName, sourceIterationId } = as('production', 2);
    expect(planBetween([as('production', 1)], source, replica)).toEqual({
      kind: 'step',
      step: { do: 'publish', publication: { iterationId, publishName, sourceIterationId } },
    });
  });

  test('take no name away that routing still names, where both change places', () => {
    const source = anObservation({ iterations: trained(200, 'b', 'a') });
    const replica = aReplicaObservation({ iterations: trained(210, 'a', 'b') });
    const planned = planBetween([as('a', 1), as('b', 2)], source, replica);
    expect(planned).toMatchObject({ step: { do: 'route', published: [{ publishName: 'a' }] } });
  });
});

describe('routing', () => {
  test('that is missing is written anew', () => {
    expect(plan({ route: null })).toMatchObject({ step: { do: 'route', source: { name: 'Cats' } } });
  });

  // The copy is in no route yet: published first, it is never named without its publications.
  test('that is missing is written anew only once the copy is published', () => {
    expect(inBrief(plan({ route: null, source: sourceWith('production') }))).toBe('publish');
  });

  test('that names another copy is brought in line', () => {
    const { secondary } = aRoute();
    expect(inBrief(plan({ route: { ...aRoute(), secondary: { ...secondary, projectId: guid(9) } } }))).toBe('route');
  });

  test('that sends clients to the copy has that stored as a decision, where none is', () => {
    expect(inBrief(plan({ route: { ...aRoute(), active: 'secondary' } }))).toBe('decide-as-routed');
  });

  test('follows new prediction endpoints', () => {
    const policy = aPolicy({ predictionEndpoints: { primary: null, secondary: 'https://new.example' } });
    expect(inBrief(plan({}, aRecordInSync(), { policy }))).toBe('route');
  });
});

describe('older copies', () => {
  const generations = [aSpare(0), aSpare(1), aGeneration()];
  const record = aRecordInSync({ generations });
  const targetProjects = generations.map(projectOf);

  test('are retired beyond those that are wished for, the oldest first, one at a time', () => {
    expect(plan({ targetProjects }, record)).toMatchObject({ step: { do: 'retire', generation: { runId: 'run-0' } } });
    const left = { generations: generations.slice(1) };
    expect(inBrief(plan({ targetProjects: targetProjects.slice(1) }, aRecordInSync(left)))).toBe('settled: in-sync');
  });

  test('are kept where more are wished for', () => {
    const policy = aPolicy({ generationsToKeep: 3 });
    expect(inBrief(plan({ targetProjects }, record, { policy }))).toBe('settled: in-sync');
  });

  test.each<[what: string, observed: Partial<Observed>, expected: string]>([
    ['published', { source: sourceWith('production') }, 'publish'],
    ['described', { source: anObservation({ project: aProject({ description: 'only cats' }) }) }, 'align'],
    ['routed', { route: null }, 'route'],
    ['of the newest content', { source: anObservation({ imageCount: 4 }) }, 'look at source-content'],
    ['as it was left', { replica: aReplicaObservation({ imageCount: 4 }) }, 'blocked: REPLICA_CHANGED'],
    ['writable', { replica: aReplicaObservation({ project: aReplica({ drModeEnabled: true }) }) }, 'blocked: DR_MODE'],
  ])('stay until the current copy is %s', (_what, observed, expected) => {
    expect(inBrief(plan({ targetProjects, ...observed }, record))).toBe(expected);
  });
});
