import { callsOf, metricsOf, type ResourceCalls } from '../../../src/core/status/metrics.ts';
import { statusReport } from '../../../src/core/status/report.ts';
import { ncrontab } from '../../../src/settings/schedule.ts';
import { afterCall, NEVER_ASKED, noResources, type Resources } from '../../../src/core/facts/resource-health.ts';
import { routeTo } from '../../../src/core/facts/routing.ts';
import { aGeneration, aRecordFailure, aRecordInSync, aSweepState } from '../../support/builders.ts';
import { after, ENDPOINTS, SOURCE_ID, START, timeAfter } from '../../support/builders.ts';

const HALF_HOURLY = '0 */30 * * * *';

interface Given {
  readonly sweep?: ReturnType<typeof aSweepState>;
  readonly routes?: Parameters<typeof metricsOf>[0]['routes'];
  readonly resources?: Resources;
  readonly schedule?: string;
  readonly now?: Date;
}

function metrics(records: Parameters<typeof statusReport>[0]['records'], given: Given = {}) {
  const { sweep = aSweepState(), routes = null, resources = null, schedule = HALF_HOURLY, now = after(600) } = given;
  const read = ncrontab.schema.parse(schedule);
  const report = statusReport({
    now,
    problems: [],
    sweep,
    records,
    recoveryPointObjectiveInSeconds: 7_200,
    targetProjectLimit: 100,
    publishes: true,
    predictionEndpoint: 'https://dr.example',
    schedule: resources === null ? null : read,
    resources,
    rejectedNotifications: 2,
  });
  return metricsOf({ report, routes, swept: sweep, schedule: read, now });
}

describe('the metrics of a sweep', () => {
  it('are one event a project, and one for all at the end', () => {
    const record = aRecordInSync();
    expect(metrics([record]).map(({ event }) => event)).toEqual([
      'project.metrics',
      'resource.metrics',
      'resource.metrics',
      'sweep.metrics',
    ]);
  });

  it('tell lag, its age and the age of the proof as three numbers', () => {
    const record = aRecordInSync();
    expect(metrics([record])[0]).toMatchObject({
      projectId: record.sourceProjectId,
      lagSeconds: 0,
      observedAgeSeconds: expect.any(Number) as number,
      proofAgeSeconds: expect.any(Number) as number,
      protected: true,
      parkedSeconds: null,
      recoveryPointObjectiveSeconds: 7_200,
    });
  });

  it('tell what failing over would lose: more with each minute that the primary is silent', () => {
    const atRisk = (seconds: number) => metrics([aRecordInSync()], { now: after(seconds) });
    expect(atRisk(600)[0]).toMatchObject({ lagSeconds: 0, atRiskSeconds: 600 });
    expect(atRisk(600).at(-1)).toMatchObject({ worstAtRiskSeconds: 600 });
    expect(atRisk(660)[0]).toMatchObject({ lagSeconds: 0, atRiskSeconds: 660 });
    expect(atRisk(660).at(-1)).toMatchObject({ worstAtRiskSeconds: 660 });
  });

  it('have null, never zero, for what is not known', () => {
    const record = { ...aRecordInSync(), source: null, inSyncAt: null, generations: [], current: null };
    expect(metrics([record])[0]).toMatchObject({
      lagSeconds: null,
      observedAgeSeconds: null,
      proofAgeSeconds: null,
      workedAgeSeconds: null,
      protected: false,
      active: null,
      backups: null,
    });
  });

  it('tell for how long a project has waited for a person', () => {
    const failure = aRecordFailure({ class: 'auth', needsPerson: true, since: timeAfter(0) });
    const record = { ...aRecordInSync(), generations: [aGeneration()], failure };
    expect(metrics([record])[0]).toMatchObject({ sync: 'parked', parkedSeconds: 600 });
  });

  it('tell when a drill last found the copy in use to work, and where clients are sent', () => {
    const record = { ...aRecordInSync(), generations: [aGeneration({ workedAt: timeAfter(100) })] };
    const route = routeTo(record, aGeneration(), ENDPOINTS, null);
    const routes = { [SOURCE_ID]: { ...route, active: 'secondary' as const } };
    expect(metrics([record], { routes })[0]).toMatchObject({ workedAgeSeconds: 500, active: 'secondary' });
  });

  it('leave out projects that are excluded', () => {
    const record = aRecordInSync();
    const { sourceProjectId: id, name } = record;
    const sweep = aSweepState({ projects: [{ id, name, since: timeAfter(0), excluded: 'EXCLUDE_PROJECTS names it' }] });
    expect(metrics([record], { sweep }).map(({ event }) => event)).not.toContain('project.metrics');
  });
});

