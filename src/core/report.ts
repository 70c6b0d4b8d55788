import type { SettingProblem } from './events.ts';
import type { Generation, ReplicaRecord, Run } from './record.ts';
import { currentGeneration } from './record.ts';
import { compareContent } from './revision.ts';
import type { SweepState } from './sweep-state.ts';

export type Sync = 'in-sync' | 'behind' | 'copying' | 'parked' | 'excluded' | 'source-missing';

export interface ReportInput {
  readonly now: Date;
  readonly problems: readonly SettingProblem[];
  readonly sweep: SweepState | null;
  readonly records: readonly ReplicaRecord[];
  readonly recoveryPointObjectiveInSeconds: number | null;
  readonly targetProjectLimit: number | null;
  /** When the sweep after a time is due, by the schedule; null where the schedule is not known. */
  readonly nextSweepAfter: ((time: Date) => Date) | null;
  readonly rejectedNotifications: number | null;
}

/** How far a run has come, in one word. */
export function stageOf(run: Run): string {
  if (run.discard !== null) return 'discarding';
  if (run.intent === null) return 'exporting';
  if (run.projectId === null) return 'looking-for-import';
  if (run.importedAt === null) return 'importing';
  if (run.markedAt === null) return 'marking';
  if (run.verified === null) return 'verifying';
  return run.naming?.namedAt ? 'switching' : 'naming';
}

function isInSync(record: ReplicaRecord, current: Generation | null): boolean {
  return current !== null && record.source !== null && compareContent(current.holds, record.source) === 'same';
}

function syncOf(record: ReplicaRecord, current: Generation | null): Sync {
  if (record.failure?.needsPerson === true) return 'parked';
  if (record.run !== null) return 'copying';
  return isInSync(record, current) ? 'in-sync' : 'behind';
}

/**
 * Seconds behind the source: 0 as of the last look where the current copy held what that look saw, else the age of the
 * last look that was in sync, an upper bound. Null where no copy was ever in sync.
 */
export function lagInSeconds(record: ReplicaRecord, now: Date): number | null {
  if (isInSync(record, currentGeneration(record))) return 0;
  if (record.inSyncAt === null) return null;
  return Math.max(0, Math.round((now.getTime() - Date.parse(record.inSyncAt)) / 1_000));
}

function ageInSeconds(time: string | null, now: Date): number {
  return time === null ? 0 : Math.max(0, (now.getTime() - Date.parse(time)) / 1_000);
}

function replicaReport(generation: Generation) {
  return {
    projectId: generation.projectId,
    name: generation.name,
    revision: generation.holds.revision,
    importedAt: generation.importedAt,
    verifiedAt: generation.verifiedAt,
    publishedAs: [] as string[],
  };
}

function failureReport(record: ReplicaRecord) {
  if (record.failure === null) return null;
  const { code, message, hint, needsPerson, attempts, since, nextAttemptAt } = record.failure;
  return { code, message, hint, needsPerson, attempts, since, nextAttemptAt };
}

function projectReport(id: string, name: string, sync: Sync, record: ReplicaRecord | null, now: Date) {
  const current = record === null ? null : currentGeneration(record);
  const run = record?.run ?? null;
  return {
    id,
    name,
    sync,
    observedAt: record?.source?.observedAt ?? null,
    lagSeconds: record === null ? null : lagInSeconds(record, now),
    revision: record?.source?.revision ?? null,
    replica: current === null ? null : replicaReport(current),
    generations: record?.generations.length ?? 0,
    inFlight: run === null ? null : { stage: stageOf(run), since: run.intent?.requestedAt ?? run.startedAt },
    failure: record === null ? null : failureReport(record),
    backups: null,
  };
}

export type ProjectReport = ReturnType<typeof projectReport>;

function projectReports({ sweep, records, now }: ReportInput): ProjectReport[] {
  const byId = new Map(records.map((record) => [record.sourceProjectId, record]));
  const listed = sweep?.projects ?? [];
  const reports = listed.map(({ id, name, excluded }) => {
    const record = byId.get(id) ?? null;
    const sync =
      excluded !== null ? 'excluded' : record === null ? 'behind' : syncOf(record, currentGeneration(record));
    return projectReport(id, name, sync, record, now);
  });
  const ids = new Set(listed.map(({ id }) => id));
  // Before the first sweep has ended, nothing is missing: nobody has looked.
  const unlisted = records.filter(({ sourceProjectId }) => !ids.has(sourceProjectId));
  const missing = unlisted.map((record) => {
    const sync = sweep?.lastCompletedAt ? 'source-missing' : syncOf(record, currentGeneration(record));
    return projectReport(record.sourceProjectId, record.name, sync, record, now);
  });
  return [...reports, ...missing];
}

function summarise(input: ReportInput, projects: readonly ProjectReport[]) {
  const inScope = projects.filter(({ sync }) => sync !== 'excluded' && sync !== 'source-missing');
  const lags = inScope.flatMap(({ lagSeconds }) => (lagSeconds === null ? [] : [lagSeconds]));
  const objective = input.recoveryPointObjectiveInSeconds;
  const inBreach = ({ lagSeconds, observedAt, replica }: ProjectReport): boolean => {
    if (objective === null) return false;
    // A project that has no copy yet is as old as our knowledge of this pair.
    if (lagSeconds === null || replica === null)
      return ageInSeconds(input.sweep?.firstSeenAt ?? null, input.now) > objective;
    return lagSeconds + (lagSeconds === 0 ? ageInSeconds(observedAt, input.now) : 0) > objective;
  };
  return {
    inScope: inScope.length,
    protected: inScope.filter(({ replica }) => replica !== null).length,
    parked: inScope.filter(({ failure }) => failure?.needsPerson === true).length,
    worstLagSeconds: lags.length === 0 ? null : Math.max(...lags),
    recoveryPointObjectiveSeconds: objective,
    breaches: inScope.filter(inBreach).length,
    readyToFailOver: false,
  };
}

/** Everything that status shows, from durable state alone. */
export function statusReport(input: ReportInput) {
  const projects = projectReports(input);
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
      unmatchedPatterns: sweep?.unmatchedPatterns ?? [],
    },
    summary: summarise(input, projects),
    quota: { targetProjects: sweep?.targetProjects ?? null, targetProjectLimit: input.targetProjectLimit },
    projects,
    notifications: {
      lastReceivedAt: sweep?.notificationLastReceivedAt ?? null,
      rejected: input.rejectedNotifications,
    },
  };
}

export type StatusReport = ReturnType<typeof statusReport>;

/** Whether the last accepted list has a project as one to replicate. */
export function isInScope(project: SweepState['projects'][number]): boolean {
  return project.excluded === null;
}

/** One project's story: all that its record holds, and what follows from it. */
export function projectStory(record: ReplicaRecord, now: Date) {
  const { name, sourceProjectId } = record;
  const summary = projectReport(sourceProjectId, name, syncOf(record, currentGeneration(record)), record, now);
  return { schemaVersion: 1, ...summary, record };
}
