import type { Plan, PlanInput, Observed } from '../../../src/core/plan/types.ts';
import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import { aGeneration, anObservation, aPolicy, aRecord, aRecordInSync, aStranger, contentOf, guid, timeAfter } from '../../support/builders.ts'; // prettier-ignore
import { aReplicaObservation, aRoute, aSpare, everythingInLine, inBrief, planFor, projectOf } from '../../support/planning.ts'; // prettier-ignore

const changed: Partial<Observed> = { source: anObservation({ imageCount: 4 }), sourceContent: contentOf() };
const strangers = [aStranger(), aStranger({ id: guid(71), name: 'Another' })];

function plan(record: ReplicaRecord, observed: Partial<Observed> = {}, more: Partial<PlanInput> = {}): Plan {
  const targetProjects = [...record.generations.map(projectOf), ...strangers];
  return planFor(record, everythingInLine({ targetProjects, ...observed }), more);
}

const withSpares = (...spares: Generation[]) => aRecordInSync({ generations: [...spares, aGeneration()] });
const limitedTo = (targetProjectLimit: number) => ({ policy: aPolicy({ targetProjectLimit, generationsToKeep: 9 }) });

describe('a new copy, where the target is full,', () => {
  test('takes the slot of the oldest spare copy of its own project', () => {
    const planned = plan(withSpares(aSpare(0), aSpare(1)), changed, limitedTo(5));
    expect(planned).toMatchObject({ step: { do: 'retire', generation: { runId: 'run-0' } } });
  });

  test('waits where its project has no spare copy, and says how full the target is', () => {
    const planned = plan(aRecordInSync(), changed, limitedTo(3));
    expect(planned).toMatchObject({ kind: 'blocked', blocker: { class: 'quota', code: 'NO_FREE_SLOT' } });
    expect(JSON.stringify(planned)).toContain('3 of 3');
  });

  test('waits where the project has no copy at all', () => {
    expect(inBrief(plan(aRecord(), changed, limitedTo(2)))).toBe('blocked: NO_FREE_SLOT');
  });

  test('waits rather than take the slot of a copy that was never replaced by a verified one', () => {
    const record = aRecord({ generations: [aSpare(1, { verifiedAt: null })] });
    expect(inBrief(plan(record, changed, limitedTo(3)))).toBe('blocked: NO_FREE_SLOT');
  });

  test('waits rather than take the slot of a copy that somebody changed', () => {
    const record = withSpares(aSpare(1, { changedBySomebody: true, changeCheckedAt: timeAfter(0) }));
    expect(inBrief(plan(record, changed, limitedTo(4)))).toBe('blocked: NO_FREE_SLOT');
  });

  test('waits where the service refused more than there are, whatever is configured', () => {
    expect(inBrief(plan(aRecordInSync(), { ...changed, targetProjectLimit: 3 }, limitedTo(100)))).toBe(
      'blocked: NO_FREE_SLOT',
    );
  });

  test('waits before the images of the source are read', () => {
    const { source } = changed;
    expect(inBrief(plan(aRecordInSync(), { source: source! }, limitedTo(3)))).toBe('blocked: NO_FREE_SLOT');
  });

  test('waits for nothing where one slot is free', () => {
    expect(inBrief(plan(aRecordInSync(), changed, limitedTo(4)))).toBe('import');
  });
});

test('a copy that holds what the source holds needs no slot', () => {
  expect(inBrief(plan(withSpares(aSpare(1)), {}, limitedTo(2)))).toBe('settled: in-sync');
});

describe('a project that is asked to make room', () => {
  const makeRoom = { makeRoom: true, policy: aPolicy({ generationsToKeep: 9 }) };

  test('gives up its oldest spare copy, although it is one of those that are wished for', () => {
    const planned = plan(withSpares(aSpare(0), aSpare(1)), {}, makeRoom);
    expect(planned).toMatchObject({
      step: { do: 'retire', generation: { runId: 'run-0' }, reason: expect.stringContaining('slot') as string },
    });
  });

  test('gives up one before it makes a new copy of its own', () => {
    expect(inBrief(plan(withSpares(aSpare(1)), changed, makeRoom))).toBe('retire');
  });

  test.each<[what: string, record: ReplicaRecord, expected: string]>([
    ['its last good copy', aRecordInSync(), 'settled: in-sync'],
    [
      'a copy that somebody changed',
      withSpares(aSpare(1, { changedBySomebody: true, changeCheckedAt: timeAfter(0) })),
      'settled: in-sync',
    ],
    ['a copy that it may need, none being current', aRecord({ generations: [aSpare(1)] }), 'promote'],
  ])('does not give up %s', (_what, record, expected) => {
    expect(inBrief(plan(record, {}, makeRoom))).toBe(expected);
  });

  test('gives up nothing before it is known which copy routing names', () => {
    const record = withSpares(aSpare(1));
    const { source, targetProjects, replica } = everythingInLine({
      targetProjects: record.generations.map(projectOf),
    }) as Required<Observed>;
    expect(inBrief(planFor(record, { source, targetProjects, replica }, makeRoom))).toBe('look at route');
    expect(inBrief(plan(record, { route: null }, makeRoom))).toBe('route');
  });

  test('gives up nothing while somebody’s change is to be judged', () => {
    const replica = aReplicaObservation({ imageCount: 9 });
    expect(inBrief(plan(withSpares(aSpare(1)), { replica }, makeRoom))).toBe('blocked: REPLICA_CHANGED');
  });
});

// Retiring refuses while routing names the spare copy, so that this never ends unless routing comes first.
test('routing that names the spare copy is brought in line before its slot is taken', () => {
  const spare = aSpare(1);
  const route = { ...aRoute(), secondary: { ...aRoute().secondary, projectId: spare.replicaProjectId } };
  expect(inBrief(plan(withSpares(spare), { ...changed, route }, limitedTo(4)))).toBe('route');
});