describe('when the next sweep is due', () => {
  const friday = '2026-03-06T18:00:02.000Z';
  const officeHours = { schedule: '0 0 8-18 * * 1-5' };

  it.each([
    ['half past, at ten past', START.toISOString(), {}, '2026-03-01T12:30:00.000Z'],
    ['next Monday, on a Friday evening', friday, officeHours, '2026-03-09T08:00:00.000Z'],
    ['what a sweep that failed since has missed', timeAfter(-3_600), {}, '2026-03-01T11:30:00.000Z'],
  ])('is %s', (_what, lastCompletedAt, given, nextDueAt) => {
    expect(metrics([], { ...given, sweep: aSweepState({ lastCompletedAt }) }).at(-1)).toMatchObject({ nextDueAt });
  });

  it.each([
    ['half an hour, however little is left of it', HALF_HOURLY, '2026-03-01T12:29:50.000Z', 1_800],
    ['the weekend, on a Friday evening', '0 0 8-18 * * 1-5', friday, 61 * 3_600 + 3_598],
    ['an hour, on Monday morning', '0 0 8-18 * * 1-5', '2026-03-09T08:00:02.000Z', 3_600],
  ])('the schedule waits %s', (_what, schedule, now, intervalSeconds) => {
    expect(metrics([], { schedule, now: new Date(now) }).at(-1)).toMatchObject({ intervalSeconds });
  });
});

describe('the calls of a process', () => {
  const none = { calls: 0, answered: 0, throttled: 0, failureCode: null, windowInSeconds: 60 };

  it('are told of each side that was called, and of no other', () => {
    const calls: ResourceCalls[] = [
      { ...none, side: 'source', calls: 12, answered: 11, throttled: 1, failureCode: 'TIMED_OUT' },
      { ...none, side: 'target' },
    ];
    expect(callsOf(calls)).toEqual([
      {
        event: 'resource.calls',
        side: 'source',
        calls: 12,
        answered: 11,
        throttled: 1,
        failureCode: 'TIMED_OUT',
        windowSeconds: 60,
      },
    ]);
  });
});

describe('the metrics of both resources', () => {
  const silent = { class: 'transient', code: 'NETWORK', status: null, executed: 'no', message: '', hint: '' } as const;
  const resources = { ...noResources(), primary: afterCall(NEVER_ASKED, { at: after(30), failure: silent }) };
  const told = (given: Given) => metrics([], given).filter(({ event }) => event === 'resource.metrics');

  it('are unknown before any call has shown one', () => {
    expect(told({}).map((one) => 'state' in one && one.state)).toEqual(['unknown', 'unknown']);
  });

  it('tell each state, since when, and why', () => {
    const primary = { side: 'primary', state: 'unreachable', since: timeAfter(30), code: 'NETWORK' };
    expect(told({ resources })).toMatchObject([primary, { side: 'secondary', state: 'unknown' }]);
  });

  it('are unknown again where no sweep has asked by the time that the schedule allows', () => {
    const states = [5_300, 5_500].map((at) => told({ resources, now: after(at) })[0]);
    expect(states).toMatchObject([{ state: 'unreachable' }, { state: 'unknown' }]);
  });
});
