import { enqueueBackups } from '../backups/enqueue-backups.ts';
import type { ReplicatorEvent } from '../core/facts/events.ts';
import { toFailure } from '../core/facts/failure.ts';
import { metricsOf } from '../core/status/metrics.ts';
import { readSweepState } from '../replicator/documents.ts';
import { sweep } from '../replicator/sweep/sweep.ts';
import { inTime } from './answer-limits.ts';
import { identified, type OpenApp } from './app.ts';
import { readStored, reportOf } from './queries.ts';
import type { Stored } from './stored.ts';
import { INVOCATION_LIMIT_IN_MS } from './triggers.ts';

/** Reading what is stored after a sweep; with the sweep's own limit it ends well before the host would stop it. */
const READING_LIMIT_IN_MS = 60_000;

type Task = Extract<ReplicatorEvent, { event: 'sweep.task.failed' }>['task'];

/**
 * A sweep, and what follows each: backups that are due, and metrics. These need the primary less than copies do, and lag
 * goes on growing after a failed sweep, so each is attempted whatever became of the others. Every failure is told as an
 * event; the first is thrown, so that no later one takes its place.
 */
export async function onSchedule(opened: OpenApp, readingLimitInMs = READING_LIMIT_IN_MS): Promise<void> {
  const { config, deps, backups } = opened;
  const failures: unknown[] = [];
  const attempt = async <T>(task: Task, run: () => Promise<T>): Promise<T | null> => {
    try {
      return await run();
    } catch (error) {
      failures.push(error);
      const { code, message, hint } = toFailure(error);
      deps.events.emit({ event: 'sweep.task.failed', task, code, message, hint });
      return null;
    }
  };

  try {
    await sweep(await identified(opened), config.scope, AbortSignal.timeout(INVOCATION_LIMIT_IN_MS));
  } catch (error) {
    // The sweep has logged its own failure.
    failures.push(error);
  }
  // Read once more, after the sweep: it and the work beside it have changed records since it read them.
  const stored = await attempt('read', () => inTime(readingLimitInMs, (signal) => readStored(opened, signal)));
  if (stored !== null) {
    await attempt('backups', () => enqueueBackups(backups, stored));
    await attempt('metrics', () => emitMetrics(opened, stored));
  }
  if (failures.length > 0) throw failures[0];
}

/** Logs how everything stands according to what is stored; neither resource is asked. */
export async function onMetrics(opened: OpenApp): Promise<void> {
  await emitMetrics(opened, await inTime(READING_LIMIT_IN_MS, (signal) => readStored(opened, signal)));
}

async function emitMetrics(opened: OpenApp, stored: Stored): Promise<void> {
  const { config, deps, parts } = opened;
  const { store, clock, events } = deps;
  const [rejected, routing] = await Promise.all([parts.rejected.count(), store.routing.read()]);
  const metrics = metricsOf({
    report: reportOf(opened, stored, rejected),
    routes: routing?.value.projects ?? null,
    swept: stored.sweep ?? (await readSweepState(store, clock)),
    nextSweepAfter: (time) => config.schedule.nextAfter(time),
    now: clock.now(),
  });
  for (const metric of metrics) events.emit(metric);
}
