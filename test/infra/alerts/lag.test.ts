import { AlertLog, behind, named, project, uncopied } from '../../support/alert-log.ts';
import { aSweepState, timeAfter } from '../../support/builders.ts';
import { idOf } from '../../support/alert-log.ts';

const HOUR = 3_600;
const DAY = 86_400;

/** A list that had these projects, with what is said of each. */
const listed = (...names: string[]) =>
  aSweepState({ projects: names.map((name) => ({ id: idOf(name), name, since: timeAfter(-DAY), excluded: null })) });

describe('lag-in-breach', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('lag-in-breach', at);

  it('is silent while copies hold what a recent look saw', () => {
    expect(alerts(new AlertLog().sweep(0, { records: [project('Cats', -10)] }), 7_000)).toEqual([]);
  });

  it('names a project whose last look in sync is longer ago than the objective', () => {
    const records = [behind('Cats', -5_000, -10), project('Dogs', -10)];
    expect(alerts(new AlertLog().sweep(0, { records }), 2_300)).toEqual([
      { projectName: named('Cats'), exposureSeconds: 7_300 },
    ]);
  });

  it('counts the age of a look that found all well, since nobody knows what changed after it', () => {
    expect(alerts(new AlertLog().sweep(0, { records: [project('Cats', -7_000)] }), 300)).toEqual([
      { projectName: named('Cats'), exposureSeconds: 7_300 },
    ]);
  });

  it('goes on while sweeps fail, since what is stored is measured all the same', () => {
    const log = new AlertLog();
    for (let at = 0; at <= 4 * DAY; at += HOUR / 2) log.measure(at, { records: [project('Cats', -10)], sweptAt: 0 });
    expect(alerts(log, 4 * DAY)).toEqual([{ projectName: named('Cats'), exposureSeconds: 4 * DAY + 10 }]);
  });

  it('goes on for two days after the last measurement, and no longer', () => {
    const log = new AlertLog().sweep(0, { records: [project('Cats', -10)] });
    expect(alerts(log, 2 * DAY - 1)).toHaveLength(1);
    expect(alerts(log, 2 * DAY + 1)).toEqual([]);
  });

  it('ends once a later look is in sync', () => {
    const log = new AlertLog().sweep(0, { records: [behind('Cats', -9_000, -10)] });
    expect(alerts(log, 60)).toHaveLength(1);
    expect(alerts(log.sweep(1_800, { records: [project('Cats', 1_790)] }), 1_860)).toEqual([]);
  });

  it('leaves out a project that is gone from the primary, however long its copies stay', () => {
    const sweep = aSweepState({ projects: [], missing: { [idOf('Cats')]: timeAfter(-10) } });
    expect(alerts(new AlertLog().sweep(0, { records: [project('Cats', -DAY)], sweep }), DAY)).toEqual([]);
  });

  it('leaves out a project that has been excluded since, at once', () => {
    const records = [project('Cats', -10)];
    const [entry] = listed('Cats').projects;
    const sweep = aSweepState({ projects: [{ ...entry!, excluded: 'EXCLUDE_PROJECTS names it' }] });
    const log = new AlertLog().sweep(0, { records }).sweep(1_800, { records, sweep });
    expect(alerts(log, DAY)).toEqual([]);
  });

  it('leaves out a project that was released since, at once', () => {
    const log = new AlertLog().sweep(0, { records: [project('Cats', -10)] }).sweep(1_800);
    expect(alerts(log, DAY)).toEqual([]);
  });

  it('leaves a project without a copy to the rule for those', () => {
    expect(alerts(new AlertLog().sweep(0, { records: [uncopied('Cats', -10)] }), DAY)).toEqual([]);
  });

  it('tells two projects of one name apart', () => {
    const other = { ...project('Cats', -9_000), sourceProjectId: idOf('Other') };
    const rows = alerts(new AlertLog().sweep(0, { records: [project('Cats', -9_000), other] }), 60);
    expect(rows.map(({ projectName }) => projectName).sort()).toEqual(
      [named('Cats'), `Cats (${idOf('Other')})`].sort(),
    );
  });
});

