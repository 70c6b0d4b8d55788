import { nextBackupDelayInSeconds, VERIFY_AFTER_IN_SECONDS } from '../core/backups/plan.ts';
import type { BackupFailure, Catalogue } from '../core/backups/catalogue.ts';
import type { Outlook, Problem } from '../core/backups/catalogue-changes.ts';
import { withFailures, withLook, withoutFailures } from '../core/backups/catalogue-changes.ts';
import { isFailure, ReplicationFailure, toFailure } from '../core/facts/failure.ts';
import { trainedIterations } from '../core/content/iterations.ts';
import type { Iteration, Project } from '../core/facts/model.ts';
import { secondsSince } from '../core/facts/time.ts';
import type { BackupItem } from '../core/facts/work-item.ts';
import { unlessGone } from '../replicator/observe.ts';
import type { BackupDependencies } from './context.ts';
import { changeCatalogue } from './change-catalogue.ts';
import { tellBackups } from './tell-backups.ts';
import { IterationWork } from './look-at-iteration.ts';
import { verifyBackups } from './verify-backups.ts';

const EXPORT_UNFINISHED = 'EXPORT_UNFINISHED';

/** How work on a project's backups ended. */
export type BackupOutcome =
  /** Backups are not changed while DRY_RUN is on. */
  | 'dry-run'
  /** Another worker has the project; the item comes back. */
  | 'busy'
  /** A message looks again at what was not there yet. */
  | 'waiting'
  | 'settled';

/** Backs up what the service has exported of one project. It asks the service, and believes no notification. */
export async function backUpProject(
  item: BackupItem,
  deps: BackupDependencies,
  signal: AbortSignal,
): Promise<BackupOutcome> {
  if (deps.policy.dryRun) return 'dry-run';
  const lease = await deps.leases.acquire(item.projectId);
  if (lease === null) {
    await deps.queue.enqueue(item, Math.ceil(deps.leases.leaseInSeconds / 2));
    return 'busy';
  }
  try {
    return await new BackupWork(item, deps, AbortSignal.any([signal, lease.signal])).run();
  } finally {
    await lease.release();
  }
}

/** One invocation's work on the backups of one project. */
class BackupWork {
  readonly #item: BackupItem;
  readonly #deps: BackupDependencies;
  readonly #signal: AbortSignal;
  readonly #startedAt: number;
  #waits = false;

  constructor(item: BackupItem, deps: BackupDependencies, signal: AbortSignal) {
    this.#item = item;
    this.#deps = deps;
    this.#signal = signal;
    this.#startedAt = this.#now().getTime();
  }

