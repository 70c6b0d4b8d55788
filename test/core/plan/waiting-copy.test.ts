import type { Iteration } from '../../../src/core/facts/model.ts';
import type { Generation, Snapshot } from '../../../src/core/facts/record.ts';
import { snapshotOf } from '../../../src/core/content/revision.ts';
import type { Plan, PlanInput } from '../../../src/core/plan/types.ts';
import {
  aGeneration,
  anIteration,
  anObservation,
  aPolicy,
  aRecordInSync,
  aSnapshot,
  contentOf,
  guid,
  timeAfter,
} from '../../support/builders.ts';
import {
  aRoute,
  aReplicaObservation,
  aSpare,
  everythingInLine,
  inBrief,
  planFor,
  PUBLISHED,
  aServingIteration,
  projectOf,
} from '../../support/planning.ts';

/** The copy in use is of an earlier content; the newer one waits beside it since it could not serve that name. */

const changed = anObservation({
  imageCount: 4,
  iterations: [anIteration({ publishName: 'production' })],
});
const holds = aSnapshot({ revision: 'r1-earlier' });
const serving = aGeneration({ holds, published: [PUBLISHED] });
const waiting = (changes: Partial<Generation> = {}): Generation =>
  aSpare(9, { lacksModels: ['production'], holds: { ...aSnapshot(), revision: revisionNow() }, ...changes });

function revisionNow(): string {
  return snapshotOf(changed, contentOf()).revision;
}

function plan(
  generations: Generation[],
  waitingCopy: readonly Iteration[] | null | undefined,
  more: Partial<PlanInput> & { readonly published?: boolean; readonly routedAs?: string[] } = {},
): Plan {
  const { published = true, routedAs: publishNames = ['production'], ...input } = more;
  const source = published ? changed : { ...changed, iterations: [anIteration({ publishName: null })] };
  const record = aRecordInSync({ generations, inSyncAt: timeAfter(0) });
  const copied = waitingCopy === null ? null : anObservation({ iterations: [...(waitingCopy ?? [])] });
  const observed = everythingInLine({
    ...{ source, sourceContent: contentOf(), targetProjects: generations.map(projectOf) },
    replica: aReplicaObservation({ iterations: [aServingIteration(publishNames[0] ?? null)] }),
    route: { ...aRoute(), secondary: { ...aRoute().secondary, publishNames } },
    ...(waitingCopy === undefined ? {} : { waitingCopy: copied }),
  });
  return planFor(record, observed, { policy: aPolicy({ generationsToKeep: 2 }), ...input });
}

describe('a copy that waits beside the one in use', () => {
  test('is looked at before anything is said about it', () => {
    expect(inBrief(plan([serving, waiting()], undefined))).toBe('look at waiting-copy');
  });

  test.each<[what: string, iterations: readonly Iteration[] | null, expected: string]>([
    ['stays where it has no iteration', [], 'blocked: COPY_LACKS_MODELS'],
    ['stays where it is not there to be looked at', null, 'blocked: COPY_LACKS_MODELS'],
    ['is published where it has the iteration of the name', [anIteration({ id: guid(333) })], 'publish'],
  ])('%s', (_what, iterations, expected) => {
    expect(inBrief(plan([serving, waiting()], iterations))).toBe(expected);
  });

  test('is put into use unseen where the source publishes the name no more, or the copy in use does not serve it', () => {
    expect(inBrief(plan([serving, waiting()], undefined, { published: false }))).toBe('promote');
    const idle = { ...serving, published: [] };
    expect(inBrief(plan([idle, waiting()], undefined, { routedAs: [] }))).toBe('promote');
  });

  test('is put into use once it is seen to serve that name, published by us', () => {
    const served = aServingIteration('production', { id: guid(333) });
    expect(inBrief(plan([serving, waiting()], [served]))).toBe('publish');
    const published = [{ ...PUBLISHED, iterationId: guid(333) }];
    expect(inBrief(plan([serving, waiting({ published })], [served]))).toBe('promote');
    expect(inBrief(plan([serving, waiting({ published })], [{ ...served, publishName: null }]))).toBe('publish');
  });

  test('is followed by another where the source changes again, until as many wait as are kept or its models change too', () => {
    const between = (holds: Partial<Snapshot> = {}) =>
      waiting({ holds: { ...snapshotOf(changed, contentOf()), revision: 'r1-between', ...holds } });
    expect(inBrief(plan([serving, between()], undefined))).toBe('import');
    const earlier = { ...between(), runId: 'run-8' };
    expect(inBrief(plan([serving, earlier, between()], undefined))).toBe('look at waiting-copy');
    expect(inBrief(plan([serving, earlier, between()], []))).toBe('blocked: COPY_LACKS_MODELS');
    expect(inBrief(plan([serving, earlier, between({ publications: [] })], undefined))).toBe('import');
    expect(inBrief(plan([serving, earlier, between({ iterations: ['Iteration 0'] })], undefined))).toBe('import');
  });
});