describe('lag-at-risk', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('lag-at-risk', at);
  const officeHours = { schedule: '0 */30 8-18 * * 1-5' };

  it.each([
    ['one and a half waits of the schedule', 2_600, 0],
    ['more, and within the objective', 2_800, 1],
    ['more than the objective, which another rule tells', 7_300, 0],
  ])('is raised by the time since the look: %s', (_what, seconds, rows) => {
    const log = new AlertLog().sweep(0, { records: [project('Cats', 0)] });
    expect(alerts(log, seconds)).toHaveLength(rows);
  });

  it('is silent over a weekend on which the schedule rests', () => {
    // The start is a Sunday; the Friday evening before it is 42 hours ago.
    const friday = -42 * HOUR;
    const log = new AlertLog().sweep(friday, { records: [project('Cats', friday)], ...officeHours });
    expect(alerts(log, 0)).toEqual([]);
  });

  it('is not raised by a sweep that a person starts just before the next one is due', () => {
    const log = new AlertLog().sweep(1_790, { records: [project('Cats', 1_785)] });
    expect(alerts(log, 2_100)).toEqual([]);
  });
});

describe('unprotected', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('unprotected', at);

  /** A measurement each half hour. */
  function everyHalfHour(log: AlertLog, from: number, to: number, record: (at: number) => ReturnType<typeof project>) {
    for (let at = from; at <= to; at += HOUR / 2) log.sweep(at, { records: [record(at)] });
    return log;
  }

  it.each([
    ['an hour', 3_600, 0],
    ['longer', 3_700, 1],
  ])('waits for the first copy for %s', (_what, at, rows) => {
    expect(
      alerts(
        everyHalfHour(new AlertLog(), 0, 3_600, (time) => uncopied('Cats', time)),
        at,
      ),
    ).toHaveLength(rows);
  });

  it('waits for three times the import’s estimate where that is longer', () => {
    const log = everyHalfHour(new AlertLog(), 0, 10_800, (time) => uncopied('Cats', time));
    log.tell(5, { event: 'import.begun', projectId: idOf('Cats'), runId: 'run-1', estimateInSeconds: 3_000 });
    expect(alerts(log, 8_900)).toEqual([]);
    expect(alerts(log, 9_100)).toEqual([{ projectName: named('Cats'), unprotectedSeconds: 9_100 }]);
  });

  it('counts from when a copy was lost, not from when the project was first seen', () => {
    const log = everyHalfHour(new AlertLog(), 0, 7_200, (time) => project('Cats', time));
    everyHalfHour(log, 9_000, 14_400, (time) => uncopied('Cats', time));
    expect(alerts(log, 12_500)).toEqual([]);
    expect(alerts(log, 12_700)).toEqual([{ projectName: named('Cats'), unprotectedSeconds: 3_700 }]);
  });

  it('ends with a copy, and leaves out what is gone from the primary', () => {
    const log = everyHalfHour(new AlertLog(), 0, 7_200, (time) => uncopied('Cats', time));
    expect(alerts(log, 7_300)).toHaveLength(1);
    const sweep = aSweepState({ projects: [], missing: { [idOf('Cats')]: timeAfter(7_400) } });
    const gone = everyHalfHour(new AlertLog(), 0, 7_200, (time) => uncopied('Cats', time));
    expect(alerts(gone.sweep(9_000, { records: [uncopied('Cats', 7_200)], sweep }), 9_100)).toEqual([]);
    expect(alerts(log.sweep(9_000, { records: [project('Cats', 8_990)] }), 9_100)).toEqual([]);
  });

  it('does not take a copy for good of which nobody knows that it ever held what the source did', () => {
    const found = (time: number) => project('Cats', time, { source: null, inSyncAt: null });
    expect(alerts(everyHalfHour(new AlertLog(), 0, 3_600, found), 3_700)).toHaveLength(1);
  });
});
