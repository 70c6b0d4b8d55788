import type { ReplicatorEvent } from '../../../src/core/facts/events.ts';
import { routeTo } from '../../../src/core/facts/routing.ts';
import { AlertLog, idOf, named, project, uncopied } from '../../support/alert-log.ts';
import { aGeneration, aRecordFailure, aRun, aSweepState, ENDPOINTS, timeAfter } from '../../support/builders.ts';

const HOUR = 3_600;
const DAY = 86_400;
const CATS = idOf('Cats');

const needsPerson = (since: number) => aRecordFailure({ class: 'auth', needsPerson: true, since: timeAfter(since) });
const goneFromPrimary = aSweepState({ projects: [], missing: { [CATS]: timeAfter(0) } });
const excluded = aSweepState({
  projects: [{ id: CATS, name: 'Cats', since: timeAfter(-DAY), excluded: 'EXCLUDE_PROJECTS names it' }],
});

const secured = (): ReplicatorEvent => ({
  event: 'project.protected',
  projectId: CATS,
  runId: 'run-1',
  replicaProjectId: 'r',
  revision: 'r1-a',
  durationInSeconds: 60,
  differences: 0,
});

const failed = (failureClass: 'partial-import' | 'transient', code: string): ReplicatorEvent => ({
  event: 'step.failed',
  projectId: CATS,
  runId: null,
  step: 'import',
  ...{ class: failureClass, code, message: 'm', hint: 'h', attempts: 1, nextAttemptAt: timeAfter(60), requestId: null },
});

describe('parked', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('parked', at);
  const parked: ReplicatorEvent = {
    event: 'project.parked',
    projectId: CATS,
    runId: null,
    step: 'look',
    ...{ class: 'auth', code: '403', message: 'm', hint: 'h', attempts: 1, nextAttemptAt: null, requestId: null },
  };

  it('is raised after 15 minutes, by what is measured', () => {
    const log = new AlertLog().sweep(600, { records: [project('Cats', 0, { failure: needsPerson(0) })] });
    expect(alerts(log, 890)).toEqual([]);
    expect(alerts(log, 910)).toEqual([{ projectName: named('Cats'), parkedSeconds: 910 }]);
  });

  it('is raised by an event since, under the project’s name', () => {
    const log = new AlertLog()
      .sweep(0, { records: [project('Cats', 0)] })
      .tell(100, parked)
      .tell(400, parked);
    expect(alerts(log, 990)).toEqual([]);
    expect(alerts(log, 1_010)).toEqual([{ projectName: named('Cats'), parkedSeconds: 910 }]);
  });

  it('is raised once where both tell it', () => {
    const log = new AlertLog()
      .sweep(1_000, { records: [project('Cats', 0, { failure: needsPerson(0) })] })
      .tell(1_100, parked);
    expect(alerts(log, 2_100)).toEqual([{ projectName: named('Cats'), parkedSeconds: 2_100 }]);
  });

  it('ends with the next measurement, or with a copy before that', () => {
    const log = new AlertLog().sweep(0, { records: [project('Cats', 0)] }).tell(100, parked);
    expect(alerts(log, 1_200)).toHaveLength(1);
    expect(alerts(new AlertLog().sweep(0).tell(100, parked).tell(1_100, secured()), 1_200)).toEqual([]);
    expect(alerts(log.sweep(1_800, { records: [project('Cats', 1_790)] }), 1_900)).toEqual([]);
  });

  it.each([
    ['gone from the primary', goneFromPrimary],
    ['excluded', excluded],
  ])('leaves out a project that is %s', (_what, sweep) => {
    const records = [project('Cats', 0, { failure: needsPerson(0) })];
    expect(alerts(new AlertLog().tell(-60, parked).sweep(0, { records, sweep }), 2_000)).toEqual([]);
  });

  it('names a project by its id where nothing was measured yet', () => {
    expect(alerts(new AlertLog().tell(0, parked), 1_000)).toEqual([{ projectName: CATS, parkedSeconds: 1_000 }]);
  });
});

describe('stuck', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('stuck', at);
  const begun = (runId: string, estimateInSeconds: number | null): ReplicatorEvent => ({
    event: 'import.begun',
    projectId: CATS,
    runId,
    estimateInSeconds,
  });
  const copying = uncopied('Cats', 0, { run: aRun() });

  it.each([
    ['an hour, without an estimate', null, 3_610],
    ['an hour, with a short one', 60, 3_610],
    ['three times its estimate', 2_000, 6_010],
  ])('is raised after %s', (_what, estimate, at) => {
    const log = new AlertLog().tell(0, begun('run-1', estimate)).sweep(1_800, { records: [copying] });
    expect(alerts(log, at - 20)).toEqual([]);
    expect(alerts(log, at)).toEqual([{ projectName: named('Cats'), importingSeconds: at }]);
  });

  it.each(['PROTECTED', 'IMPORT_FAILED', 'NOT_NEEDED'])('ends with the run, with or without a copy: %s', (code) => {
    const log = new AlertLog().tell(0, begun('run-1', null)).sweep(10, { records: [copying] });
    expect(alerts(log.tell(5_000, { event: 'run.ended', projectId: CATS, runId: 'run-1', code }), 5_060)).toEqual([]);
  });

  it('ends where the end of the run was never logged, by the next measurement', () => {
    const log = new AlertLog().tell(0, begun('run-1', null)).sweep(10, { records: [copying] });
    expect(alerts(log, 5_000)).toHaveLength(1);
    expect(alerts(log.sweep(5_400, { records: [uncopied('Cats', 5_390)] }), 5_460)).toEqual([]);
  });

  it('goes by the newest import of a project', () => {
    const log = new AlertLog()
      .tell(0, begun('run-1', null))
      .sweep(10, { records: [copying] })
      .tell(4_000, begun('run-2', null));
    expect(alerts(log, 5_000)).toEqual([]);
    expect(alerts(log, 7_700)).toHaveLength(1);
  });
});

