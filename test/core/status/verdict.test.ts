import type { Decision } from '../../../src/core/facts/decision.ts';
import type { ResourceHealth } from '../../../src/core/facts/resource-health.ts';
import { noResources } from '../../../src/core/facts/resource-health.ts';
import type { AppFacts, ReportInput } from '../../../src/core/status/status-facts.ts';
import {
  after,
  aGeneration,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  aSnapshot,
  aSweepState,
  guid,
  HALF_HOURLY,
  timeAfter,
} from '../../support/builders.ts';
import { PRODUCTION } from '../../support/planning.ts';
import { aStatusReport, aSweepThatListed, needsPerson } from '../../support/reports.ts';

const APP: AppFacts = {
  ...{ title: 'Shop models', version: '1.2.3', mode: 'normal' },
  ...{ primary: 'north.example', secondary: 'west.example' },
};
const source = aSnapshot({ publications: [{ iteration: 'Iteration 1', publishName: 'production' }] });
const served = (id: string, changes: Parameters<typeof aRecordInSync>[0] = {}) =>
  aRecordInSync({
    ...{ sourceProjectId: id, source, generations: [aGeneration({ published: [PRODUCTION], seenAt: timeAfter(50) })] },
    ...changes,
  });
const TWO = { sweep: aSweepThatListed(null, null), records: [served(guid(30)), served(guid(31))] };

const report = (changes: Partial<ReportInput> = {}) =>
  aStatusReport({ app: APP, schedule: HALF_HOURLY, ...TWO, ...changes });
const verdict = (changes: Partial<ReportInput> = {}) => report(changes).verdict;

const answers: ResourceHealth = {
  ...{ state: 'answers', since: timeAfter(0), failure: null },
  ...{ lastAnsweredAt: timeAfter(50), lastAskedAt: timeAfter(50) },
};
const inTrouble = (state: ResourceHealth['state'], code = 'CODE'): ResourceHealth => ({
  ...{ state, since: timeAfter(20), lastAnsweredAt: timeAfter(0), lastAskedAt: timeAfter(50) },
  failure: { code, message: 'GetProjects (GET) on north.example: it said no.', hint: 'Mend the key.' },
});
const primary = (health: ResourceHealth) => ({ resources: { ...noResources(), primary: health, secondary: answers } });

test('is calm where all is well, and names what is protected, ready and at risk', () => {
  const { level, headline, sentence, action, runbook } = verdict();
  expect(level).toBe('ok');
  expect(headline).toBe('ALL WELL · 2 of 2 protected, 2 of 2 ready to fail over · nothing lost beyond 1 min');
  expect([sentence, action, runbook]).toEqual(['Nothing is wrong. The next sweep is due 12:30 UTC.', '', null]);
});

test('counts what serves nothing apart', () => {
  const { headline, level } = verdict({ records: [served(guid(30)), aRecordInSync({ sourceProjectId: guid(31) })] });
  expect([level, headline]).toEqual([
    'ok',
    'ALL WELL · 2 of 2 protected, 1 of 1 ready to fail over (1 serve nothing) · nothing lost beyond 1 min',
  ]);
});

