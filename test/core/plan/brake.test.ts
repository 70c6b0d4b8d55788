import { markLine, stagingName } from '../../../src/core/content/mark.ts';
import type { SweepState } from '../../../src/core/facts/sweep-state.ts';
import { brakeForTarget, faultOfTarget, judgeList } from '../../../src/core/plan/brake.ts';
import {
  after,
  aMark,
  aProject,
  aRecordInSync,
  aReplica,
  aStranger,
  aSweepState,
  guid,
  OWNER,
  timeAfter,
} from '../../support/builders.ts';

const ids = (count: number, first = 1): string[] => Array.from({ length: count }, (_, index) => guid(first + index));

/** The last accepted list had projects 1 to `count`. */
function accepted(count: number, changes: Partial<SweepState> = {}): SweepState {
  const projects = ids(count).map((id) => ({ id, name: id, since: timeAfter(-99), excluded: null }));
  return aSweepState({ projects, ...changes });
}

const judge = (state: SweepState, listed: readonly string[], recorded: readonly string[] = []) =>
  judgeList(state, recorded, listed, after(0));

describe('a list of the source’s projects', () => {
  const cases: readonly [what: string, before: number, now: string[], believed: boolean][] = [
    ['is believed where it is the same', 10, ids(10), true],
    ['is believed where it is longer', 10, ids(12), true],
    ['is believed where one project of many is gone', 10, ids(9), true],
    ['is believed where a fifth is gone', 10, ids(8), true],
    ['is not believed where more than a fifth is gone', 10, ids(7), false],
    ['is believed where one of two is gone', 2, ids(1), true],
    ['is not believed where two of three are gone', 3, ids(1), false],
    ['is not believed where it is empty', 10, [], false],
    ['is not believed where the only project is gone', 1, [], false],
    ['is believed where it is the first', 0, ids(5), true],
    ['is believed where it is the first and empty', 0, [], true],
    ['is not believed where it is as long, but of other projects', 10, ids(10, 100), false],
    ['is believed in any order', 10, ids(10).toReversed(), true],
  ];

  test.each(cases)('%s', (_what, before, now, believed) => {
    expect(judge(accepted(before), now).brake === null).toBe(believed);
  });
});

describe('while a list is not believed', () => {
  const missing = { [guid(5)]: timeAfter(-7) };

  test('nothing is marked that was not marked before', () => {
    expect(judge(accepted(10, { missing }), [], [guid(40)]).missing).toBe(missing);
  });

  test('it is told how many projects are gone of how many, and since when', () => {
    expect(judge(accepted(10), ids(3)).brake).toEqual({
      since: timeAfter(0),
      kind: 'short-list',
      accepted: 10,
      missing: 7,
      confirmedAt: null,
    });
  });

  test('since when stays, and the numbers follow', () => {
    const brake = { since: timeAfter(-600), kind: 'short-list' as const, accepted: 10, missing: 7, confirmedAt: null };
    expect(judge(accepted(10, { brake }), ids(2)).brake).toEqual({ ...brake, missing: 8 });
  });

  test('a good list ends it, without anything being marked', () => {
    const brake = { since: timeAfter(-600), kind: 'short-list' as const, accepted: 10, missing: 10, confirmedAt: null };
    expect(judge(accepted(10, { brake }), ids(10))).toEqual({ brake: null, missing: {} });
  });

  test('a person who confirms it ends it, and what is gone is marked', () => {
    const brake = {
      since: timeAfter(-600),
      kind: 'short-list' as const,
      accepted: 4,
      missing: 2,
      confirmedAt: timeAfter(-5),
    };
    expect(judge(accepted(4, { brake }), ids(2))).toEqual({
      brake: null,
      missing: { [guid(3)]: timeAfter(0), [guid(4)]: timeAfter(0) },
    });
  });
});

test('what a person confirmed is that so many are gone: a list that lacks more is not believed', () => {
  const confirmedAt = timeAfter(-5);
  const brake = { since: timeAfter(-600), kind: 'short-list' as const, accepted: 10, missing: 4, confirmedAt };
  const gone = (count: number) => judge(accepted(10, { brake }), ids(10 - count)).brake;
  expect([gone(3), gone(4)]).toEqual([null, null]);
  expect(gone(5)).toMatchObject({ missing: 5, confirmedAt: null });
  expect(gone(10)).toMatchObject({ missing: 10, confirmedAt: null });
});

test('what a person confirmed of the target says nothing of a list', () => {
  const confirmedAt = timeAfter(-5);
  const brake = { since: timeAfter(-600), kind: 'other-copies' as const, accepted: 0, missing: 10, confirmedAt };
  expect(judge(accepted(10, { brake }), ids(5)).brake).toMatchObject({ kind: 'short-list', missing: 5 });
});