  /** Existing backups are verified first, since that works while the source is down, too. */
  async run(): Promise<BackupOutcome> {
    const stored = await this.#read();
    if ((stored?.untold ?? []).length > 0) await tellBackups(this.#item.projectId, this.#deps, this.#signal);
    if (stored !== null && this.#verifiesNow(stored)) {
      const full = this.#item.reason === 'verify-backups';
      const begunAt = this.#item.receivedAt ?? null;
      const until = new Date(this.#startedAt + this.#deps.policy.invocationInSeconds * 1_000);
      if (!(await verifyBackups(stored, { full, begunAt, until }, this.#deps, this.#signal))) {
        const since = begunAt ?? new Date(this.#startedAt).toISOString();
        await this.#deps.queue.enqueue({ ...this.#item, receivedAt: since }, 0);
        return 'waiting';
      }
    }
    const known = { id: this.#item.projectId, name: stored?.name ?? '' };
    const project = await this.#lookAtSource(known);
    if (project !== null) return this.#finish(project);
    if (stored !== null && stored.failures.length > 0) await this.#change(known, withoutFailures);
    return 'settled';
  }

  #verifiesNow({ verifiedAt }: Catalogue): boolean {
    if (this.#item.reason === 'verify-backups') return true;
    return verifiedAt === null || secondsSince(verifiedAt, this.#now()) >= VERIFY_AFTER_IN_SECONDS;
  }

  /** Null where the source has nothing to say: the project is gone or left out, its backups stay. */
  async #lookAtSource(known: { id: string; name: string }): Promise<{ id: string; name: string } | null> {
    let problems: Problem[] = [];
    let project: Project | null = null;
    try {
      project = await unlessGone(this.#deps.source.getProject(known.id, this.#signal));
      if (project === null || this.#deps.policy.exclusionOf(project) !== null) return null;
      const trained = trainedIterations(await this.#deps.source.getIterations(project.id, this.#signal));
      await this.#lookAtIterations(project, trained);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (isFailure(error, 'conflict')) throw error;
      problems = [{ iteration: null, platform: null, flavor: null, failure: toFailure(error) }];
    }
    await this.#saveProblems(project ?? known, null, problems);
    return project ?? known;
  }

  async #lookAtIterations(project: Project, trained: readonly Iteration[]): Promise<void> {
    const { iterationId } = this.#item;
    const isChosen = ({ id }: Iteration): boolean => iterationId === undefined || id === iterationId;
    const chosen = trained.filter(isChosen);
    // A notification may come before the service lists its training as completed.
    if (iterationId !== undefined && chosen.length === 0) this.#waits = true;
    for (const iteration of chosen) {
      if (this.#isOverBudget()) {
        this.#waits = true;
        return;
      }
      if (iteration.exportable || iterationId !== undefined) await this.#lookAtIteration(project, iteration);
    }
    if (iterationId !== undefined) return;
    const now = this.#now();
    await this.#change(project, (catalogue) => withLook(catalogue, project, trained, now));
  }

  async #lookAtIteration(project: Project, iteration: Iteration): Promise<void> {
    const work = new IterationWork(project, iteration, this.#item.reason, this.#deps, this.#signal);
    let problems: readonly Problem[];
    try {
      const catalogue = await this.#read();
      const look = await work.look(catalogue);
      problems = look.problems;
      if (look.waits && this.#givesUpOn(iteration, catalogue)) problems = [...problems, unfinished(iteration)];
      else if (look.waits) this.#waits = true;
    } catch (error) {
      this.#signal.throwIfAborted();
      problems = [{ iteration, platform: null, flavor: null, failure: toFailure(error) }];
    }
    await this.#saveProblems(project, iteration.id, problems);
  }

  #givesUpOn({ id }: Iteration, catalogue: Catalogue | null): boolean {
    const wasGivenUp = catalogue?.failures.some(
      ({ iterationId, code, nextAttemptAt }) =>
        iterationId === id && code === EXPORT_UNFINISHED && nextAttemptAt === null,
    );
    return this.#nextDelay() === null || (this.#item.reason === 'backups' && wasGivenUp === true);
  }

  async #saveProblems(
    project: { id: string; name: string },
    iterationId: string | null,
    problems: readonly Problem[],
  ): Promise<void> {
    const now = this.#now();
    const delay = this.#nextDelay();
    const nextAttemptAt = delay === null ? null : new Date(now.getTime() + delay * 1_000).toISOString();
    const chasesGivenUp = this.#item.reason !== 'backups';
    const outlook: Outlook = { now, attempts: this.#attempts, nextAttemptAt, chasesGivenUp };
    let givenUp: readonly BackupFailure[] = [];
    const changed = await this.#change(project, (catalogue) => {
      const change = withFailures(catalogue, iterationId, problems, outlook);
      givenUp = change.givenUp;
      return change.catalogue;
    });
    const isOurs = (failure: BackupFailure): boolean => failure.iterationId === iterationId;
    if (changed.failures.some((failure) => isOurs(failure) && failure.nextAttemptAt === nextAttemptAt)) {
      this.#waits ||= nextAttemptAt !== null;
    }
    for (const { platform, flavor, code, message, hint } of givenUp) {
      const projectId = project.id;
      this.#deps.events.emit({
        event: 'backup.failed',
        ...{ projectId, iterationId, platform, flavor, code, message, hint },
      });
    }
  }

  /** Enqueues another look for what is not there yet, a limited number of times; after that a later sweep looks. */
  async #finish(project: { id: string; name: string }): Promise<BackupOutcome> {
    const delay = this.#waits ? this.#nextDelay() : null;
    const nextLookAt = delay === null ? null : new Date(this.#now().getTime() + delay * 1_000).toISOString();
    await this.#change(project, (catalogue) => ({ ...catalogue, nextLookAt }));
    if (delay === null) return 'settled';
    // The next message need not verify again what this one has verified.
    const reason = this.#item.reason === 'verify-backups' ? 'backups' : this.#item.reason;
    await this.#deps.queue.enqueue({ ...this.#item, reason, attempts: this.#attempts }, delay);
    return 'waiting';
  }

  /** This attempt included. */
  get #attempts(): number {
    return (this.#item.attempts ?? 0) + 1;
  }

  #nextDelay(): number | null {
    return nextBackupDelayInSeconds(this.#attempts);
  }

  async #read(): Promise<Catalogue | null> {
    return (await this.#deps.backups.catalogue(this.#item.projectId).read(this.#signal))?.value ?? null;
  }

  #change(project: { id: string; name: string }, change: (catalogue: Catalogue) => Catalogue): Promise<Catalogue> {
    return changeCatalogue(this.#deps.backups, project, change, this.#signal);
  }

  #now(): Date {
    return this.#deps.clock.now();
  }

  #isOverBudget(): boolean {
    return (this.#now().getTime() - this.#startedAt) / 1_000 >= this.#deps.policy.invocationInSeconds;
  }
}

function unfinished(iteration: Iteration): Problem {
  const failure = new ReplicationFailure(`An export of ${iteration.name} is still not done.`, {
    class: 'wait',
    code: EXPORT_UNFINISHED,
    hint:
      'Each sweep of the next days looks again. If the portal shows the export as done, check that the project names ' +
      'the export container; if it does not, export the model once more.',
  });
  return { iteration, platform: null, flavor: null, failure };
}
