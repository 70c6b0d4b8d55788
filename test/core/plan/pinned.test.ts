import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import type { ExportCounts } from '../../../src/core/facts/model.ts';
import { oldestToRetire, oldestToYield, type RetentionInput } from '../../../src/core/plan/retention.ts';
import { after, aGeneration, aRecordInSync, RUN_ID, timeAfter } from '../../support/builders.ts';
import { aSpare, everythingInLine, inBrief, planFor, projectOf } from '../../support/planning.ts';

const counts = (images: number, changes: Partial<ExportCounts> = {}): ExportCounts => {
  return { images, tags: 10, regions: 10, iterations: 10, ...changes };
};

const currentWith = (exported: ExportCounts): Generation => aGeneration({ exported });

/** Copies of so much, oldest first; the last one is in use. */
function recordOf(...exported: readonly ExportCounts[]): ReplicaRecord {
  const spares = exported.slice(0, -1).map((held, index) => aSpare(index + 3, { exported: held }));
  return aRecordInSync({ generations: [...spares, currentWith(exported.at(-1)!)] });
}

const pinnedAt = (seconds: number): Generation['pinned'] => ({ at: timeAfter(seconds), lost: [] });
const releasedAt = (seconds: number) => ({ releasedAt: timeAfter(seconds) });

describe('a copy of which the one in use has lost much', () => {
  test('is pinned before anything else is done about the project', () => {
    const record = recordOf(counts(100), counts(0));
    const targetProjects = record.generations.map(projectOf);
    for (const makeRoom of [false, true]) {
      expect(inBrief(planFor(record, everythingInLine({ targetProjects }), { makeRoom }))).toBe('pin');
    }
  });
});

describe('a copy that is pinned', () => {
  const policy = { generationsToKeep: 1, keepCopiesForInSeconds: 0, shrinkLimitInPercent: 20 };
  const goes = (record: ReplicaRecord, decision: RetentionInput['decision'] = null): (string | null)[] => {
    const input: RetentionInput = { record, policy, decision, now: after(600) };
    return [oldestToRetire(input)?.runId ?? null, oldestToYield(input)?.runId ?? null];
  };
  const pinned = aSpare(1, { pinned: pinnedAt(100) });

  test('is neither retired nor gives its slot up, though the source has grown again since', () => {
    expect(goes(aRecordInSync({ generations: [pinned, aGeneration()] }))).toEqual([null, null]);
  });

  test('is kept from the moment that the loss is there, before the pin is stored', () => {
    expect(goes(recordOf(counts(100), counts(0)))).toEqual([null, null]);
  });

  test('outlives a newer one that is not', () => {
    expect(goes(aRecordInSync({ generations: [pinned, aSpare(2), aGeneration()] }))).toEqual(['run-2', 'run-2']);
  });

  test('may go once a person has released it, and not by a release from before', () => {
    const record = aRecordInSync({ generations: [pinned, aGeneration()] });
    expect(goes(record, releasedAt(200))).toEqual(['run-1', 'run-1']);
    expect(goes(record, releasedAt(50))).toEqual([null, null]);
  });
});

describe('an older copy that a person puts back into use', () => {
  const decision = (generation: Generation) => ({
    schemaVersion: 1 as const,
    active: 'primary' as const,
    frozen: true,
    replicaProjectId: generation.replicaProjectId,
    releasedAt: null,
    since: timeAfter(0),
    by: 'Ada',
    reason: 'A wipe',
  });
  const planned = (spare: Generation): string => {
    const record = aRecordInSync({ generations: [spare, aGeneration()] });
    const targetProjects = record.generations.map(projectOf);
    const plan = planFor(record, everythingInLine({ targetProjects }), { decision: decision(spare) });
    return plan.kind === 'step' && plan.step.do === 'promote'
      ? `${plan.step.because}: ${plan.step.generation.runId}`
      : inBrief(plan);
  };

  test('is made the current one', () => {
    expect(planned(aSpare(1))).toBe('restored: run-1');
  });

  test('is not where it was never verified: routing names complete copies only', () => {
    expect(planned(aSpare(1, { verifiedAt: null }))).not.toContain('restored');
  });

  test('is promoted once', () => {
    expect(planned(aGeneration({ runId: RUN_ID }))).not.toContain('restored');
  });
});
