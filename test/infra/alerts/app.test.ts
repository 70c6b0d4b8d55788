import type { ReplicatorEvent } from '../../../src/core/facts/events.ts';
import { afterCall, type CallOutcome, NEVER_ASKED, noResources } from '../../../src/core/facts/resource-health.ts';
import { AlertLog } from '../../support/alert-log.ts';
import { aSweepState, timeAfter } from '../../support/builders.ts';

const HOUR = 3_600;
const DAY = 86_400;
/** The start is a Sunday noon; the last sweep of the week before it was on Friday at 18:00. */
const FRIDAY = -42 * HOUR;
const MONDAY_AT_EIGHT = 20 * HOUR;
const OFFICE_HOURS = { schedule: '0 */30 8-17 * * 1-5' };

describe('nothing-ran', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('nothing-ran', at).length;

  it.each([
    ['the next sweep is due', 1_800, 0],
    ['it is late by less than half its wait', 2_690, 0],
    ['it is later than that', 2_710, 1],
  ])('half-hourly, when %s', (_what, at, rows) => {
    expect(alerts(new AlertLog().sweep(5), at)).toBe(rows);
  });

  it('waits for half an hour at most, however rarely the schedule asks', () => {
    const daily = { schedule: '0 0 12 * * *' };
    const log = new AlertLog().sweep(5, daily);
    expect([alerts(log, DAY + 1_700), alerts(log, DAY + 1_900)]).toEqual([0, 1]);
  });

  it('gives a sweep and its way to the log ten minutes, however often the schedule asks', () => {
    const log = new AlertLog().sweep(5, { schedule: '0 */5 * * * *' });
    expect([alerts(log, 890), alerts(log, 910)]).toEqual([0, 1]);
  });

  it('is silent over a weekend on which the schedule rests, and says so on Monday if the app died meanwhile', () => {
    const log = new AlertLog().sweep(FRIDAY, OFFICE_HOURS);
    for (let at = FRIDAY + 900; at < 12 * HOUR; at += 6 * HOUR) log.measure(at, { ...OFFICE_HOURS, sweptAt: FRIDAY });
    for (let at = FRIDAY + 60; at < MONDAY_AT_EIGHT + 800; at += HOUR) expect([at, alerts(log, at)]).toEqual([at, 0]);
    expect([alerts(log, MONDAY_AT_EIGHT + 890), alerts(log, MONDAY_AT_EIGHT + 910)]).toEqual([0, 1]);
  });

  it('is raised where sweeps begin but fail, and where the first one never completed', () => {
    const log = new AlertLog().measure(1_800, { sweptAt: 5 }).measure(3_600, { sweptAt: 5 });
    expect(alerts(log, 3_610)).toBe(1);
    const never = new AlertLog().measure(1_800, { sweptAt: 0 }).measure(3_600, { sweptAt: 0 });
    expect([alerts(never, 1_900), alerts(never, 3_610)]).toEqual([0, 1]);
  });

  it('is raised where nothing was measured for two days, however long ago the app died', () => {
    expect(alerts(new AlertLog().sweep(-3 * DAY, { schedule: '0 0 0 1 * *' }), 0)).toBe(1);
    expect(alerts(new AlertLog(), 0)).toBe(1);
  });

  it('ends with the next sweep that completes', () => {
    const log = new AlertLog().sweep(5);
    expect(alerts(log, 9_000)).toBe(1);
    expect(alerts(log.sweep(9_005), 9_060)).toBe(0);
  });
});

describe('resource-unavailable', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('resource-unavailable', at);
  const failed: ReplicatorEvent = { event: 'sweep.failed', code: 'NETWORK', message: 'No answer.', hint: 'Wait.' };
  const answers: CallOutcome['failure'] = null;
  const silent = { class: 'transient', code: 'NETWORK', status: null, executed: 'no', message: '', hint: '' } as const;
  const refuses = { ...silent, class: 'auth', code: 'HTTP_401', status: 401 } as const;
  const busy = { ...silent, class: 'throttled', code: 'HTTP_429', status: 429 } as const;

  function afterCallsAt(at: number, primary: CallOutcome['failure'], secondary = answers) {
    const asked = (failure: CallOutcome['failure']) =>
      afterCall(NEVER_ASKED, { at: new Date(timeAfter(at)), isOfAll: true, failure });
    return { ...noResources(), primary: asked(primary), secondary: asked(secondary) };
  }

  /** A sweep that could not look at a resource, and what it measured. */
  function failedSweep(log: AlertLog, at: number, primary: CallOutcome['failure'], secondary = answers) {
    return log.failedSweep(at, failed, { resources: afterCallsAt(at, primary, secondary) });
  }

  it('names the primary from the second sweep on that found it out of reach', () => {
    const log = failedSweep(new AlertLog(), 0, silent);
    expect(alerts(log, 60)).toEqual([]);
    failedSweep(log, 1_800, refuses);
    expect(alerts(log, 1_860)).toEqual([
      { resourceName: 'primary', state: 'refuses', failureCode: 'HTTP_401', sweeps: 2 },
    ]);
  });

  it('names the secondary, and both where both are silent', () => {
    const log = failedSweep(new AlertLog(), 0, answers, silent);
    failedSweep(log, 1_800, answers, silent);
    expect(alerts(log, 1_860)).toMatchObject([{ resourceName: 'secondary' }]);
    failedSweep(log, 3_600, silent, silent);
    failedSweep(log, 5_400, silent, silent);
    const names = alerts(log, 5_460).map(({ resourceName }) => resourceName);
    expect(names.sort()).toEqual(['primary', 'secondary']);
  });

  it.each(['answers', 'throttles', 'read-only'] as const)('ends as soon as a call shows that it %s', (state) => {
    const log = failedSweep(new AlertLog(), 0, silent);
    failedSweep(log, 1_800, silent);
    expect(alerts(log, 1_860)).toHaveLength(1);
    const changed = {
      side: 'primary',
      state,
      before: 'unreachable',
      since: timeAfter(2_000),
      lastAnsweredAt: null,
      code: null,
    } as const;
    log.tell(2_000, { event: 'resource.state.changed', ...changed });
    expect(alerts(log, 2_060)).toEqual([]);
    failedSweep(log, 3_600, silent);
    expect(alerts(log, 3_660)).toEqual([]);
  });

  it('ends with the next sweep that finds it answering', () => {
    const log = failedSweep(failedSweep(new AlertLog(), 0, silent), 1_800, silent);
    log.sweep(3_600, { resources: afterCallsAt(3_600, answers) });
    expect(alerts(log, 3_660)).toEqual([]);
  });

  it('is raised neither by measurements between sweeps nor by a resource that only throttles', () => {
    const log = failedSweep(new AlertLog(), 0, silent, busy);
    for (let at = 60; at < 600; at += 60) log.measure(at, { resources: afterCallsAt(at, silent, busy) });
    log.sweep(1_800, { resources: afterCallsAt(1_800, answers, busy) });
    expect(alerts(log, 1_860)).toEqual([]);
  });
});