describe('a primary that is dead is the first word, and what follows from it is told once', () => {
  const failure = aRecordFailure({
    ...{ class: 'transient', code: 'CODE', step: 'look at source', nextAttemptAt: timeAfter(90) },
    message: 'GetProject (GET) on north.example: it said no.',
  });
  const sweep = {
    ...TWO.sweep,
    problem: 'GetProjects (GET) on north.example: it said no.',
    failure: {
      code: 'CODE',
      message: 'GetProjects (GET) on north.example: it said no.',
      hint: 'h',
      needsPerson: false,
    },
  };
  const night = {
    ...{ ...primary(inTrouble('unreachable')), sweep, now: after(300) },
    records: [served(guid(30), { failure }), served(guid(31), { failure })],
  };

  test('with what can be failed over, and what would be lost', () => {
    expect(verdict(night)).toMatchObject({
      level: 'critical',
      headline:
        'PRIMARY UNREACHABLE since 12:00 UTC · 2 of 2 can be failed over now · at most 5 min of changes would be lost',
      sentence: expect.stringContaining('It last answered 12:00 UTC') as string,
      action: expect.stringContaining('/api/failover/plan') as string,
      runbook: 'docs/failover.md',
    });
  });

  test('in one entry', () => {
    expect(report(night).attention.map(({ code }) => code)).toEqual(['PRIMARY_UNREACHABLE']);
    const beyond = report({ ...night, now: after(9_000) });
    expect(beyond.attention.map(({ code }) => code)).not.toContain('OBJECTIVE_BREACHED');
    expect(beyond.summary.breaches).toBe(2);
  });

  test('but what fails for another reason stays', () => {
    const other = aRecordFailure({ class: 'quota', code: 'NO_FREE_SLOT', message: 'The secondary is full.' });
    const attention = report({ ...night, records: [served(guid(30), { failure: other }), served(guid(31))] }).attention;
    expect(attention.map(({ code }) => code)).toEqual(['PRIMARY_UNREACHABLE', 'NO_FREE_SLOT']);
  });

  test('whose key is refused does not make good copies unready, and needs a person', () => {
    const refused = { ...night, ...primary(inTrouble('refuses')) };
    expect(verdict(refused).headline).toContain('PRIMARY REFUSES THE KEY OR ROLE since 12:00 UTC · 2 of 2 can be');
    expect(report(refused).attention).toMatchObject([
      { code: 'PRIMARY_REFUSES', healsByItself: false, nextAttemptAt: null, hint: 'Mend the key.' },
    ]);
  });

  test('is no trouble any more once it answers', () => {
    expect(verdict({ ...night, ...primary(answers), sweep: TWO.sweep, records: TWO.records }).level).toBe('ok');
  });
});

const decision = (changes: Partial<Decision> = {}): Decision => ({
  ...{ schemaVersion: 1, active: 'secondary', frozen: true, replicaProjectId: null, releasedAt: null },
  ...{ since: timeAfter(-600), by: 'Ana', reason: 'the region is down' },
  ...changes,
});

test.each<[what: string, changes: Partial<ReportInput>, level: string, headline: RegExp]>([
  [
    'no sweep has completed',
    {
      sweep: aSweepState({ firstSeenAt: timeAfter(0), nextDue: null, lastCompletedAt: null, projects: [] }),
      records: [],
    },
    'starting',
    /^STARTING: NO SWEEP/,
  ],
  ['the first copies are being made', { records: [] }, 'starting', /^STARTING: THE FIRST COPIES .* · 0 of 2 protected/],
  [
    'there is nothing to protect',
    { sweep: aSweepState({ projects: [] }), records: [] },
    'warning',
    /^NOTHING TO PROTECT$/,
  ],
  [
    'settings are bad',
    { problems: [{ setting: 'X', message: 'm', expected: 'e' }], app: undefined as never, sweep: null, records: [] },
    'critical',
    /^SETTINGS INVALID: NOTHING RUNS$/,
  ],
  [
    'storage is silent',
    { storageUnavailable: { message: 'm', hint: 'h', since: timeAfter(30) } },
    'critical',
    /^STORAGE DOES NOT ANSWER since 12:00 UTC · 2 of 2/,
  ],
  [
    'the secondary is dead',
    { resources: { ...noResources(), primary: answers, secondary: inTrouble('unreachable') } },
    'critical',
    /^SECONDARY UNREACHABLE since 12:00 UTC · 2 of 2 protected/,
  ],
  ['the primary asks for fewer calls', primary(inTrouble('throttles')), 'warning', /^PRIMARY ASKS FOR FEWER CALLS/],
  [
    'the brake is on',
    {
      sweep: {
        ...TWO.sweep,
        brake: { since: timeAfter(0), kind: 'short-list', accepted: 9, missing: 9, confirmedAt: null },
      },
    },
    'critical',
    /^THE BRAKE IS ON · /,
  ],
  ['no sweep ran', { now: after(90_000) }, 'critical', /^NO SWEEP since 2026-03-01 12:00 UTC/],
  [
    'a project needs a person',
    { records: [served(guid(30), { failure: needsPerson }), served(guid(31))] },
    'critical',
    /^1 THING NEEDS YOU · 2 of 2 protected/,
  ],
  [
    'one has no copy and waits',
    { records: [served(guid(30)), aRecord({ sourceProjectId: guid(31) })] },
    'warning',
    /^1 TO WATCH · 1 of 2 protected/,
  ],
  [
    'a copy was not looked at for too long',
    {
      now: after(5_300),
      sweep: { ...TWO.sweep, nextDue: { at: timeAfter(5_400), schedule: HALF_HOURLY.expression } },
      records: [served(guid(30)), served(guid(31))].map((record) => ({
        ...record,
        inSyncAt: timeAfter(5_200),
        source: { ...source, observedAt: timeAfter(5_200) },
      })),
      recoveryPointObjectiveInSeconds: null,
    },
    'ok',
    /^ALL WELL/,
  ],
  ['nothing is copied at all', { app: { ...APP, mode: 'dry-run' } }, 'warning', /^DRY RUN: NOTHING IS COPIED · 2 of 2/],
  [
    'clients are on the secondary',
    { decisions: new Map([[guid(30), decision()]]) },
    'warning',
    /^1 FAILED OVER since 11:50 UTC by Ana: “the region is down” · /,
  ],
  [
    'clients are on the secondary and the primary is dead',
    { decisions: new Map([[guid(30), decision()]]), ...primary(inTrouble('unreachable')) },
    'critical',
    /^1 FAILED OVER .* · PRIMARY UNREACHABLE since/,
  ],
])('says it where %s', (_what, changes, level, headline) => {
  const found = verdict(changes);
  expect(found.headline).toMatch(headline);
  expect(found.level).toBe(level);
});

