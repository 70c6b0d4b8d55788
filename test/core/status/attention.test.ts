import type { ReportInput } from '../../../src/core/status/status-facts.ts';
import { attentionOf } from '../../../src/core/status/attention.ts';
import {
  aGeneration,
  after,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  aRun,
  aSnapshot,
  aSweepState,
  every,
  guid,
  HALF_HOURLY,
  runAfter,
  timeAfter,
} from '../../support/builders.ts';
import {
  aStatusReport,
  aSweepThatListed,
  aSweepThatMissed,
  aSweepThatSaw,
  behind,
  needsPerson,
  OBJECTIVE,
} from '../../support/reports.ts';

function attention(changes: Partial<ReportInput> = {}) {
  return attentionOf(aStatusReport({ schedule: HALF_HOURLY, ...changes }));
}

const published = aSnapshot({ publications: [{ iteration: 'Iteration 1', publishName: 'production' }] });
/** Its copy is thought to take an hour, and is what it waits for. */
const slowly = aRecord({
  run: runAfter('answered', { intent: { ...aRun().intent!, estimatedImportInSeconds: 3_600 } }),
});
const brake = { since: timeAfter(-60), kind: 'short-list' as const, accepted: 10, missing: 9, confirmedAt: null };

test('nothing needs attention where all is well', () => {
  expect(attention()).toEqual([]);
});

describe('what needs attention is', () => {
  const cases: readonly [what: string, found: readonly [string, string, boolean], changes: Partial<ReportInput>][] = [
    [
      'a bad setting',
      ['critical', 'SETTINGS_INVALID', false],
      { problems: [{ setting: 'X', message: 'is not set.', expected: 'a word' }], sweep: null, records: [] },
    ],
    ['that nothing sweeps', ['critical', 'SWEEP_OVERDUE', false], { now: after(2_701) }],
    [
      'that no sweep ever began',
      ['critical', 'SWEEP_OVERDUE', false],
      { sweep: aSweepState({ lastStartedAt: null, lastCompletedAt: null }) },
    ],
    [
      'a schedule that can wait for longer than the objective',
      ['notice', 'SCHEDULE_SPARSE', false],
      { schedule: every(OBJECTIVE + 1) },
    ],
    ['a sweep that had a problem', ['warning', 'SWEEP_PROBLEM', true], { sweep: aSweepState({ problem: 'A 500.' }) }],
    [
      'a first sweep that failed',
      ['critical', 'SWEEP_PROBLEM', true],
      { sweep: aSweepState({ problem: 'A 500.', firstSeenAt: timeAfter(-60), lastCompletedAt: null }) },
    ],
    ['a brake', ['critical', 'BRAKE', false], { sweep: aSweepState({ brake, problem: 'A short list.' }) }],
    [
      'a brake that was confirmed',
      ['notice', 'BRAKE', true],
      { sweep: aSweepState({ brake: { ...brake, confirmedAt: timeAfter(-1) } }) },
    ],
    [
      'that the secondary is filling up',
      ['warning', 'QUOTA_LOW', false],
      { sweep: aSweepState({ targetProjects: 86 }) },
    ],
    ['that it is full', ['critical', 'QUOTA_LOW', false], { sweep: aSweepState({ targetProjects: 96 }) }],
    ['notifications that were rejected', ['warning', 'NOTIFICATIONS_REJECTED', false], { rejectedNotifications: 1 }],
    [
      'a pattern that matches nothing',
      ['warning', 'PATTERN_UNMATCHED', false],
      { sweep: aSweepState({ unmatchedPatterns: ['Dogs*'] }) },
    ],
    [
      'a project that waits for a person',
      ['critical', 'TIMED_OUT', false],
      { records: [aRecordInSync({ failure: needsPerson })] },
    ],
    [
      'one that fails and has no copy',
      ['warning', 'TIMED_OUT', true],
      { records: [aRecord({ failure: aRecordFailure() })], sweep: aSweepThatSaw({}) },
    ],
    [
      'one that fails and has had no copy since it was listed more than an hour ago',
      ['critical', 'TIMED_OUT', true],
      { records: [aRecord({ failure: aRecordFailure() })], sweep: aSweepThatSaw({ since: timeAfter(-3_541) }) },
    ],
    [
      'one that fails and has one',
      ['warning', 'TIMED_OUT', true],
      { records: [{ ...behind, failure: aRecordFailure() }] },
    ],
    [
      'one that was not copied yet',
      ['warning', 'NO_COPY', true],
      { records: [], sweep: aSweepThatSaw({ since: timeAfter(-3_540) }) },
    ],
    [
      'one that was not copied for more than an hour',
      ['critical', 'NO_COPY', true],
      { records: [], sweep: aSweepThatSaw({ since: timeAfter(-3_541) }) },
    ],
    [
      'one that can’t be failed over to yet',
      ['warning', 'NOT_READY', true],
      { records: [aRecordInSync({ source: published })] },
    ],
    [
      'that none can be, for want of a setting',
      ['warning', 'NOT_READY', false],
      { publishes: false, records: [aRecordInSync({ source: published })] },
    ],
    [
      'a copy that takes very long',
      ['warning', 'COPYING_FOR_LONG', true],
      { records: [{ ...behind, run: runAfter('answered') }], now: after(3_601), schedule: null },
    ],
    [
      'a first copy that takes very long',
      ['critical', 'COPYING_FOR_LONG', true],
      { records: [aRecord({ run: runAfter('answered') })], now: after(3_601), schedule: null },
    ],
    ['a source that is gone', ['notice', 'SOURCE_MISSING', false], { sweep: aSweepThatMissed }],
  ];

  test.each(cases)('%s', (_what, [level, code, healsByItself], changes) => {
    const found = attention(changes);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ level, code, healsByItself });
    expect(found[0]?.message).not.toBe('');
    expect(found[0]?.hint).not.toBe('');
  });
});

