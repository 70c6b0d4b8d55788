import { readCatalogues } from '../backups/enqueue-backups.ts';
import { isFailure, toFailure } from '../core/facts/failure.ts';
import { asId, isGuid } from '../core/facts/guid.ts';
import type { RoutingManifest } from '../core/facts/routing.ts';
import { sweepIsOverdue } from '../core/status/next-sweep.ts';
import type { ProjectStory } from '../core/status/project-report.ts';
import { projectStory } from '../core/status/project-report.ts';
import { silentFunctions } from '../core/status/silent-functions.ts';
import type { StatusReport } from '../core/status/report.ts';
import { statusReport } from '../core/status/report.ts';
import { listingOf, type ReportInput } from '../core/status/status-facts.ts';
import { expectSweep, readDecisions, readRecords } from '../replicator/documents.ts';
import type { HistoryReading } from '../replicator/ports/storage.ts';
import { readResources } from './resource-states.ts';
import { ANSWER_LIMITS, inTime } from './answer-limits.ts';
import type { BadSettings, OpenApp } from './app.ts';
import { publishingOf, servingAt } from './prediction-settings.ts';
import type { Reading, Stored } from './stored.ts';

/** Reads what is stored of all projects. */
export async function readStored({ deps, backups }: OpenApp, signal?: AbortSignal): Promise<Stored> {
  const { store } = deps;
  const [sweep, { records }, decisions, installation, signs, resources, catalogues] = await Promise.all([
    store.sweep.read(signal),
    readRecords(store, signal),
    readDecisions(store, signal),
    store.installation.read(signal),
    store.signs.read(signal),
    readResources(store, signal),
    readCatalogues(backups.backups, signal),
  ]);
  return {
    ...{ sweep: sweep?.value ?? null, records, catalogues },
    ...{ decisions: decisions.values, installation: installation?.value ?? null },
    signs: signs?.value ?? null,
    resources,
  };
}

/**
 * The status of everything. `ok` is false where the report can't be trusted as it stands: the settings are bad, and it has
 * nothing but these; or storage does not answer, and it is of what was last read, which it says.
 */
export async function status(opened: OpenApp | BadSettings): Promise<{ ok: boolean; report: StatusReport }> {
  if ('problems' in opened) return { ok: false, report: reportOfProblems(opened) };
  const { lastKnown, rejected } = opened.parts;
  const { clock, events } = opened.deps;
  try {
    const readAt = clock.now();
    const [stored, count] = await inTime(ANSWER_LIMITS.readingInMs, (signal) =>
      Promise.all([readStored(opened, signal), rejected.count()]),
    );
    lastKnown.reading = { stored, rejected: count, readAt };
    lastKnown.silentSince = null;
    return { ok: true, report: reportOf(opened, stored, count) };
  } catch (error) {
    lastKnown.silentSince ??= clock.now();
    const { reading, silentSince } = lastKnown;
    if (reading === null || !isFailure(error, 'transient')) throw error;
    const { code, message, hint } = error;
    events.emit({ event: 'storage.unavailable', code, message, hint });
    return {
      ok: false,
      report: reportFromMemory(opened, reading, { message, hint, since: silentSince.toISOString() }),
    };
  }
}

function reportFromMemory(
  opened: OpenApp,
  reading: Reading,
  unavailable: NonNullable<ReportInput['storageUnavailable']>,
): StatusReport {
  const input = inputOf(opened, reading.stored, reading.rejected);
  return statusReport({ ...input, storageReadAt: reading.readAt, storageUnavailable: unavailable });
}

/** @param rejectedNotifications how many messages nobody could act on */
export function reportOf(opened: OpenApp, stored: Stored, rejectedNotifications: number): StatusReport {
  return statusReport(inputOf(opened, stored, rejectedNotifications));
}

