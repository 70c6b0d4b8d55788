import type { ExportedBlob, ExportPlatform, WantedPackage } from '../core/backups/plan.ts';
import { exportsToAskFor, isDone, isFailed, packagesToKeep } from '../core/backups/plan.ts';
import type { Backup, Catalogue } from '../core/backups/catalogue.ts';
import { goodBackup, sameText } from '../core/backups/catalogue.ts';
import type { Problem } from '../core/backups/catalogue-changes.ts';
import { EXPORT_FAILED, withBackup, withRequest } from '../core/backups/catalogue-changes.ts';
import { isFailure, ReplicationFailure, toFailure } from '../core/facts/failure.ts';
import { historyEntry, type HistoryEntry } from '../core/facts/history.ts';
import type { Iteration, Project } from '../core/facts/model.ts';
import type { ModelExport } from '../core/facts/model-export.ts';
import type { BackupItem } from '../core/facts/work-item.ts';
import type { BackupDependencies } from './context.ts';
import { changeCatalogue } from './change-catalogue.ts';
import { keepPackage } from './keep-package.ts';
import { tellBackups } from './tell-backups.ts';

/** How a look at one iteration ended. */
export interface IterationLook {
  readonly problems: readonly Problem[];
  /** The service is still at work, or an export that it announced is not there yet. */
  readonly waits: boolean;
}

/** One iteration's exports: what is done is backed up, what is wanted is asked for. */
export class IterationWork {
  readonly #project: Project;
  readonly #iteration: Iteration;
  readonly #reason: BackupItem['reason'];
  readonly #deps: BackupDependencies;
  readonly #signal: AbortSignal;
  readonly #problems: Problem[] = [];

  constructor(
    project: Project,
    iteration: Iteration,
    reason: BackupItem['reason'],
    deps: BackupDependencies,
    signal: AbortSignal,
  ) {
    this.#project = project;
    this.#iteration = iteration;
    this.#reason = reason;
    this.#deps = deps;
    this.#signal = signal;
  }