describe('the objective is breached by a project', () => {
  const sweep = aSweepState({ lastStartedAt: timeAfter(OBJECTIVE), lastCompletedAt: timeAfter(OBJECTIVE) });
  const codes = (changes: Partial<ReportInput>) =>
    attention({ sweep, now: after(OBJECTIVE + 1), ...changes }).map(({ level, code }) => [level, code]);

  test('that is behind for longer, or was not looked at for longer', () => {
    expect(codes({ records: [behind] })).toEqual([['critical', 'OBJECTIVE_BREACHED']]);
    expect(codes({})).toEqual([['critical', 'OBJECTIVE_BREACHED']]);
    expect(codes({ now: after(OBJECTIVE) })).toEqual([]);
  });

  test('whose failure, which heals by itself, is then critical', () => {
    expect(codes({ records: [{ ...behind, failure: aRecordFailure() }] })).toEqual([['critical', 'TIMED_OUT']]);
  });

  test('only where there is an objective', () => {
    expect(codes({ recoveryPointObjectiveInSeconds: null })).toEqual([]);
  });
});

describe('nothing is said of', () => {
  test.each<[string, Partial<ReportInput>]>([
    ['a project out of scope', { sweep: aSweepThatListed('not wanted'), records: [] }],
    ['a project whose first copy is being made', { records: [aRecord({ run: aRun() })], sweep: aSweepThatSaw({}) }],
    ['a project that is a little behind', { records: [behind] }],
    ['rejected notifications that could not be counted', { rejectedNotifications: null }],
    ['room that nobody has looked at', { sweep: aSweepState({ targetProjects: null }) }],
    ['sweeps where their schedule is not known', { now: after(4_000), schedule: null }],
    ['a sweep that is a little late', { now: after(2_700) }],
    [
      'a copy that takes as long as it was thought to',
      { records: [slowly], sweep: aSweepThatSaw({}), now: after(7_200), schedule: null },
    ],
  ])('%s', (_what, changes) => {
    expect(attention(changes)).toEqual([]);
  });
});