describe('verification-failed', () => {
  const alerts = (log: AlertLog, at: number) => ({
    once: log.alerts('verification-failed', at),
    again: log.alerts('verification-failed-again', at),
  });
  const measured = () => new AlertLog().sweep(0, { records: [uncopied('Cats', 0)] });
  const row = (code: string, failures: number) => ({ projectName: named('Cats'), code, failures });

  it('tells the first failed copy from more in a row', () => {
    const log = measured().tell(100, failed('partial-import', 'IMPORT_FAILED'));
    expect(alerts(log, 160)).toEqual({ once: [row('IMPORT_FAILED', 1)], again: [] });
    log.tell(500, failed('partial-import', 'IMPORT_INCOMPLETE_AGAIN'));
    expect(alerts(log, 560)).toEqual({ once: [], again: [row('IMPORT_INCOMPLETE_AGAIN', 2)] });
  });

  it('ends with a good copy, and begins to count anew', () => {
    const log = measured()
      .tell(100, failed('partial-import', 'IMPORT_FAILED'))
      .tell(200, failed('partial-import', 'IMPORT_FAILED'))
      .tell(300, secured());
    expect(alerts(log, 360)).toEqual({ once: [], again: [] });
    log.tell(400, failed('partial-import', 'IMPORT_INCOMPLETE'));
    expect(alerts(log, 460)).toEqual({ once: [row('IMPORT_INCOMPLETE', 1)], again: [] });
  });

  it('does not count other failures', () => {
    expect(alerts(measured().tell(100, failed('transient', 'TIMED_OUT')), 160)).toEqual({ once: [], again: [] });
  });

  it('leaves out a project that is excluded by now', () => {
    const log = measured()
      .tell(100, failed('partial-import', 'IMPORT_FAILED'))
      .sweep(1_800, { records: [uncopied('Cats', 0)], sweep: excluded });
    expect(alerts(log, 1_860)).toEqual({ once: [], again: [] });
  });
});

const COPY = { runId: 'run-1', replicaProjectId: 'r' };

describe('content-shrank', () => {
  it('names the project and what it lost, for two days', () => {
    const shrank = { event: 'content.shrank', projectId: CATS, projectName: 'Cats', ...COPY } as const;
    const log = new AlertLog().tell(0, { ...shrank, what: 'images', before: 900, after: 12 });
    const alert = { projectName: named('Cats'), what: 'images', before: 900, after: 12 };
    expect(log.alerts('content-shrank', 60)).toEqual([alert]);
    expect(log.alerts('content-shrank', 2 * DAY - 1)).toEqual([alert]);
    expect(log.alerts('content-shrank', 2 * DAY)).toEqual([]);
  });
});

describe('failed-over', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('failed-over', at);
  const routes = (active: 'primary' | 'secondary') => {
    const record = project('Cats', 0);
    return { [CATS]: { ...routeTo(record, aGeneration(), ENDPOINTS, null), active } };
  };
  /** A measurement each half hour, from one time to another. */
  function measured(log: AlertLog, from: number, to: number, active: 'primary' | 'secondary') {
    for (let at = from; at <= to; at += HOUR / 2) {
      log.sweep(at, { records: [project('Cats', at)], routes: routes(active) });
    }
    return log;
  }

  it('is raised a day after clients were first seen to be sent to the secondary', () => {
    const log = measured(measured(new AlertLog(), -HOUR, 0, 'primary'), 1_800, 2 * DAY, 'secondary');
    expect(alerts(log, DAY + 1_700)).toEqual([]);
    expect(alerts(log, DAY + 1_900)).toEqual([{ projectName: named('Cats'), failedOverSeconds: DAY + 100 }]);
  });

  it('goes on for as long as it lasts, and ends with the way back', () => {
    const log = measured(new AlertLog(), 0, 5 * DAY, 'secondary');
    expect(alerts(log, 5 * DAY)).toHaveLength(1);
    expect(alerts(measured(log, 5 * DAY + 1_800, 5 * DAY + 1_800, 'primary'), 5 * DAY + 1_900)).toEqual([]);
  });

  it('says nothing of a project that routing does not name', () => {
    expect(alerts(new AlertLog().sweep(0, { records: [uncopied('Cats', 0)] }), DAY + 60)).toEqual([]);
  });
});

describe('functional-proof-old', () => {
  const worked = (workedAt: number) =>
    project('Cats', 0, { generations: [aGeneration({ workedAt: timeAfter(workedAt) })] });
  const alerts = (log: AlertLog, at: number) => log.alerts('functional-proof-old', at);

  it('is raised two weeks after the last drill that passed', () => {
    const log = new AlertLog().sweep(0, { records: [worked(-14 * DAY + 60)] });
    expect(alerts(log, 60)).toEqual([]);
    expect(alerts(log, 61)).toEqual([{ projectName: named('Cats'), workedSeconds: 14 * DAY + 1 }]);
  });

  it('says nothing where no drill ever passed', () => {
    expect(alerts(new AlertLog().sweep(0, { records: [project('Cats', 0)] }), DAY)).toEqual([]);
  });
});
