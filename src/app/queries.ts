import { readCatalogues, type StoredState } from '../backups/enqueue-backups.ts';
import type { Decision } from '../core/facts/decision.ts';
import { toFailure } from '../core/facts/failure.ts';
import { asId, isGuid } from '../core/facts/guid.ts';
import type { Installation } from '../core/facts/installation.ts';
import type { RoutingManifest } from '../core/facts/routing.ts';
import { sweepIsOverdue } from '../core/status/next-sweep.ts';
import type { ProjectStory } from '../core/status/project-report.ts';
import { projectStory } from '../core/status/project-report.ts';
import type { StatusReport } from '../core/status/report.ts';
import { statusReport } from '../core/status/report.ts';
import { listingOf } from '../core/status/status-facts.ts';
import { expectSweep, readDecisions, readRecords } from '../replicator/documents.ts';
import type { HistoryReading } from '../replicator/ports/storage.ts';
import type { BadSettings, OpenApp } from './app.ts';

/** All that status is made of. */
export interface Stored extends StoredState {
  /** What people have decided, by source project id. */
  readonly decisions: ReadonlyMap<string, Decision>;
  /** Null where none is stored yet. */
  readonly installation: Installation | null;
}

/** Reads what is stored of all projects. */
export async function readStored({ deps, backups }: OpenApp, signal?: AbortSignal): Promise<Stored> {
  const { store } = deps;
  const [sweep, { records }, decisions, installation, catalogues] = await Promise.all([
    store.sweep.read(signal),
    readRecords(store, signal),
    readDecisions(store, signal),
    store.installation.read(signal),
    readCatalogues(backups.backups, signal),
  ]);
  return {
    ...{ sweep: sweep?.value ?? null, records, catalogues },
    ...{ decisions: decisions.values, installation: installation?.value ?? null },
  };
}

/** The status of everything; where the settings are bad, `ok` is false and the report has nothing but these. */
export async function status(opened: OpenApp | BadSettings): Promise<{ ok: boolean; report: StatusReport }> {
  if ('problems' in opened) return { ok: false, report: reportOfProblems(opened) };
  const [stored, rejected] = await Promise.all([readStored(opened), opened.parts.rejected.count()]);
  return { ok: true, report: reportOf(opened, stored, rejected) };
}

/** @param rejectedNotifications how many messages nobody could act on */
export function reportOf({ config, deps }: OpenApp, stored: Stored, rejectedNotifications: number): StatusReport {
  return statusReport({
    now: deps.clock.now(),
    problems: [],
    sweep: stored.sweep,
    records: [...stored.records.values()],
    catalogues: stored.catalogues.catalogues,
    decisions: stored.decisions,
    installationId: stored.installation?.id ?? null,
    recoveryPointObjectiveInSeconds: config.recoveryPointObjectiveInSeconds,
    targetProjectLimit: config.secondaryProjectLimit,
    publishes: config.secondary.predictionResourceId !== null,
    schedule: config.schedule,
    rejectedNotifications,
  });
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
    schedule: null,
    rejectedNotifications: null,
  });
}

export type HealthCode = 'OK' | 'SETTINGS_INVALID' | 'STORAGE_UNAVAILABLE' | 'SWEEP_OVERDUE';

export async function health(opened: OpenApp | BadSettings): Promise<HealthCode> {
  if ('problems' in opened) return 'SETTINGS_INVALID';
  const { store, clock, events } = opened.deps;
  const { schedule } = opened.config;
  try {
    const state = await expectSweep(store, clock, schedule);
    return sweepIsOverdue(state, schedule, clock.now()) ? 'SWEEP_OVERDUE' : 'OK';
  } catch (error) {
    const { code, message, hint } = toFailure(error);
    events.emit({ event: 'storage.unavailable', code, message, hint });
    return 'STORAGE_UNAVAILABLE';
  }
}

/** Null until a copy is in use. */
export async function routing({ deps }: OpenApp): Promise<RoutingManifest | null> {
  return (await deps.store.routing.read())?.value ?? null;
}

/** One project's story, or null where none of this id is known. */
export async function project({ deps, config, backups }: OpenApp, id: string): Promise<ProjectStory | null> {
  if (!isGuid(id)) return null;
  const { store, clock } = deps;
  const [stored, decision, sweepState, catalogue] = await Promise.all([
    store.record(id).read(),
    store.decision(id).read(),
    store.sweep.read(),
    backups.backups.catalogue(id).read(),
  ]);
  if (stored === null) return null;
  const policy = { ...config, publishes: config.secondary.predictionResourceId !== null };
  const listing = listingOf(stored.value, sweepState?.value ?? null);
  return projectStory(listing, stored.value, policy, clock.now(), catalogue?.value ?? null, decision?.value ?? null);
}

export interface History extends HistoryReading {
  readonly schemaVersion: 1;
  readonly generatedAt: string;
}

/** What happened to one project, or to everything where none is named; null where nothing ever did to a project of this id. */
export async function history({ deps }: OpenApp, id: string | null, since: Date | null): Promise<History | null> {
  if (id !== null && !isGuid(id)) return null;
  const { entries, unreadable } = await deps.history.read(id === null ? null : asId(id), since);
  if (id !== null && entries.length + unreadable === 0 && since === null) return null;
  return { schemaVersion: 1, generatedAt: deps.clock.now().toISOString(), unreadable, entries };
}