test('what was not looked at for two sweeps is unknown, and unknown is never green', () => {
  const seen = { lastStartedAt: timeAfter(7_199), lastCompletedAt: timeAfter(7_200) };
  const sweep = { ...TWO.sweep, ...seen, nextDue: { at: timeAfter(9_000), schedule: HALF_HOURLY.expression } };
  const records = TWO.records.map((record) => {
    return { ...record, inSyncAt: timeAfter(7_200), source: { ...source, observedAt: timeAfter(7_200) } };
  });
  const found = verdict({ now: after(7_300), sweep, records });
  expect(found).toMatchObject({
    level: 'unknown',
    headline: expect.stringMatching(/^2 COPIES NOT LOOKED AT/) as string,
  });
  expect(found.headline).toContain('0 of 2 ready to fail over');
});

test('a dry run promises no healing', () => {
  const records = [served(guid(30)), aRecord({ sourceProjectId: guid(31) })];
  const { attention } = report({ records, app: { ...APP, mode: 'dry-run' } });
  expect(attention).toMatchObject([{ code: 'NO_COPY', healsByItself: false, nextAttemptAt: null }]);
  expect(attention[0]?.hint).toContain('DRY_RUN');
});

test('several who failed over for several reasons are counted, not named', () => {
  const decisions = new Map([
    [guid(30), decision()],
    [guid(31), decision({ by: 'Ben', reason: 'too', since: timeAfter(-60) })],
  ]);
  const found = report({ decisions });
  expect(found.verdict.headline).toMatch(/^2 FAILED OVER since 11:50 UTC · /);
  expect(found.summary.failedOver).toBe(2);
  expect(found.projects.map(({ active, failedOver }) => [active, failedOver?.by])).toEqual([
    ['secondary', 'Ana'],
    ['secondary', 'Ben'],
  ]);
});

test.each<[what: string, changes: Partial<ReportInput>, action: RegExp]>([
  ['failed over', { decisions: new Map([[guid(30), decision()]]) }, /failback/],
  ['kept from copying', { app: { ...APP, mode: 'dry-run' } }, /DRY_RUN/],
])('what is %s is not said to be well', (_what, changes, action) => {
  const found = verdict(changes);
  expect(found.sentence).not.toContain('Nothing is wrong');
  expect(found.action).toMatch(action);
});

test('what should have been copied by now is no beginning any more', () => {
  const seen = { lastStartedAt: timeAfter(7_199), lastCompletedAt: timeAfter(7_200) };
  const sweep = { ...TWO.sweep, ...seen, nextDue: { at: timeAfter(9_000), schedule: HALF_HOURLY.expression } };
  const found = verdict({ now: after(7_300), sweep, records: [] });
  expect([found.level, found.headline]).toEqual([
    'critical',
    expect.stringMatching(/^2 .*· 0 of 2 protected, 0 of 2 ready to fail over/),
  ]);
});
