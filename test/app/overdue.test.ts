import { health, status } from '../../src/app/queries.ts';
import { onMetrics, onSchedule } from '../../src/app/scheduled-sweep.ts';
import { METRICS_TIMER } from '../../src/core/facts/functions.ts';
import { openedApp, type Opened } from '../support/opened-app.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

/** The world begins on a Sunday at 8 in the morning. */
let world: World;
beforeEach(async () => {
  world = await startWorld();
});

const MINUTE_IN_MS = 60_000;
const HOUR_IN_MS = 60 * MINUTE_IN_MS;

async function until(time: string): Promise<void> {
  await world.clock.advance(Date.parse(time) - world.clock.now());
}

/** Whether a sweep is overdue, and since when one is due, by everything that says so. */
async function told(opened: Opened) {
  // The timer that measures runs on, whatever becomes of sweeps.
  await opened.parts.signs.ran(METRICS_TIMER.name, opened.deps.events);
  world.events.length = 0;
  const code = await health(opened);
  const { report } = await status(opened);
  await onMetrics(opened);
  const metrics = world.events.find((event) => event.event === 'sweep.metrics');
  const { nextDueAt, overdueAt, overdue } = report.sweep;
  const isAttended = report.attention.some((entry) => entry.code === 'SWEEP_OVERDUE');
  expect({ nextDueAt, overdueAt }).toEqual({ nextDueAt: metrics?.nextDueAt, overdueAt: metrics?.overdueAt });
  const isLate = world.clock.now() > Date.parse(metrics?.overdueAt ?? '');
  expect([overdue, isAttended, isLate]).toEqual(Array(3).fill(code === 'SWEEP_OVERDUE'));
  return { code, nextDueAt };
}

const noList = () => Promise.reject(new Error('The records cannot be listed.'));

describe('a sweep that should have run and did not', () => {
  it('is told by health, status, its page and what alerts are raised from, from the same moment on', async () => {
    const opened = openedApp(world);
    await onSchedule(opened);
    const nextDueAt = '2026-03-01T08:30:00.000Z';
    await until('2026-03-01T08:45:00Z');
    expect(await told(opened)).toEqual({ code: 'OK', nextDueAt });
    await until('2026-03-01T08:45:01Z');
    expect(await told(opened)).toEqual({ code: 'SWEEP_OVERDUE', nextDueAt });
    await onSchedule(opened);
    expect(await told(opened)).toEqual({ code: 'OK', nextDueAt: '2026-03-01T09:00:00.000Z' });
  });

  it('is not made good by one that fails for another reason than a resource', async () => {
    const opened = openedApp(world);
    await onSchedule(opened);
    await until('2026-03-01T08:30:00Z');
    const broken = { ...opened, deps: { ...opened.deps, store: { ...opened.deps.store, list: noList } } };
    await expect(onSchedule(broken)).rejects.toThrow();
    expect(await told(opened)).toEqual({ code: 'OK', nextDueAt: '2026-03-01T08:30:00.000Z' });
    await until('2026-03-01T08:46:00Z');
    expect(await told(opened)).toEqual({ code: 'SWEEP_OVERDUE', nextDueAt: '2026-03-01T08:30:00.000Z' });
  });

  it.each(['primary', 'secondary'] as const)('has run where it found that the %s does not answer', async (side) => {
    const opened = openedApp(world);
    await onSchedule(opened);
    world[side].faults.order({ operation: 'GetProjects', kind: 'answer', status: 401, times: 'always' });
    await until('2026-03-01T08:30:00Z');
    await expect(onSchedule(opened)).rejects.toThrow();
    await until('2026-03-01T08:46:00Z');
    expect(await told(opened)).toEqual({ code: 'OK', nextDueAt: '2026-03-01T09:00:00.000Z' });
    // Unless the timer does not run any more.
    await until('2026-03-01T09:16:00Z');
    expect((await told(opened)).code).toBe('SWEEP_OVERDUE');
  });

  it('is expected from when the app is first seen to run, where none ever ran', async () => {
    const opened = openedApp(world);
    expect(await told(opened)).toEqual({ code: 'OK', nextDueAt: '2026-03-01T08:30:00.000Z' });
    await until('2026-03-01T08:46:00Z');
    expect((await told(opened)).code).toBe('SWEEP_OVERDUE');
  });

  it('is not one where the schedule rests over the weekend', async () => {
    const opened = openedApp(world, { REPLICATION_SCHEDULE: '0 */10 8-18 * * 1-5' });
    await until('2026-03-06T18:50:00Z');
    await onSchedule(opened);
    const nextDueAt = '2026-03-09T08:00:00.000Z';
    for (let hour = 0; hour < 61; hour += 6) {
      expect(await told(opened)).toEqual({ code: 'OK', nextDueAt });
      await world.clock.advance(6 * HOUR_IN_MS);
    }
    expect(await told(opened)).toEqual({ code: 'SWEEP_OVERDUE', nextDueAt });
  });
});

describe('a schedule that was changed', () => {
  const rarely = { REPLICATION_SCHEDULE: '0 0 3 * * *' };

  it('is not caught up on, and counts from when the change is first seen', async () => {
    await onSchedule(openedApp(world, rarely));
    await until('2026-03-01T20:03:00Z');
    const nextDueAt = '2026-03-01T20:30:00.000Z';
    expect(await told(openedApp(world))).toEqual({ code: 'OK', nextDueAt });
    await until('2026-03-01T20:46:00Z');
    // Another process, which has seen nothing yet, says the same.
    expect(await told(openedApp(world))).toEqual({ code: 'SWEEP_OVERDUE', nextDueAt });
  });

  it('to one that is rarer makes no sweep overdue', async () => {
    await onSchedule(openedApp(world));
    await until('2026-03-01T08:20:00Z');
    expect(await told(openedApp(world, rarely))).toEqual({ code: 'OK', nextDueAt: '2026-03-02T03:00:00.000Z' });
    await until('2026-03-01T12:00:00Z');
    expect((await told(openedApp(world, rarely))).code).toBe('OK');
  });
});

it('what an earlier version stored, which kept no such time, counts from the last sweep that completed', async () => {
  const opened = openedApp(world);
  await onSchedule(opened);
  const stored = await world.store.sweep.read();
  await world.store.sweep.write({ ...stored!.value, nextDue: null }, stored!.etag);
  await world.clock.advance(50 * MINUTE_IN_MS);
  expect(await told(opened)).toEqual({ code: 'SWEEP_OVERDUE', nextDueAt: '2026-03-01T08:30:00.000Z' });
});
