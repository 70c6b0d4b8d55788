import type { ReplicaRecord } from '../../../src/core/facts/record.ts';
import { listingOf } from '../../../src/core/status/status-facts.ts';
import type { SweepState } from '../../../src/core/facts/sweep-state.ts';
import {
  after,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  aRun,
  aSnapshot,
  aSweepState,
  every,
  SOURCE_ID,
  timeAfter,
} from '../../support/builders.ts';
import { aStatusReport, aSweepThatMissed, aSweepThatSaw, behind, needsPerson } from '../../support/reports.ts';

/** What status says of the one project that there is. */
function projectReport(records: readonly ReplicaRecord[], sweep: SweepState | null = aSweepState()) {
  const { projects } = aStatusReport({ records, sweep });
  expect(projects).toHaveLength(1);
  return projects[0]!;
}

describe('a project is shown as', () => {
  const excluded = aSweepThatSaw({ excluded: 'not wanted' });
  const neverCompleted = aSweepState({ projects: [], lastCompletedAt: null });
  const cases: readonly [sync: string, why: string, records: readonly ReplicaRecord[], sweep: SweepState | null][] = [
    ['in-sync', 'where its copy holds what was last seen', [aRecordInSync()], aSweepState()],
    ['behind', 'where the source was seen to hold something else', [behind], aSweepState()],
    ['behind', 'where nothing was copied yet', [aRecord()], aSweepState()],
    ['behind', 'where there is no record of it yet', [], aSweepState()],
    ['behind', 'where something failed that heals itself', [{ ...behind, failure: aRecordFailure() }], aSweepState()],
    [
      'behind',
      'where lastModified moved and nobody has looked closer',
      [aRecordInSync({ source: aSnapshot({ lastModified: timeAfter(-5), digest: null }) })],
      aSweepState(),
    ],
    ['copying', 'where a copy is being made', [aRecord({ run: aRun() })], aSweepState()],
    ['parked', 'where a person is needed', [aRecordInSync({ failure: needsPerson })], aSweepState()],
    [
      'parked',
      'where a person is needed in the middle of a copy',
      [aRecord({ run: aRun(), failure: needsPerson })],
      aSweepState(),
    ],
    ['excluded', 'where it is out of scope', [aRecordInSync()], excluded],
    ['excluded', 'where it is out of scope and never was in it', [], excluded],
    ['source-missing', 'where a good list no longer had its source', [aRecordInSync()], aSweepThatMissed],
    ['source-missing', 'although a person was needed', [aRecordInSync({ failure: needsPerson })], aSweepThatMissed],
    ['in-sync', 'as before where no sweep has ended yet', [aRecordInSync()], neverCompleted],
    ['in-sync', 'as before where no sweep is known', [aRecordInSync()], null],
  ];

  test.each(cases)('%s %s', (sync, _why, records, sweep) => {
    expect(projectReport(records, sweep).sync).toBe(sync);
  });

  test('copying where it was first seen after the last sweep', () => {
    const source = aSnapshot({ observedAt: timeAfter(30) });
    const record = aRecord({ source, run: aRun({ startedAt: timeAfter(31), before: source }) });
    expect(projectReport([record], aSweepState({ projects: [] })).sync).toBe('copying');
  });
});

describe('what is not known is null, never zero:', () => {
  test('of a project without a record', () => {
    expect(projectReport([])).toMatchObject({
      id: SOURCE_ID,
      name: 'Cats',
      observedAt: null,
      lagSeconds: null,
      revision: null,
      replica: null,
      inFlight: null,
      failure: null,
    });
  });

  test('of a pair that nobody has looked at', () => {
    const status = aStatusReport({ sweep: null, records: [], targetProjectLimit: null, rejectedNotifications: null });
    expect(status).toMatchObject({
      sweep: { lastStartedAt: null, lastCompletedAt: null, nextDueAt: null, problem: null },
      summary: { worstLagSeconds: null },
      quota: { targetProjects: null, targetProjectLimit: null },
      notifications: { lastReceivedAt: null, rejected: null },
    });
  });

  test('the worst lag, where no project has one', () => {
    expect(aStatusReport({ records: [aRecord()] }).summary.worstLagSeconds).toBeNull();
  });

  test('breaches are none where no objective is set', () => {
    const { summary } = aStatusReport({ records: [behind], now: after(1e6), recoveryPointObjectiveInSeconds: null });
    expect(summary).toMatchObject({ breaches: 0, recoveryPointObjectiveSeconds: null });
  });
});

