import type { ReplicaRecord } from '../../../src/core/facts/record.ts';
import type { ReportInput } from '../../../src/core/status/status-facts.ts';
import {
  after,
  aRecord,
  aRecordInSync,
  aRun,
  aSnapshot,
  aSweepState,
  guid,
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

describe('the summary', () => {
  test('counts what is in scope, protected and parked', () => {
    const sweep = { ...aSweepThatListed(null, null, null, 'not wanted'), missing: { [guid(40)]: timeAfter(-10) } };
    const records = [
      aRecordInSync({ sourceProjectId: guid(30) }),
      aRecordInSync({ sourceProjectId: guid(31), failure: needsPerson }),
      aRecord({ sourceProjectId: guid(32) }),
      aRecordInSync({ sourceProjectId: guid(33), failure: needsPerson }),
      aRecordInSync({ sourceProjectId: guid(40) }),
    ];
    const { summary, projects } = aStatusReport({ sweep, records });
    expect(summary).toMatchObject({ inScope: 3, protected: 2, parked: 1 });
    expect(projects).toHaveLength(5);
  });

  test('leaves a project whose source is missing out of all but the list', () => {
    const { summary, projects } = aStatusReport({ sweep: aSweepThatMissed, now: after(1e6) });
    expect(summary).toMatchObject({ inScope: 0, protected: 0, breaches: 0, worstLagSeconds: null });
    expect(projects).toHaveLength(1);
  });

  test('has the worst lag of what is in scope', () => {
    const records = [
      aRecordInSync({ sourceProjectId: guid(30) }),
      { ...behind, sourceProjectId: guid(31) },
      { ...behind, sourceProjectId: guid(32), inSyncAt: timeAfter(-9_999) },
    ];
    const { summary } = aStatusReport({
      sweep: aSweepThatListed(null, null, 'not wanted'),
      records,
      now: after(4_000),
    });
    expect(summary.worstLagSeconds).toBe(4_000);
  });
});

describe('the objective is breached', () => {
  const breachesAt = (record: ReplicaRecord, seconds: number, sweep = aSweepState()) =>
    aStatusReport({ records: [record], now: after(seconds), sweep }).summary.breaches;

  test('when a copy is behind for longer', () => {
    expect(breachesAt(behind, OBJECTIVE)).toBe(0);
    expect(breachesAt(behind, OBJECTIVE + 1)).toBe(1);
  });

  test('when nobody has looked at a project for longer, although its copy was in sync', () => {
    expect(breachesAt(aRecordInSync(), OBJECTIVE)).toBe(0);
    expect(breachesAt(aRecordInSync(), OBJECTIVE + 1)).toBe(1);
  });

  test('when a project has had no copy for longer than it has been listed', () => {
    expect(breachesAt(aRecord(), OBJECTIVE, aSweepThatSaw({}))).toBe(0);
    expect(breachesAt(aRecord(), OBJECTIVE + 1, aSweepThatSaw({}))).toBe(1);
  });

  test('when a project that has not even a record has been listed for longer', () => {
    const breaches = (seconds: number) =>
      aStatusReport({ records: [], sweep: aSweepThatSaw({}), now: after(seconds) }).summary.breaches;
    expect([breaches(OBJECTIVE), breaches(OBJECTIVE + 1)]).toEqual([0, 1]);
  });

  test('when an older copy took the place of the current one, by how long the project is listed', () => {
    const record = { ...behind, inSyncAt: null };
    expect(breachesAt(record, OBJECTIVE, aSweepThatSaw({}))).toBe(0);
    expect(breachesAt(record, OBJECTIVE + 1, aSweepThatSaw({}))).toBe(1);
  });

  test('by projects in scope only', () => {
    expect(breachesAt(behind, 1e6, aSweepThatSaw({ excluded: 'not wanted' }))).toBe(0);
    expect(breachesAt(behind, 1e6, aSweepThatMissed)).toBe(0);
  });
});

describe('everything is ready to fail over', () => {
  const ready = (changes: Partial<ReportInput>) => aStatusReport(changes).summary.readyToFailOver;
  const two = aSweepThatListed(null, null);
  const copied = aRecordInSync({ sourceProjectId: guid(30) });

  const serving = aRecordInSync({ source: aSnapshot({ publications: [{ iteration: 'i', publishName: 'p' }] }) });

  test('where one serves nothing, which nobody has to fail over', () => {
    const { summary } = aStatusReport({});
    expect(summary).toMatchObject({ ready: 0, nothingServed: 1, failedOver: 0, readyToFailOver: true });
  });

  test('where every project in scope is', () => {
    expect(ready({})).toBe(true);
    expect(ready({ sweep: aSweepThatListed(null, 'not wanted'), records: [copied] })).toBe(true);
  });

  test.each<[what: string, changes: Partial<ReportInput>]>([
    ['one has no copy', { sweep: two, records: [copied, aRecord({ sourceProjectId: guid(31) })] }],
    ['one has no record', { sweep: two, records: [copied] }],
    ['replicas are not published', { publishes: false, records: [serving] }],
    ['clients are told no endpoint', { predictionEndpoint: null, records: [serving] }],
    ['there is no project', { sweep: aSweepState({ projects: [] }), records: [] }],
  ])('but not where %s', (_what, changes) => {
    expect(ready(changes)).toBe(false);
  });
});

describe('the quota', () => {
  const quota = (changes: Partial<ReportInput>) => aStatusReport(changes).quota;
  const refused = { projects: 3, until: timeAfter(100) };

  test.each<[what: string, changes: Partial<ReportInput>, expected: object]>([
    [
      'is what the settings allow, less what is there',
      {},
      { targetProjects: 3, targetProjectLimit: 100, freeSlots: 97 },
    ],
    [
      'is what the service lately refused to go beyond',
      { sweep: aSweepState({ quotaRefusal: refused }) },
      { targetProjectLimit: 3, freeSlots: 0 },
    ],
    [
      'is what the settings allow once a refusal is old',
      { sweep: aSweepState({ quotaRefusal: refused }), now: after(101) },
      { targetProjectLimit: 100 },
    ],
    ['is never less than nothing', { targetProjectLimit: 2 }, { freeSlots: 0 }],
    [
      'is not known before the target was counted',
      { sweep: aSweepState({ targetProjects: null }) },
      { targetProjects: null, freeSlots: null },
    ],
    ['is not known without a limit', { targetProjectLimit: null }, { targetProjectLimit: null, freeSlots: null }],
  ])('%s', (_what, changes, expected) => {
    expect(quota(changes)).toMatchObject(expected);
  });

  test('counts the projects that wait for their first copy: not those that are copied now, or were before', () => {
    const records = [
      aRecord({ sourceProjectId: guid(30) }),
      aRecord({ sourceProjectId: guid(31), run: aRun() }),
      { ...behind, sourceProjectId: guid(32) },
    ];
    const sweep = aSweepThatListed(null, null, null, null, 'not wanted');
    expect(quota({ sweep, records }).waitingForFirstCopy).toBe(2);
  });
});