describe('quota', () => {
  it.each([
    [85, 0, 0],
    [86, 1, 0],
    [95, 1, 0],
    [96, 0, 1],
  ])('%i of 100 projects', (targetProjects, low, exhausted) => {
    const log = new AlertLog().sweep(0, { sweep: aSweepState({ projects: [], targetProjects }) });
    expect(log.alerts('quota-low', 60)).toHaveLength(low);
    expect(log.alerts('quota-exhausted', 60)).toHaveLength(exhausted);
  });

  it('is exhausted where the service refused even the first project', () => {
    const sweep = aSweepState({ projects: [], targetProjects: 0 });
    const log = new AlertLog().sweep(0, { sweep, targetProjectLimit: 0 });
    expect(log.alerts('quota-exhausted', 60)).toHaveLength(1);
  });

  it('is not known before the secondary was listed', () => {
    const log = new AlertLog().sweep(0, { sweep: aSweepState({ projects: [], targetProjects: null }) });
    expect([...log.alerts('quota-low', 60), ...log.alerts('quota-exhausted', 60)]).toEqual([]);
  });

  it('goes by the last measurement', () => {
    const full = aSweepState({ projects: [], targetProjects: 99 });
    const log = new AlertLog().sweep(0, { sweep: full }).sweep(1_800);
    expect(log.alerts('quota-exhausted', 1_860)).toEqual([]);
  });
});

describe('rejected-messages', () => {
  const reasons = (log: AlertLog, at: number) => log.alerts('rejected-messages', at).map(({ reason }) => reason);

  it('goes on as long as rejected notifications lie in their queue', () => {
    const log = new AlertLog().sweep(0, { rejectedNotifications: 2 });
    expect(reasons(log, DAY)).toEqual(['2 in custom-vision-notifications-rejected']);
    expect(reasons(log.sweep(DAY), DAY + 60)).toEqual([]);
    expect(reasons(log.sweep(DAY + 90, { rejectedNotifications: null }), DAY + 120)).toEqual([]);
  });

  it('tells of each refused message for an hour', () => {
    const log = new AlertLog()
      .sweep(0)
      .tell(10, { event: 'notification.rejected', reason: 'no JSON' })
      .tell(20, { event: 'work.rejected', reason: 'not a work item' });
    expect(reasons(log, 60).sort()).toEqual(['no JSON', 'not a work item']);
    expect(reasons(log, HOUR + 30)).toEqual([]);
  });

  it('tells of messages that were given up, and of no other failure', () => {
    const why = { class: 'bug', message: 'm', hint: 'h', attempts: 1, nextAttemptAt: null, requestId: null } as const;
    const step = { event: 'step.failed', projectId: 'p', runId: null, step: 'work' } as const;
    const log = new AlertLog()
      .tell(0, { ...step, ...why, code: 'WORK_POISONED' })
      .tell(1, { ...step, ...why, code: 'UNEXPECTED' });
    expect(reasons(log, 60)).toEqual(['WORK_POISONED for project p']);
  });
});

describe('brake', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('brake', at).length;
  const braked = aSweepState({
    brake: { since: timeAfter(0), kind: 'short-list', accepted: 4, missing: 2, confirmedAt: null },
  });

  it('is on from its event until a list is accepted', () => {
    const log = new AlertLog()
      .sweep(-1_800)
      .tell(0, { event: 'brake.tripped', kind: 'short-list', accepted: 4, missing: 2, hint: '' });
    expect(alerts(log, 1)).toBe(1);
    expect(alerts(log.measure(5, { sweep: braked }).measure(1_800, { sweep: braked }), DAY)).toBe(1);
    expect(alerts(log.tell(DAY, { event: 'brake.released', confirmed: true }), DAY + 1)).toBe(0);
    expect(alerts(log.sweep(DAY + 5), DAY + 10)).toBe(0);
  });
});