describe('what the last accepted list says of a project that has a record', () => {
  test('is its name, since when it is listed, and whether it is wanted', () => {
    const sweep = aSweepThatSaw({ name: 'Felines', since: timeAfter(-77), excluded: 'not wanted' });
    expect(listingOf(aRecordInSync(), sweep)).toEqual({
      id: SOURCE_ID,
      name: 'Felines',
      since: timeAfter(-77),
      excluded: true,
      missingSince: null,
    });
    expect(projectReport([aRecordInSync()], sweep).name).toBe('Felines');
  });

  test('is since when it is aSweepThatMissed, and the name is the one it had', () => {
    expect(listingOf(aRecordInSync(), aSweepThatMissed)).toMatchObject({
      name: 'Cats',
      since: null,
      missingSince: timeAfter(-10),
    });
  });

  test('is nothing where no list is known', () => {
    const unknown = { name: 'Cats', since: null, excluded: false, missingSince: null };
    expect(listingOf(aRecordInSync(), null)).toMatchObject(unknown);
  });
});

describe('the schedule', () => {
  const hourly = every(3_600);
  const sweepOf = (changes: Partial<SweepState>, now = 60) =>
    aStatusReport({ schedule: hourly, now: after(now), sweep: aSweepState(changes) }).sweep;

  test('counts from when the last sweep completed', () => {
    expect(sweepOf({})).toMatchObject({
      nextDueAt: timeAfter(3_600),
      overdueAt: timeAfter(5_400),
      overdue: false,
      nextStartAt: timeAfter(3_600),
      longestWaitSeconds: 3_600,
    });
  });

  test('counts from when the app first ran, before the first sweep', () => {
    const sweep = { firstSeenAt: timeAfter(0), lastStartedAt: null, lastCompletedAt: null };
    expect(sweepOf(sweep)).toMatchObject({ nextDueAt: timeAfter(3_600), nextStartAt: timeAfter(3_600) });
  });

  test('goes on after a sweep that failed, while the one that is due stays the one that was missed', () => {
    const failed = { lastStartedAt: timeAfter(3_600) };
    expect(sweepOf(failed, 3_700)).toMatchObject({
      nextDueAt: timeAfter(3_600),
      overdue: false,
      nextStartAt: timeAfter(7_200),
    });
    expect(sweepOf(failed, 5_401)).toMatchObject({ nextDueAt: timeAfter(3_600), overdue: true });
  });

  test('is not guessed at where it is not known', () => {
    const unknown = { nextDueAt: null, overdueAt: null, overdue: false, nextStartAt: null, longestWaitSeconds: null };
    expect(aStatusReport({ schedule: null }).sweep).toMatchObject(unknown);
  });
});

test('status shows what the sweep met, the brake and what was rejected', () => {
  const problems = [{ setting: 'PRIMARY_TRAINING_KEY', message: 'is missing', expected: 'a key' }];
  const brake = { since: timeAfter(-1), kind: 'short-list' as const, accepted: 9, missing: 5, confirmedAt: null };
  const sweep = aSweepState({
    problem: 'no answer',
    notificationLastReceivedAt: timeAfter(-1),
    unmatchedPatterns: ['x'],
    brake,
  });
  expect(aStatusReport({ problems, sweep, rejectedNotifications: 2 })).toMatchObject({
    schemaVersion: 2,
    generatedAt: timeAfter(60),
    settings: { problems },
    sweep: {
      lastStartedAt: timeAfter(-10),
      lastCompletedAt: timeAfter(0),
      problem: 'no answer',
      unmatchedPatterns: ['x'],
      brake,
    },
    notifications: { lastReceivedAt: timeAfter(-1), rejected: 2 },
  });
});
