import { callsOf } from '../../../src/core/status/metrics.ts';
import { AlertLog, idOf, named, project, uncopied } from '../../support/alert-log.ts';
import { after, aRecordFailure, aSnapshot, timeAfter } from '../../support/builders.ts';

const WEEK = 7 * 86_400;
const ask = (log: AlertLog, query: string, at: number) => log.ask(`workbook-${query}`, at, WEEK);
const why = { message: 'm', hint: 'h', attempts: 1, nextAttemptAt: null, requestId: null } as const;

describe('the workbook', () => {
  it('shows each project as last measured, those first that are not ready', () => {
    const parked = project('Dogs', 0, {
      source: aSnapshot({ observedAt: timeAfter(0), publications: [{ iteration: 'i', publishName: 'p' }] }),
      failure: aRecordFailure({ class: 'auth', needsPerson: true, since: timeAfter(0) }),
    });
    const log = new AlertLog()
      .sweep(-1_800, { records: [project('Gone', -1_800)] })
      .sweep(60, { records: [project('Cats', 0), parked] });
    const rows = ask(log, 'projects', 120);
    expect(rows.map(({ Project, Readiness }) => [Project, Readiness])).toEqual([
      ['Dogs', 'not-ready'],
      ['Cats', 'nothing-served'],
    ]);
    expect(rows[1]).toMatchObject({
      Sync: 'in-sync',
      'Lag (s)': 0,
      'At risk (s)': 120,
      'Looked at (s ago)': 120,
      'Worked (s ago)': null,
      'Waits for a person (s)': null,
      'Clients are sent to': '',
      'Backup problems': 0,
      Id: idOf('Cats'),
    });
    expect(rows[0]).toMatchObject({ Sync: 'parked', 'Waits for a person (s)': 120 });
  });

  it('draws the lag of protected projects beside the objective', () => {
    const log = new AlertLog().sweep(60, { records: [project('Cats', 0), uncopied('Dogs', 0)] });
    expect(ask(log, 'lag-over-time', 120)).toEqual([
      { series: named('Cats'), TimeGenerated: after(0), seconds: 60 },
      { series: 'objective', TimeGenerated: after(0), seconds: 7_200 },
    ]);
  });

  it('adds up the calls of all instances, and finds the busiest ten minutes of an hour', () => {
    const calls = (count: number, throttled: number) =>
      callsOf([
        { side: 'source', calls: count, answered: count - 1, throttled, failureCode: 'TIMED_OUT', windowInSeconds: 60 },
      ]);
    const log = new AlertLog()
      .tell(60, ...calls(300, 1))
      .tell(70, ...calls(300, 2))
      .tell(1_800, ...calls(60, 0));
    expect(ask(log, 'calls', 3_600)).toEqual([
      {
        side: 'source',
        TimeGenerated: after(0),
        'calls per second': 1,
        calls: 660,
        throttled: 3,
        unanswered: 3,
      },
    ]);
  });

  it('counts sweeps, failed ones too, hour by hour', () => {
    const log = new AlertLog()
      .sweep(0)
      .tell(1_800, { event: 'sweep.failed', code: 'c', message: 'm', hint: 'h' })
      .tell(3_700, { event: 'sweep.failed', code: 'c', message: 'm', hint: 'h' });
    expect(ask(log, 'sweeps', 7_200)).toMatchObject([
      { TimeGenerated: after(3_600), Completed: 0, Failed: 1, 'Projects in scope': null, Enqueued: 0 },
      { TimeGenerated: after(0), Completed: 1, Failed: 1, 'Projects in scope': 1, 'Longest (s)': 4 },
    ]);
  });

  it('counts failures by class', () => {
    const step = { projectId: 'p', runId: null, step: 'look', code: 'c', ...why } as const;
    const log = new AlertLog()
      .tell(0, { event: 'step.failed', class: 'transient', ...step })
      .tell(10, { event: 'step.failed', class: 'transient', ...step })
      .tell(20, { event: 'project.parked', class: 'auth', ...step });
    expect(ask(log, 'failures', 60)).toEqual([
      { class: 'transient', TimeGenerated: after(0), failures: 2 },
      { class: 'auth', TimeGenerated: after(0), failures: 1 },
    ]);
  });

  it('shows how full the secondary is, and backups where their number is known', () => {
    const log = new AlertLog().sweep(0, { records: [project('Cats', 0)] });
    expect(ask(log, 'quota', 60)).toEqual([{ TimeGenerated: after(0), projects: 3, limit: 100 }]);
    expect(ask(log, 'backups', 60)).toEqual([]);
  });

  it('tells by leg how long copies took', () => {
    const log = new AlertLog()
      .tell(0, { event: 'import.begun', projectId: 'p', runId: 'run-1', estimateInSeconds: null })
      .tell(100, {
        ...{ event: 'project.protected', projectId: 'p', runId: 'run-1', replicaProjectId: 'r', revision: 'r1-a' },
        ...{ durationInSeconds: 130, differences: 0 },
      });
    expect(ask(log, 'time-to-usable', 200)).toEqual([
      {
        TimeGenerated: after(0),
        'until the import was accepted (median s)': 30,
        'from there until usable (median s)': 100,
        'whole (95th percentile s)': 130,
      },
    ]);
  });
});