  /** The blobs are listed before GetExports is asked, so that a blob that a later export overwrites is not mistaken. */
  async look(catalogue: Catalogue | null): Promise<IterationLook> {
    const { source } = this.#deps;
    const blobs = await this.#findBlobs();
    const made = await source.getExports(this.#project.id, this.#iteration.id, this.#signal);
    const asked = await this.#askForExports(made, catalogue);
    // The export that was just asked for may overwrite its platform's blob at any moment.
    const exports = [...made.filter((other) => !asked.some((again) => isSameTarget(other, again))), ...asked];
    const isNotified = this.#reason === 'export-completed';
    for (const wanted of packagesToKeep(this.#iteration.id, exports, blobs, catalogue, isNotified)) {
      await this.#keep(wanted);
    }
    this.#noteFailedExports(exports, catalogue);
    const isAwaited = isNotified && !exports.some(isDone);
    const isUnfinished = exports.some((other) => !isDone(other) && !isFailed(other));
    return { problems: this.#problems, waits: isAwaited || isUnfinished };
  }

  async #findBlobs(): Promise<ExportedBlob[]> {
    try {
      return await this.#deps.backups.findExported(this.#project.id, this.#iteration.id, this.#signal);
    } catch (error) {
      // The service hands packages out as well, so the look goes on. The container's failure is shown until it ends.
      this.#note(null, error);
      return [];
    }
  }

  async #askForExports(made: readonly ModelExport[], catalogue: Catalogue | null): Promise<ModelExport[]> {
    const { source, backups, policy, clock, events } = this.#deps;
    const { id: projectId } = this.#project;
    const { id: iterationId } = this.#iteration;
    const asked: ModelExport[] = [];
    for (const target of exportsToAskFor(this.#iteration, made, policy.exportPlatforms, catalogue, clock.now())) {
      const { platform, flavor } = target;
      let isAnswered = true;
      try {
        asked.push(await source.exportIteration(projectId, iterationId, platform, flavor, this.#signal));
        events.emit({ event: 'backup.requested', projectId, iterationId, platform, flavor });
      } catch (error) {
        // An export that exists or is under way is refused a second time; the next look finds it.
        if (isFailure(error) && error.code === 'BadRequestExportAlreadyInProgress') {
          if (!made.some((other) => isSameTarget(other, target))) asked.push(underWay(target));
        } else {
          this.#note(target, error);
          isAnswered = isFailure(error, 'refused');
        }
      }
      if (!isAnswered) continue;
      const request = { iterationId, platform, flavor, at: clock.now().toISOString(), open: true };
      await changeCatalogue(backups, this.#project, (stored) => withRequest(stored, request), this.#signal);
    }
    return asked;
  }

  async #keep(wanted: WantedPackage): Promise<void> {
    const { backups, events } = this.#deps;
    try {
      const backup = await keepPackage(this.#project, this.#iteration, wanted, this.#deps, this.#signal);
      if (backup === null) return;
      const entered = { isNew: false };
      await changeCatalogue(
        backups,
        this.#project,
        (stored) => {
          const change = withBackup(stored, backup);
          entered.isNew = change.isNew;
          if (!change.isNew) return change.catalogue;
          return { ...change.catalogue, untold: [...(stored.untold ?? []), recorded(backup)] };
        },
        this.#signal,
      );
      if (!entered.isNew) return;
      const { iterationId, platform, flavor, blob, sizeInBytes, sha256, from } = backup;
      const projectId = this.#project.id;
      events.emit({
        event: 'backup.recorded',
        projectId,
        iterationId,
        platform,
        flavor,
        blob,
        sizeInBytes,
        sha256,
        from,
      });
      await tellBackups(projectId, this.#deps, this.#signal);
    } catch (error) {
      this.#note(wanted.made, error);
    }
  }

  #noteFailedExports(exports: readonly ModelExport[], catalogue: Catalogue | null): void {
    const failed = exports.filter(isFailed);
    const iterationId = this.#iteration.id;
    for (const { platform, flavor } of failed) {
      if (goodBackup(catalogue, { iterationId, platform, flavor }) === null) {
        this.#note({ platform, flavor }, exportFailed(`The service could not export ${this.#iteration.name}.`));
      }
    }
    if (this.#reason === 'export-failed' && failed.length === 0) {
      this.#note(null, exportFailed(`The service says that an export of ${this.#iteration.name} failed, not which.`));
    }
  }

  /** Notes what is wrong with a package. Where the work has to stop it throws: that is no fault of the package. */
  #note(target: ExportPlatform | null, error: unknown): void {
    this.#signal.throwIfAborted();
    const { platform = null, flavor = null } = target ?? {};
    this.#problems.push({ iteration: this.#iteration, platform, flavor, failure: toFailure(error) });
  }
}

function isSameTarget(made: ExportPlatform, other: ExportPlatform): boolean {
  return sameText(made.platform, other.platform) && sameText(made.flavor, other.flavor);
}

function underWay({ platform, flavor }: ExportPlatform): ModelExport {
  return { platform, flavor, status: 'Exporting', downloadUri: null, newerVersionAvailable: false };
}

function exportFailed(message: string): ReplicationFailure {
  return new ReplicationFailure(message, {
    class: 'refused',
    code: EXPORT_FAILED,
    hint:
      'Export it once more, in the portal or with ExportIteration; where EXPORT_PLATFORMS names the platform, that ' +
      'happens by itself after a day. If it fails again, ask Microsoft with the ids of project and iteration.',
  });
}

/** The same for the same blob, however often it is told. */
function recorded(backup: Backup): HistoryEntry {
  const { sourceProjectId: projectId, sourceProjectName: projectName, recordedAt: at, blob, ...facts } = backup;
  const { iterationName, platform, flavor, sizeInBytes, sha256 } = facts;
  return historyEntry({
    ...{ id: `${projectId}:backup.recorded:${blob}`, at, event: 'backup.recorded', projectId, projectName },
    evidence: { iterationName, platform, flavor, blob, sizeInBytes, sha256 },
  });
}
