import type { Config } from '../settings/config.ts';
import { parseConfig } from '../settings/parse-config.ts';
import { asId, isGuid } from '../core/facts/guid.ts';
import { sweepIsOverdue } from '../core/status/thresholds.ts';
import type { SettingProblem } from '../core/facts/events.ts';
import { ReplicationFailure, toFailure } from '../core/facts/failure.ts';
import type { ProjectStory } from '../core/status/project-report.ts';
import { projectStory } from '../core/status/project-report.ts';
import { callsOf, metricsOf } from '../core/status/metrics.ts';
import type { StatusReport } from '../core/status/report.ts';
import { statusReport } from '../core/status/report.ts';
import { listingOf } from '../core/status/status-facts.ts';
import type { RoutingManifest } from '../core/facts/routing.ts';
import { isInScope } from '../core/facts/sweep-state.ts';
import type { WorkItem } from '../core/facts/work-item.ts';
import { isBackupItem, workItem, workItemSchema } from '../core/facts/work-item.ts';
import { backUpProject } from '../backups/back-up-project.ts';
import type { BackupDependencies } from '../backups/context.ts';
import { enqueueBackups, enqueueVerification, readCatalogues } from '../backups/enqueue-backups.ts';
import { takePoisonBackupWork } from '../backups/poison-backups.ts';
import { readRecords, readSweepState, updateSweepState } from '../replicator/documents.ts';
import { takeExport } from '../backups/take-export.ts';
import type { ExportIntake } from '../replicator/intake.ts';
import { reject, takeNotification } from '../replicator/intake.ts';
import { takePoisonWork } from '../replicator/poison.ts';
import { replicateProject } from '../replicator/replicate-project.ts';
import { sweep } from '../replicator/sweep/sweep.ts';
import type { EventSink } from '../replicator/ports/surroundings.ts';
import type { Dependencies } from '../replicator/context.ts';
import { mask, maskedError, type Mask } from '../masking.ts';
import { createEventSink } from '../telemetry.ts';
import type { Invocation } from './invocation.ts';
import type { Parts } from './parts.ts';
import { clock, makeParts } from './parts.ts';

/** A sweep or an intake that takes longer than this stops by itself, well before the host would stop the process. */
const INVOCATION_LIMIT_IN_MS = 8 * 60 * 1_000;

export type HealthCode = 'OK' | 'SETTINGS_INVALID' | 'STORAGE_UNAVAILABLE' | 'SWEEP_OVERDUE';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the triggers listen: a setting that is there is named for the host to resolve, else its default stands. */
export function bindings(env: Environment = process.env) {
  const named = (setting: string, otherwise: string): string => (env[setting] ? `%${setting}%` : otherwise);
  const hasOwnIntegration = Object.keys(env).some((name) => /^INTEGRATION_STORAGE(__|$)/.test(name) && env[name]);
  return {
    schedule: named('REPLICATION_SCHEDULE', '0 */30 * * * *'),
    notificationQueue: named('NOTIFICATION_QUEUE', 'custom-vision-notifications'),
    notificationConnection: hasOwnIntegration ? 'INTEGRATION_STORAGE' : 'REPLICATOR_STORAGE',
    workQueue: 'replication-work',
    workConnection: 'REPLICATOR_STORAGE',
  };
}

/** Azure tells where a managed identity gets its tokens; elsewhere there is none. */
function isDeployed(env: Environment): boolean {
  return Boolean(env['IDENTITY_ENDPOINT'] ?? env['WEBSITE_INSTANCE_ID']);
}

/** The app of this process, made from its environment when it is first asked for. */
export function app(): App {
  instance ??= new App(process.env);
  return instance;
}

let instance: App | null = null;

/** What the functions do, each method one trigger. Bad settings never keep it from being made. */
export class App {
  readonly #config: Config | null;
  readonly #problems: readonly SettingProblem[];
  readonly #parts: Parts | null;
  readonly #mask: Mask;
  #toldProblems = false;

  constructor(env: Environment) {
    const { config, problems } = parseConfig(env);
    this.#config = config;
    this.#problems = problems;
    this.#parts = config === null ? null : makeParts(config, isDeployed(env));
    this.#mask = this.#parts?.mask ?? mask;
  }

  async sweep(invocation: Invocation): Promise<void> {
    const { config, deps, backups } = this.#open(invocation);
    const signal = AbortSignal.timeout(INVOCATION_LIMIT_IN_MS);
    try {
      // Backups need the primary less than copies do: a sweep that failed does not keep them from being looked after.
      await sweep(deps, config.scope, signal).finally(() => enqueueBackups(backups, deps.store, signal));
    } finally {
      // What is stored is told after a failed sweep too: lag goes on growing.
      await this.tellMetrics(invocation);
    }
  }