test('the worst is first; of the same level, what needs a person', () => {
  const ids = [guid(30), guid(31), guid(32), guid(33)] as const;
  const record = (sourceProjectId: string, code: string, needs: boolean, hasCopy: boolean) =>
    aRecord({
      ...(hasCopy && { source: aSnapshot(), inSyncAt: timeAfter(0), generations: [aGeneration()], current: 'run-2' }),
      sourceProjectId,
      failure: aRecordFailure({ code, needsPerson: needs, since: timeAfter(-60) }),
    });
  const records = [
    record(ids[0], 'HEALS_AND_HAS_COPY', false, true),
    record(ids[1], 'HEALS_WITHOUT_COPY', false, false),
    record(ids[2], 'PERSON', true, true),
  ];
  const { projects, ...listed } = aSweepThatListed(null, null, null, null);
  const since = (id: string) => timeAfter(id === ids[1] ? -3_600 : 0);
  const sweep = {
    ...listed,
    projects: projects.map((project) => ({ ...project, since: since(project.id) })),
    unmatchedPatterns: ['Dogs*'],
  };
  expect(attention({ records, sweep }).map(({ code }) => code)).toEqual([
    'PERSON',
    'HEALS_WITHOUT_COPY',
    'PATTERN_UNMATCHED',
    'HEALS_AND_HAS_COPY',
    'NO_COPY',
  ]);
});

test('one cause at many projects is an entry for each, in the same words, with what it means there', () => {
  const records = [
    aRecordInSync({ sourceProjectId: guid(30), failure: needsPerson }),
    aRecord({ sourceProjectId: guid(31), failure: needsPerson }),
  ];
  const found = attention({ records, sweep: aSweepThatListed(null, null) });
  expect(found).toMatchObject([
    { about: 'project', projectId: guid(30), projectName: 'p', effect: null },
    { about: 'project', projectId: guid(31), projectName: 'p', effect: 'no copy yet' },
  ]);
  expect(new Set(found.map(({ code, message, hint }) => `${code} ${message} ${hint}`)).size).toBe(1);
});

test.each<[about: string, code: string, changes: Partial<ReportInput>]>([
  ['app', 'SWEEP_OVERDUE', { now: after(2_701) }],
  ['primary', 'BRAKE', { sweep: aSweepState({ brake }) }],
  ['secondary', 'QUOTA_LOW', { sweep: aSweepState({ targetProjects: 100 }) }],
])('%s is what %s is about, and no project', (about, code, changes) => {
  expect(attention(changes).find((entry) => entry.code === code)).toMatchObject({
    about,
    projectId: null,
    projectName: null,
    effect: null,
  });
});

test('a schedule that waits for too long is told with both times, and once', () => {
  const found = attention({ schedule: every(61 * 3_600) });
  expect(found.map(({ code, message }) => [code, message])).toEqual([
    [
      'SCHEDULE_SPARSE',
      'Up to 2 d 13 h pass between two sweeps, more than the objective of 2 h: meanwhile only notifications can keep it.',
    ],
  ]);
  expect(attention({ schedule: every(OBJECTIVE) })).toEqual([]);
});

test('an overdue sweep is told with when it was due', () => {
  expect(attention({ now: after(2_701) })[0]).toMatchObject({
    message:
      'No sweep completed since 45 min ago, and one was due 15 min ago; the function replicateOnSchedule has not run since 45 min ago: what is known of the projects may be out of date.',
  });
});

test('status tells what needs attention, as it is decided from the rest of it', () => {
  const report = aStatusReport({ schedule: HALF_HOURLY, now: after(2_701), rejectedNotifications: 1 });
  expect(report.attention.map(({ code }) => code)).toEqual(['SWEEP_OVERDUE', 'NOTIFICATIONS_REJECTED']);
  expect(attentionOf(report)).toEqual(report.attention);
});