describe('the target as a whole', () => {
  const [source, replica, record] = [aProject(), aReplica(), aRecordInSync()];
  const gone = aRecordInSync({
    generations: record.generations.map((held) => ({ ...held, replicaProjectId: guid(77) })),
  });
  const theirs = aReplica({
    id: guid(8),
    description: markLine(aMark({ replicaProjectId: guid(8), installation: '00000000' })),
  });
  const staging = aStranger({ name: stagingName({ ...OWNER, installation: '00000000' }, 'run-1') });
  const cases: readonly [
    what: string,
    target: ReturnType<typeof aProject>[],
    records: (typeof record)[],
    fault: string | null,
  ][] = [
    [
      'is the source where both list one project, though our copies are there',
      [replica, source],
      [record],
      'one-resource',
    ],
    ['is the source also where nothing is recorded yet', [source], [], 'one-resource'],
    ['is in order where it has a recorded copy, among those of others', [replica, theirs, staging], [record], null],
    ['is in order where it is empty', [], [record], null],
    ['is in order where it has strangers only', [aStranger()], [record], null],
    ['is in order where nothing is recorded yet, whoever else copies to it', [theirs, staging], [], null],
    ['is in order where a copy of ours is there that no record knows', [replica, theirs], [gone], null],
    ['is somebody else’s where it has none of ours and a copy of others', [theirs], [gone], 'other-copies'],
    ['is somebody else’s where it has none of ours and an import of others', [staging], [gone], 'other-copies'],
  ];

  test.each(cases)('%s', (_what, target, records, fault) => {
    expect(faultOfTarget([source], target, records, OWNER)).toBe(fault);
  });
});

describe('a project that a good list no longer has', () => {
  test('is missing from now on, whether it was listed before or only has a record', () => {
    expect(judge(accepted(10), ids(9), [guid(1), guid(40)]).missing).toEqual({
      [guid(10)]: timeAfter(0),
      [guid(40)]: timeAfter(0),
    });
  });

  test('is missing since it was first found to be', () => {
    const missing = { [guid(40)]: timeAfter(-700) };
    expect(judge(accepted(10, { missing }), ids(10), [guid(40)]).missing).toEqual(missing);
  });

  test('is missing no more when it is listed again', () => {
    expect(judge(accepted(10, { missing: { [guid(40)]: timeAfter(-700) } }), [...ids(10), guid(40)]).missing).toEqual(
      {},
    );
  });
});

// With `sweep.json` lost there is no accepted list; the records still say which projects there were.
test('an empty list is not believed where there are records, although no accepted list is known', () => {
  expect(judge(accepted(0), [], ids(5)).brake).not.toBeNull();
});

describe('the brake for a target', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const confirmed = {
    since: '2026-03-01T10:00:00.000Z',
    accepted: 0,
    missing: 0,
    confirmedAt: '2026-03-01T11:00:00.000Z',
  };

  test('that is somebody else’s may be confirmed by a person, and one that is the source may not', () => {
    const others = aSweepState({ brake: { kind: 'other-copies', ...confirmed } });
    expect(brakeForTarget('other-copies', others, now)).toBeNull();
    const one = aSweepState({ brake: { kind: 'one-resource', ...confirmed } });
    expect(brakeForTarget('one-resource', one, now)).toMatchObject({ kind: 'one-resource', confirmedAt: null });
    expect(brakeForTarget('one-resource', others, now)).toMatchObject({ kind: 'one-resource', confirmedAt: null });
    expect(brakeForTarget(null, others, now)).toBeNull();
  });
});

describe('what a person confirmed', () => {
  const confirmed = (missing: number) => ({
    brake: {
      ...{ since: timeAfter(-600), kind: 'short-list' as const, accepted: 10 },
      ...{ missing, confirmedAt: timeAfter(-5) },
    },
  });

  test.each([
    ['as many are gone', 4, 6, true],
    ['fewer are gone', 4, 7, true],
    ['more are gone by now', 4, 5, false],
    ['all are gone by now', 4, 0, false],
  ])('is that so many are gone: where %s', (_what, missing, left, believed) => {
    const { brake, missing: marked } = judge(accepted(10, confirmed(missing)), ids(left));
    expect(brake === null).toBe(believed);
    expect(Object.keys(marked)).toHaveLength(believed ? 10 - left : 0);
    // What is worse than what was confirmed asks to be confirmed anew.
    if (!believed) expect(brake).toMatchObject({ missing: 10 - left, confirmedAt: null });
  });
});