function inputOf({ config, deps, about }: OpenApp, stored: Stored, rejectedNotifications: number): ReportInput {
  return {
    now: deps.clock.now(),
    problems: [],
    sweep: stored.sweep,
    records: [...stored.records.values()],
    catalogues: stored.catalogues.catalogues,
    decisions: stored.decisions,
    resources: stored.resources,
    installationId: stored.installation?.id ?? null,
    signs: stored.signs,
    recoveryPointObjectiveInSeconds: config.recoveryPointObjectiveInSeconds,
    targetProjectLimit: config.secondaryProjectLimit,
    ...publishingOf(config),
    app: about,
    schedule: config.schedule,
    rejectedNotifications,
  };
}

function reportOfProblems({ problems, clock }: BadSettings): StatusReport {
  return statusReport({
    now: clock.now(),
    problems,
    sweep: null,
    records: [],
    recoveryPointObjectiveInSeconds: null,
    targetProjectLimit: null,
    publishes: false,
    predictionEndpoint: null,
    schedule: null,
    rejectedNotifications: null,
  });
}

export type HealthCode = 'OK' | 'SETTINGS_INVALID' | 'STORAGE_UNAVAILABLE' | 'SWEEP_OVERDUE' | 'FUNCTION_SILENT';

export async function health(opened: OpenApp | BadSettings): Promise<HealthCode> {
  if ('problems' in opened) return 'SETTINGS_INVALID';
  const { store, clock, events } = opened.deps;
  const { schedule } = opened.config;
  try {
    const [state, signs] = await inTime(ANSWER_LIMITS.healthInMs, (signal) =>
      Promise.all([expectSweep(store, clock, schedule, signal), store.signs.read(signal)]),
    );
    if (sweepIsOverdue(state, schedule, clock.now())) return 'SWEEP_OVERDUE';
    return silentFunctions(signs?.value ?? null, clock.now()).length > 0 ? 'FUNCTION_SILENT' : 'OK';
  } catch (error) {
    const { code, message, hint } = toFailure(error);
    events.emit({ event: 'storage.unavailable', code, message, hint });
    return 'STORAGE_UNAVAILABLE';
  }
}

/** Null until a copy is in use. */
export async function routing({ deps }: OpenApp): Promise<RoutingManifest | null> {
  return (await inTime(ANSWER_LIMITS.readingInMs, (signal) => deps.store.routing.read(signal)))?.value ?? null;
}

/** One project's story, or null where none of this id is known. */
export async function project({ deps, config, backups }: OpenApp, id: string): Promise<ProjectStory | null> {
  if (!isGuid(id)) return null;
  const { store, clock } = deps;
  const [stored, decision, sweepState, catalogue] = await inTime(ANSWER_LIMITS.readingInMs, (signal) =>
    Promise.all([
      store.record(id).read(signal),
      store.decision(id).read(signal),
      store.sweep.read(signal),
      backups.backups.catalogue(id).read(signal),
    ]),
  );
  if (stored === null) return null;
  const now = clock.now();
  const policy = { ...config, ...servingAt(config, now) };
  const listing = listingOf(stored.value, sweepState?.value ?? null);
  return projectStory(listing, stored.value, policy, now, catalogue?.value ?? null, decision?.value ?? null);
}

export interface History extends HistoryReading {
  readonly schemaVersion: 1;
  readonly generatedAt: string;
}

/** What happened to one project, or to everything where none is named; null where nothing ever did to a project of this id. */
export async function history({ deps }: OpenApp, id: string | null, since: Date | null): Promise<History | null> {
  if (id !== null && !isGuid(id)) return null;
  const of = id === null ? null : asId(id);
  const { entries, unreadable } = await inTime(ANSWER_LIMITS.historyInMs, (signal) =>
    deps.history.read(of, since, signal),
  );
  if (id !== null && entries.length + unreadable === 0 && since === null) return null;
  return { schemaVersion: 1, generatedAt: deps.clock.now().toISOString(), unreadable, entries };
}
