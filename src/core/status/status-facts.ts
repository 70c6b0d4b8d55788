import { asOf, noResources, type ResourceHealth, type Resources } from '../facts/resource-health.ts';
import type { Readiness, Serving } from './readiness.ts';
import type { Catalogue } from '../backups/catalogue.ts';
import type { Decision } from '../facts/decision.ts';
import type { SettingProblem } from '../facts/events.ts';
import type { Listing, ProjectReport } from './project-report.ts';
import { isInBreach, isInScope, projectReport } from './project-report.ts';
import type { SweepSchedule } from './next-sweep.ts';
import { SWEEP_TIMER } from '../facts/functions.ts';
import type { Signs } from '../facts/signs.ts';
import { silentFunctions, unavailableQueues } from './silent-functions.ts';
import { isLookLate, nextStart, nextSweep, sweepIsOverdue } from './next-sweep.ts';
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
  /** What people have decided, by source project id. */
  readonly decisions?: ReadonlyMap<string, Decision>;
  /** What calls have shown of both resources; null or absent where none was ever made. */
  readonly resources?: Resources | null;
  /** The id of the installation that the storage belongs to; null or absent where none is stored. */
  readonly installationId?: string | null;
  /** When functions last ran, and what waits for them; null or absent where nothing is stored of it. */
  readonly signs?: Signs | null;
  readonly recoveryPointObjectiveInSeconds: number | null;
  readonly targetProjectLimit: number | null;
  /** Whether replicas are published: without a prediction resource none can be failed over to. */
  readonly publishes: boolean;
  /** Where clients would predict on copies; null where that is not set. */
  readonly predictionEndpoint: string | null;
  /** What this installation is called, and what it works between; absent where the settings are bad. */
  readonly app?: AppFacts;
  /** Null where the schedule is not known. */
  readonly schedule: SweepSchedule | null;
  readonly rejectedNotifications: number | null;
  /** When all of this was read; absent where that was just now. */
  readonly storageReadAt?: Date;
  /** Why it could not be read anew, and since when; absent or null where it was. */
  readonly storageUnavailable?: { readonly message: string; readonly hint: string; readonly since: string } | null;
}

