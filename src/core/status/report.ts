import type { Catalogue } from '../backups/catalogue.ts';
import type { SettingProblem } from '../facts/events.ts';
import type { Listing, ProjectReport } from './project-report.ts';
import { ageInSeconds } from '../facts/time.ts';
import { projectReport } from './project-report.ts';
import type { ReplicaRecord } from '../facts/record.ts';
import type { SweepState } from '../facts/sweep-state.ts';
import { targetProjectLimitOf } from '../facts/sweep-state.ts';

export interface ReportInput {
  readonly now: Date;
  readonly problems: readonly SettingProblem[];
  readonly sweep: SweepState | null;
  readonly records: readonly ReplicaRecord[];
  /** Of model backups, by source project id. */
  readonly catalogues?: ReadonlyMap<string, Catalogue>;
  readonly recoveryPointObjectiveInSeconds: number | null;
  readonly targetProjectLimit: number | null;
  /** Whether replicas are published: without a prediction resource none can be failed over to. */
  readonly publishes: boolean;
  /** When the sweep after a time is due, by the schedule; null where the schedule is not known. */
  readonly nextSweepAfter: ((time: Date) => Date) | null;
  readonly rejectedNotifications: number | null;
}

/** What the last accepted list says of a project that has a record. */
export function listingOf(record: ReplicaRecord, sweep: SweepState | null): Listing {
  const { sourceProjectId: id } = record;
  const listed = sweep?.projects.find((project) => project.id === id);
  return {
    id,
    name: listed?.name ?? record.name,
    since: listed?.since ?? null,
    excluded: listed !== undefined && listed.excluded !== null,
    missingSince: sweep?.missing[id] ?? null,
  };
}

/** A project may be in the list and have no record yet, or be newer than the list. */
function projectReports({ sweep, records, catalogues, publishes, now }: ReportInput): [ProjectReport, Listing][] {
  const recorded = new Set(records.map(({ sourceProjectId }) => sourceProjectId));
  const unrecorded = (sweep?.projects ?? []).filter(({ id }) => !recorded.has(id));
  const rows: [Listing, ReplicaRecord | null][] = [
    ...records.map((record): [Listing, ReplicaRecord] => [listingOf(record, sweep), record]),
    ...unrecorded.map(({ id, name, since, excluded }): [Listing, null] => {
      return [{ id, name, since, excluded: excluded !== null, missingSince: null }, null];
    }),
  ];
  const reportOf = (listing: Listing, record: ReplicaRecord | null): ProjectReport =>
    projectReport(listing, record, publishes, now, catalogues?.get(listing.id) ?? null);
  return rows
    .map(([listing, record]): [ProjectReport, Listing] => [reportOf(listing, record), listing])
    .sort(([left], [right]) => left.name.localeCompare(right.name) || (left.id < right.id ? -1 : 1));
}

/**
 * Lag plus the age of what it was derived from: never smaller than the real lag. A project without a copy has been
 * unprotected for as long as it is known.
 */
function exposureInSeconds(project: ProjectReport, listing: Listing, now: Date): number {
  if (project.replica === null || project.lagSeconds === null)
    return listing.since ? ageInSeconds(listing.since, now) : 0;
  if (project.lagSeconds > 0) return project.lagSeconds;
  return project.observedAt === null ? 0 : ageInSeconds(project.observedAt, now);
}

function summarise(input: ReportInput, rows: readonly [ProjectReport, Listing][]) {
  const inScope = rows.filter(([{ sync }]) => sync !== 'excluded' && sync !== 'source-missing');
  const projects = inScope.map(([project]) => project);
  const lags = projects.flatMap(({ lagSeconds }) => (lagSeconds === null ? [] : [lagSeconds]));
  const objective = input.recoveryPointObjectiveInSeconds;
  const inBreach = ([project, listing]: [ProjectReport, Listing]): boolean =>
    objective !== null && exposureInSeconds(project, listing, input.now) > objective;
  return {
    inScope: inScope.length,
    protected: projects.filter(({ replica }) => replica !== null).length,
    parked: projects.filter(({ failure }) => failure?.needsPerson === true).length,
    worstLagSeconds: lags.length === 0 ? null : Math.max(...lags),
    recoveryPointObjectiveSeconds: objective,
    breaches: inScope.filter(inBreach).length,
    readyToFailOver: projects.length > 0 && projects.every(({ readiness }) => readiness.ready),
  };
}

/** How full the target is, and how many copies it lacks room for. */
function quotaReport({ sweep, targetProjectLimit, now }: ReportInput, projects: readonly ProjectReport[]) {
  const limit = targetProjectLimit === null ? null : targetProjectLimitOf(sweep, targetProjectLimit, now);
  const held = sweep?.targetProjects ?? null;
  const waiting = projects.filter(({ sync, replica, inFlight }) => sync === 'behind' && replica === null && !inFlight);
  return {
    targetProjects: held,
    targetProjectLimit: limit,
    freeSlots: held === null || limit === null ? null : Math.max(0, limit - held),
    slotsWanted: sweep?.slotsWanted ?? null,
    waitingForFirstCopy: waiting.length,
  };
}

/** Everything that status shows, from durable state alone. */
export function statusReport(input: ReportInput) {
  const rows = projectReports(input);
  const projects = rows.map(([project]) => project);
  const { sweep } = input;
  const base = sweep?.lastStartedAt ?? sweep?.firstSeenAt ?? null;
  const next = base === null || input.nextSweepAfter === null ? null : input.nextSweepAfter(new Date(base));
  return {
    schemaVersion: 1,
    generatedAt: input.now.toISOString(),
    settings: { problems: input.problems },
    sweep: {
      lastStartedAt: sweep?.lastStartedAt ?? null,
      lastCompletedAt: sweep?.lastCompletedAt ?? null,
      nextDueAt: next?.toISOString() ?? null,
      problem: sweep?.problem ?? null,
      failure: sweep?.failure ?? null,
      brake: sweep?.brake ?? null,
      unmatchedPatterns: sweep?.unmatchedPatterns ?? [],
    },
    summary: summarise(input, rows),
    quota: quotaReport(input, projects),
    projects,
    notifications: {
      lastReceivedAt: sweep?.notificationLastReceivedAt ?? null,
      rejected: input.rejectedNotifications,
    },
  };
}

export type StatusReport = ReturnType<typeof statusReport>;