  /** Tells how everything stands by what is stored, without asking either resource. */
  async tellMetrics(invocation: Invocation): Promise<void> {
    const { deps, config } = this.#open(invocation);
    const { lastCompletedAt, firstSeenAt } = await readSweepState(deps.store, deps.clock);
    const [{ report }, routing] = await Promise.all([this.status(invocation), deps.store.routing.read()]);
    const metrics = metricsOf({
      report,
      routes: routing?.value.projects ?? null,
      sweptAt: lastCompletedAt ?? firstSeenAt,
      nextSweepAfter: (time) => config.schedule.nextAfter(time),
      now: deps.clock.now(),
    });
    for (const metric of metrics) deps.events.emit(metric);
  }

  /** Tells which calls this process has made since it last told: on Azure each function may have processes of its own. */
  tellCalls(invocation: Invocation): void {
    const events = this.#events(invocation);
    for (const told of callsOf(this.#parts?.takeCalls() ?? [])) events.emit(told);
  }

  async takeNotification(message: unknown, invocation: Invocation): Promise<void> {
    const { deps, parts } = this.#open(invocation);
    const signal = AbortSignal.timeout(INVOCATION_LIMIT_IN_MS);
    const { asksForExports, exportContainerUri } = parts.backups;
    const exports: ExportIntake = {
      asksForExports,
      take: (notification, aborted) => takeExport(notification, deps, exportContainerUri, aborted),
    };
    await takeNotification(textOf(message), deps, parts.rejected, exports, signal);
  }

  async takePoisonNotification(message: unknown, invocation: Invocation): Promise<void> {
    const { deps, parts } = this.#open(invocation);
    await reject(textOf(message), 'Acting on it failed again and again; see the log.', deps, parts.rejected);
  }

  async work(message: unknown, invocation: Invocation): Promise<void> {
    const { deps, backups } = this.#open(invocation);
    const item = parseWorkItem(message);
    if (isBackupItem(item)) await backUpProject(item, backups, AbortSignal.timeout(INVOCATION_LIMIT_IN_MS));
    else await replicateProject(item, deps);
  }

  async takePoisonWork(message: unknown, invocation: Invocation): Promise<void> {
    const { deps, backups } = this.#open(invocation);
    const item = workItemSchema.safeParse(message);
    if (item.success && isBackupItem(item.data)) {
      return takePoisonBackupWork(item.data, backups, AbortSignal.timeout(INVOCATION_LIMIT_IN_MS));
    }
    if (item.success) return takePoisonWork(item.data, deps);
    deps.events.emit({
      event: 'work.rejected',
      reason: `not a work item: ${this.#mask(textOf(message)).slice(0, 500)}`,
    });
  }

  /** Null where the settings are bad: then there is nothing else to tell. */
  async status(invocation: Invocation): Promise<{ ok: boolean; report: StatusReport }> {
    this.#tellProblemsOnce(invocation);
    if (this.#config === null || this.#parts === null) return { ok: false, report: this.#reportOfProblems() };
    const { deps, parts, config } = this.#open(invocation);
    const { store, clock } = deps;
    const [sweepState, { records }, { catalogues }, rejected] = await Promise.all([
      store.sweep.read(),
      readRecords(store),
      readCatalogues(parts.backups.deps.backups),
      parts.rejected.count(),
    ]);
    const report = statusReport({
      now: clock.now(),
      problems: this.#problems,
      sweep: sweepState?.value ?? null,
      records: [...records.values()],
      catalogues,
      recoveryPointObjectiveInSeconds: config.recoveryPointObjectiveInSeconds,
      targetProjectLimit: config.secondaryProjectLimit,
      publishes: config.secondary.predictionResourceId !== null,
      nextSweepAfter: (time) => config.schedule.nextAfter(time),
      rejectedNotifications: rejected,
    });
    return { ok: true, report };
  }

  async health(invocation: Invocation): Promise<HealthCode> {
    this.#tellProblemsOnce(invocation);
    if (this.#config === null) return 'SETTINGS_INVALID';
    const { deps, config } = this.#open(invocation);
    const { store, clock } = deps;
    try {
      const state = await readSweepState(store, clock);
      const nextSweepAfter = (time: Date): Date => config.schedule.nextAfter(time);
      return sweepIsOverdue(state, nextSweepAfter, clock.now()) ? 'SWEEP_OVERDUE' : 'OK';
    } catch (error) {
      const { code, message, hint } = toFailure(error);
      deps.events.emit({ event: 'storage.unavailable', code, message, hint });
      return 'STORAGE_UNAVAILABLE';
    }
  }

  async routing(invocation: Invocation): Promise<RoutingManifest | null> {
    const { deps } = this.#open(invocation);
    return (await deps.store.routing.read())?.value ?? null;
  }

  /** One project's story, or null where none of this id is known. */
  async project(id: string, invocation: Invocation): Promise<ProjectStory | null> {
    const { deps, config, backups } = this.#open(invocation);
    const { store, clock } = deps;
    if (!isGuid(id)) return null;
    const [stored, sweepState, catalogue] = await Promise.all([
      store.record(id).read(),
      store.sweep.read(),
      backups.backups.catalogue(id).read(),
    ]);
    if (stored === null) return null;
    const { generationsToKeep } = config;
    const policy = { publishes: config.secondary.predictionResourceId !== null, generationsToKeep };
    const listing = listingOf(stored.value, sweepState?.value ?? null);
    return projectStory(listing, stored.value, policy, clock.now(), catalogue?.value ?? null);
  }

  /** Enqueues work for one project, or for `all`; answers for how many. */
  async replicate(id: string, invocation: Invocation): Promise<number> {
    const { deps } = this.#open(invocation);
    const sweepState = await deps.store.sweep.read();
    const projects = (sweepState?.value.projects ?? []).filter(isInScope);
    const wanted = id === 'all' ? projects : projects.filter((project) => project.id === asId(id));
    for (const { id: projectId } of wanted) {
      await deps.queue.enqueue(workItem(projectId, 'request'), 0);
    }
    return wanted.length;
  }

  /** Has every backup read and hashed; answers for how many projects, or null where DRY_RUN keeps backups as they are. */
  async verifyBackups(invocation: Invocation): Promise<number | null> {
    const { backups } = this.#open(invocation);
    return backups.policy.dryRun ? null : enqueueVerification(backups, AbortSignal.timeout(INVOCATION_LIMIT_IN_MS));
  }

  #open(invocation: Invocation): { deps: Dependencies; backups: BackupDependencies; parts: Parts; config: Config } {
    const events = this.#events(invocation);
    if (this.#config === null || this.#parts === null) {
      events.emit({ event: 'settings.invalid', problems: this.#problems });
      const list = this.#problems.map(({ setting, message }) => `${setting}: ${message}`).join(' ');
      throw new ReplicationFailure(`The app settings are not usable. ${list}`, {
        class: 'bug',
        code: 'SETTINGS_INVALID',
        hint: 'Correct the settings that are listed and restart the app.',
      });
    }
    const deps = { ...this.#parts.deps, events };
    const backups = { ...this.#parts.backups.deps, events };
    return { deps, backups, parts: this.#parts, config: this.#config };
  }

  /** A person says that the short list of source projects is right; answers whether a brake was there to release. */
  async confirmBrake(invocation: Invocation): Promise<boolean> {
    const { deps } = this.#open(invocation);
    const { store, clock } = deps;
    const confirmedAt = clock.now().toISOString();
    const state = await updateSweepState(store, clock, (stored) =>
      stored.brake === null ? stored : { ...stored, brake: { ...stored.brake, confirmedAt } },
    );
    return state.brake !== null;
  }

  /** Logs what kept a request from being answered; the log holds no more of it than the answer. */
  tellFailure({ code, message, hint }: ReplicationFailure, invocation: Invocation): void {
    this.#events(invocation).emit({ event: 'request.failed', code, message, hint });
  }

  /** What a trigger threw, as the host may log it: message, stack and causes masked. */
  thrown(error: unknown): Error {
    return maskedError(error, this.#mask);
  }

  #events(invocation: Invocation): EventSink {
    return createEventSink({ ...invocation, clock, mask: this.#mask });
  }

  /** Bad settings are told once where they are only looked at; whatever needs them fails, and tells them each time. */
  #tellProblemsOnce(invocation: Invocation): void {
    if (this.#problems.length === 0 || this.#toldProblems) return;
    this.#toldProblems = true;
    this.#events(invocation).emit({ event: 'settings.invalid', problems: this.#problems });
  }

  #reportOfProblems(): StatusReport {
    return statusReport({
      now: clock.now(),
      problems: this.#problems,
      sweep: null,
      records: [],
      recoveryPointObjectiveInSeconds: null,
      targetProjectLimit: null,
      publishes: false,
      nextSweepAfter: null,
      rejectedNotifications: null,
    });
  }
}

/** The Functions library parses what looks like JSON; what lay in the queue was its text. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

function parseWorkItem(message: unknown): WorkItem {
  const item = workItemSchema.safeParse(message);
  if (item.success) return item.data;
  throw new ReplicationFailure('A message on the work queue is not a work item.', {
    class: 'bug',
    code: 'WORK_ITEM_INVALID',
    hint: 'Only this app writes to replication-work; the message goes to the poison queue and is reported from there.',
    cause: item.error,
  });
}