/** Which installation this is. */
export interface AppFacts {
  readonly title: string;
  readonly version: string;
  /** Host names. */
  readonly primary: string;
  readonly secondary: string;
  readonly mode: 'normal' | 'dry-run';
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
function projectReports(input: ReportInput): ProjectReport[] {
  const { sweep, records, catalogues, decisions, now } = input;
  const serving = servingOf(input);
  const recorded = new Set(records.map(({ sourceProjectId }) => sourceProjectId));
  const unrecorded = (sweep?.projects ?? []).filter(({ id }) => !recorded.has(id));
  const rows: [Listing, ReplicaRecord | null][] = [
    ...records.map((record): [Listing, ReplicaRecord] => [listingOf(record, sweep), record]),
    ...unrecorded.map(({ id, name, since, excluded }): [Listing, null] => {
      return [{ id, name, since, excluded: excluded !== null, missingSince: null }, null];
    }),
  ];
  return rows
    .map(([listing, record]) => {
      const [catalogue, decision] = [catalogues?.get(listing.id) ?? null, decisions?.get(listing.id) ?? null];
      return projectReport(listing, record, serving, now, catalogue, decision);
    })
    .sort((left, right) => left.name.localeCompare(right.name) || (left.id < right.id ? -1 : 1));
}

/** What serves nothing has nobody to fail over. */
const isReady = ({ state }: Readiness): boolean => state === 'ready' || state === 'nothing-served';

/** When a look at a copy is too old is told by the sweeps, each of which looks at every copy. */
export function servingOf({ publishes, predictionEndpoint, schedule, now }: ServingInput): Serving {
  const isLate = (lookedAt: string): boolean => schedule !== null && isLookLate(lookedAt, schedule, now);
  return { publishes, predictionEndpoint, isLate };
}

type ServingInput = Pick<ReportInput, 'publishes' | 'predictionEndpoint' | 'schedule' | 'now'>;

/** As of now: what was last seen before two sweeps that were due says nothing any more. */
function resourcesOf({ resources, schedule, now }: ReportInput) {
  const { primary, secondary } = resources ?? noResources();
  const current = (health: ResourceHealth): ResourceHealth => {
    const { lastAskedAt } = health;
    return asOf(health, lastAskedAt !== null && schedule !== null && isLookLate(lastAskedAt, schedule, now));
  };
  return { primary: current(primary), secondary: current(secondary) };
}

/** Storage, in the words of the resources. */
function storageState({ storageUnavailable, storageReadAt, now }: ReportInput): ResourceHealth {
  const at = (storageReadAt ?? now).toISOString();
  const answered = { lastAnsweredAt: at, lastAskedAt: now.toISOString() };
  if (!storageUnavailable) return { state: 'answers', since: null, ...answered, failure: null };
  const { message, hint, since } = storageUnavailable;
  return { state: 'unreachable', since, ...answered, failure: { code: 'STORAGE_UNAVAILABLE', message, hint } };
}

function summarise({ recoveryPointObjectiveInSeconds: objective, now }: ReportInput, all: readonly ProjectReport[]) {
  const projects = all.filter(isInScope);
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const worst = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));
  return {
    inScope: projects.length,
    protected: projects.filter(({ replica }) => replica !== null).length,
    ready: projects.filter(({ readiness }) => readiness.state === 'ready').length,
    nothingServed: projects.filter(({ readiness }) => readiness.state === 'nothing-served').length,
    failedOver: all.filter(({ active }) => active === 'secondary').length,
    parked: projects.filter(({ failure }) => failure?.needsPerson === true).length,
    worstLagSeconds: worst(known(projects.map(({ lagSeconds }) => lagSeconds))),
    worstAtRiskSeconds: worst(known(projects.map(({ atRiskSeconds }) => atRiskSeconds))),
    recoveryPointObjectiveSeconds: objective,
    breaches: projects.filter((project) => isInBreach(project, objective, now)).length,
    readyToFailOver: projects.length > 0 && projects.every(({ readiness }) => isReady(readiness)),
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

/** Other installations that make copies on the target, by the 8 digits that names and marks show of them. */
function otherInstallations(sweep: SweepState | null) {
  return Object.entries(sweep?.otherInstallations ?? {}).map(([id, projects]) => ({ id, projects }));
}

/** When the next sweep is due, and whether it is overdue; nothing is guessed where state or schedule are not known. */
function comingSweep({ sweep, schedule, now }: ReportInput) {
  const longestWaitSeconds = schedule?.longestWaitInSeconds ?? null;
  if (sweep === null || schedule === null) {
    return { nextDueAt: null, overdueAt: null, overdue: false, nextStartAt: null, longestWaitSeconds };
  }
  const { dueAt, overdueAt } = nextSweep(sweep, schedule, now);
  return {
    nextDueAt: dueAt.toISOString(),
    overdueAt: overdueAt.toISOString(),
    overdue: sweepIsOverdue(sweep, schedule, now),
    nextStartAt: nextStart(sweep, schedule, now).toISOString(),
    longestWaitSeconds,
  };
}

function functionsReport({ signs = null, now }: ReportInput) {
  return {
    silent: silentFunctions(signs, now),
    sweepTimerRanAt: signs?.ranAt[SWEEP_TIMER] ?? null,
    unavailableQueues: unavailableQueues(signs),
  };
}

/** Everything that status is judged by, from durable state alone. */
export function statusFacts(input: ReportInput) {
  const projects = projectReports(input);
  const { sweep, now, storageReadAt = now } = input;
  return {
    schemaVersion: 2,
    generatedAt: now.toISOString(),
    app: input.app ?? null,
    resources: { ...resourcesOf(input), storage: storageState(input) },
    settings: { problems: input.problems },
    storage: { readAt: storageReadAt.toISOString(), unavailable: input.storageUnavailable ?? null },
    sweep: {
      lastStartedAt: sweep?.lastStartedAt ?? null,
      lastCompletedAt: sweep?.lastCompletedAt ?? null,
      ...comingSweep(input),
      problem: sweep?.problem ?? null,
      failure: sweep?.failure ?? null,
      brake: sweep?.brake ?? null,
      unmatchedPatterns: sweep?.unmatchedPatterns ?? [],
      labelEdits: sweep?.labelEdits ?? ('unknown' as const),
    },
    functions: functionsReport(input),
    summary: summarise(input, projects),
    quota: quotaReport(input, projects),
    installation: { id: input.installationId ?? null, others: otherInstallations(sweep) },
    projects,
    notifications: {
      lastReceivedAt: sweep?.notificationLastReceivedAt ?? null,
      rejected: input.rejectedNotifications,
    },
  };
}

export type StatusFacts = ReturnType<typeof statusFacts>;
