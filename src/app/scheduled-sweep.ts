import { setTimeout as sleep } from 'node:timers/promises';
import { enqueueBackups } from '../backups/enqueue-backups.ts';
import type { ReplicatorEvent } from '../core/facts/events.ts';
import { toFailure } from '../core/facts/failure.ts';
import type { SweepState } from '../core/facts/sweep-state.ts';
import { metricsOf } from '../core/status/metrics.ts';
import { expectSweep, updateSweepState } from '../replicator/documents.ts';
import { tellHistory } from '../replicator/tell-history.ts';
import { sweep, type Swept } from '../replicator/sweep/sweep.ts';
import { inTime } from './answer-limits.ts';
import { identified, type OpenApp } from './app.ts';
import { lookAtQueues } from './look-at-queues.ts';
import { readStored, reportOf } from './queries.ts';
import { keepResourceStates } from './resource-states.ts';
import type { Stored } from './stored.ts';
import { invocationLimit } from './invocation.ts';

/** Reading what is stored after a sweep; with the sweep's own limit it ends well before the host would stop it. */
const READING_LIMIT_IN_MS = 60_000;

type Task = Extract<ReplicatorEvent, { event: 'sweep.task.failed' }>['task'];

/** Another host's sweep is waited for as long as a small one takes; a large one does this one's work as well. */
const WAIT_FOR_OTHERS = { times: 15, inMs: 1_000 } as const;

/** A sweep at the schedule's time: a new one, or the rest of one that was cut short. What goes wrong is thrown. */
export async function onSchedule(opened: OpenApp, readingLimitInMs = READING_LIMIT_IN_MS): Promise<void> {
  const failures = await sweepAndFollow(opened, null, readingLimitInMs);
  if (failures.length > 0) throw failures[0];
}

/**
 * The next part of a sweep that one invocation had no time for. What goes wrong is logged and stored, and not thrown: the
 * schedule goes on with the rest, where delivering the message again at once would meet the same outage.
 */
export async function onContinuedSweep(opened: OpenApp, token: string | null): Promise<void> {
  await sweepAndFollow(opened, token, READING_LIMIT_IN_MS);
}

/**
 * A sweep, and what follows each: backups that are due, and metrics. These need the primary less than copies do, and lag
 * goes on growing after a failed sweep, so each is attempted whatever became of the others. Every failure is told as an
 * event; the first is to be thrown, so that no later one takes its place.
 */
async function sweepAndFollow(opened: OpenApp, token: string | null, readingLimitInMs: number): Promise<unknown[]> {
  const { backups } = opened;
  const failures: unknown[] = [];
  const attempt = attemptOf(opened, failures);

  let swept: Swept | 'failed' = 'failed';
  try {
    swept = await sweepInTurn(opened, token);
  } catch (error) {
    // The sweep has logged its own failure.
    failures.push(error);
  }
  if (swept === 'busy' || swept === 'stale') return failures;
  await lookAround(opened, readingLimitInMs);
  // What is told next goes by what this very sweep has met.
  await keepResourceStates(opened);
  // Read once more, after the sweep: it and the work beside it have changed records since it read them.
  const stored = await attempt('read', () => inTime(readingLimitInMs, (signal) => readStored(opened, signal)));
  if (stored !== null) {
    if (swept !== 'to-be-continued') await attempt('backups', () => enqueueBackups(backups, stored));
    await attempt('metrics', () => emitMetrics(opened, stored));
    await attempt('history', () => inTime(readingLimitInMs, (signal) => noteSettings(opened, stored, signal)));
    await attempt('history', () => tellRest(opened, stored));
  }
  return failures;
}

/**
 * Sees to what others put into storage for the app. Where it has not the right to, that is told, and is no failure: what the
 * schedule does needs none of it.
 */
async function lookAround(opened: OpenApp, limitInMs: number): Promise<void> {
  const attempt = attemptOf(opened, []);
  await attempt('queues', () => lookAtQueues(opened, limitInMs));
  await attempt('container', () => inTime(limitInMs, () => opened.parts.ensureExportContainer()));
}

/** Runs tasks each of which may fail without the others: that is told as an event, and kept among the failures. */
function attemptOf({ deps }: OpenApp, failures: unknown[]) {
  return async <T>(task: Task, run: () => Promise<T>): Promise<T | null> => {
    try {
      return await run();
    } catch (error) {
      failures.push(error);
      const { code, message, hint } = toFailure(error);
      deps.events.emit({ event: 'sweep.task.failed', task, code, message, hint });
      return null;
    }
  };
}

async function sweepInTurn(opened: OpenApp, token: string | null): Promise<Swept> {
  const deps = await identified(opened);
  for (let waits = 0; ; waits += 1) {
    const swept = await sweep(deps, opened.config.scope, invocationLimit(), token);
    if (swept !== 'busy' || waits === WAIT_FOR_OTHERS.times) return swept;
    await sleep(WAIT_FOR_OTHERS.inMs);
  }
}

/** That a setting was changed is found by the first sweep after it; secrets are left out. */
async function noteSettings({ settings, deps }: OpenApp, { sweep: swept }: Stored, signal: AbortSignal): Promise<void> {
  const isSame = (kept: Readonly<Record<string, string>> | undefined): boolean =>
    JSON.stringify(kept) === JSON.stringify(settings);
  if (isSame(swept?.settings)) return;
  const { store, clock } = deps;
  const note = (state: SweepState): SweepState =>
    isSame(state.settings) ? state : { ...state, settings: { ...settings } };
  await updateSweepState(store, clock, note, signal);
  await tellHistory(store.sweep, deps, signal);
}

/** What a process that died, or a sweep, has left to be told. Records tell their own at the next look. */
async function tellRest({ deps }: OpenApp, { sweep: swept, decisions }: Stored): Promise<void> {
  const { store } = deps;
  if ((swept?.untold ?? []).length > 0) await tellHistory(store.sweep, deps);
  const untold = [...decisions].filter(([, { untold: entries = [] }]) => entries.length > 0);
  for (const [id] of untold) await tellHistory(store.decision(id), deps);
}

/** Logs how everything stands according to what is stored; neither resource is asked. */
export async function onMetrics(opened: OpenApp): Promise<void> {
  await lookAround(opened, READING_LIMIT_IN_MS);
  await emitMetrics(opened, await inTime(READING_LIMIT_IN_MS, (signal) => readStored(opened, signal)));
}

async function emitMetrics(opened: OpenApp, stored: Stored): Promise<void> {
  const { config, deps, parts } = opened;
  const { store, clock, events } = deps;
  const [rejected, routing] = await Promise.all([parts.rejected.count(), store.routing.read()]);
  const metrics = metricsOf({
    report: reportOf(opened, stored, rejected),
    routes: routing?.value.projects ?? null,
    swept: await expectSweep(store, clock, config.schedule),
    schedule: config.schedule,
    now: clock.now(),
  });
  for (const metric of metrics) events.emit(metric);
}
