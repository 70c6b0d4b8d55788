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
  PRODUCTION,
  projectOf,
} from '../../support/planning.ts';

/** The copy in use is of an earlier content; the newer one waits beside it since it could not serve that name. */

const changed = anObservation({
  imageCount: 4,
  iterations: [anIteration({ publishName: 'production' })],
});
const holds = aSnapshot({ revision: 'r1-earlier' });
const serving = aGeneration({ holds, published: [PRODUCTION] });
const waiting = (changes: Partial<Generation> = {}): Generation =>
  aSpare(9, { lacksModels: ['production'], holds: { ...aSnapshot(), revision: revisionNow() }, ...changes });

function revisionNow(): string {
  return snapshotOf(changed, contentOf()).revision;
}

function plan(
  generations: Generation[],
  waitingCopy: readonly Iteration[] | null | undefined,
  more: Partial<PlanInput> & { readonly published?: boolean } = {},
): Plan {
  const { published = true, ...input } = more;
  const source = published ? changed : { ...changed, iterations: [anIteration({ publishName: null })] };
  const record = aRecordInSync({ generations, inSyncAt: timeAfter(0) });
  const copied = waitingCopy === null ? null : anObservation({ iterations: [...(waitingCopy ?? [])] });
  const observed = everythingInLine({
    ...{ source, sourceContent: contentOf(), targetProjects: generations.map(projectOf) },
    replica: aReplicaObservation(),
    route: { ...aRoute(), secondary: { ...aRoute().secondary, publishNames: ['production'] } },
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
    ['is put into use where it has the iteration of the name', [anIteration({ id: guid(333) })], 'promote'],
  ])('%s', (_what, iterations, expected) => {
    expect(inBrief(plan([serving, waiting()], iterations))).toBe(expected);
  });

  test('is put into use unseen where the source publishes the name no more, or the copy in use does not serve it', () => {
    expect(inBrief(plan([serving, waiting()], undefined, { published: false }))).toBe('promote');
    expect(inBrief(plan([{ ...serving, published: [] }, waiting()], undefined))).toBe('promote');
  });

  test('is followed by another where the source changes again, until as many wait as are kept or its models change too', () => {
    const between = (holds: Partial<Snapshot> = {}) =>
      waiting({ holds: { ...snapshotOf(changed, contentOf()), revision: 'r1-between', ...holds } });
    expect(inBrief(plan([serving, between()], undefined))).toBe('import');
    const earlier = { ...between(), runId: 'run-8' };
    expect(inBrief(plan([serving, earlier, between()], undefined))).toBe('blocked: COPY_LACKS_MODELS');
    expect(inBrief(plan([serving, earlier, between({ publications: [] })], undefined))).toBe('import');
    expect(inBrief(plan([serving, earlier, between({ iterations: ['Iteration 0'] })], undefined))).toBe('import');
  });
});
