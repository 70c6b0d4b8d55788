import { isAboutSlots, toFailure } from '../../core/facts/failure.ts';
import { stagingName } from '../../core/content/mark.ts';
import { countsOf } from '../../core/content/revision.ts';
import type { ExportCounts, Project } from '../../core/facts/model.ts';
import type { StepOf } from '../../core/plan/types.ts';
import type { ReplicaRecord, Run } from '../../core/facts/record.ts';
import { updateSweepState } from '../documents.ts';
import type { Dependencies, StepContext, StepResult } from '../context.ts';

/** How long the limit that a refusal showed is believed instead of the configured one. */
const REFUSAL_STANDS_FOR_MS = 24 * 3_600 * 1_000;

/** Counts that the service left out of its answer are taken from the look that went before the export. */
function completeCounts(counts: ExportCounts, { observation, content }: StepOf<'import'>): ExportCounts {
  const seen = countsOf(observation, { regions: content?.regions ?? 0 });
  return {
    iterations: counts.iterations ?? seen.iterations,
    images: counts.images ?? seen.images,
    tags: counts.tags ?? seen.tags,
    // Boxes that nobody could count are not missed on the copy.
    regions: counts.regions ?? content?.regions ?? null,
  };
}

/**
 * Exports the source and begins the import. The intent is stored before ImportProject is called, because the call
 * can't be repeated: whatever happens to its reply, the staging name tells later whether it took effect. The token
 * lives in this function only.
 */
export async function beginImport(
  record: ReplicaRecord,
  step: StepOf<'import'>,
  { deps, save, signal }: StepContext,
): Promise<StepResult> {
  const { source, target, clock, events, policy, newId } = deps;
  const { sourceProjectId, triggeredAt } = record;
  const runId = record.run?.runId ?? newId();
  const exported = await source.exportProject(sourceProjectId, signal);
  const now = clock.now().toISOString();
  const run: Run = {
    runId,
    startedAt: record.run?.startedAt ?? now,
    before: step.before,
    intent: {
      stagingName: stagingName(policy.owner, runId),
      requestedAt: now,
      exported: completeCounts(exported.counts, step),
      estimatedImportInSeconds: exported.estimatedImportInSeconds,
    },
    replicaProjectId: null,
    adoptedAt: null,
    importedAt: null,
    markedAt: null,
    unlinked: null,
    verified: null,
    published: [],
    naming: null,
    discard: null,
  };
  const stillTriggered = triggeredAt !== null && triggeredAt > step.before.observedAt ? triggeredAt : null;
  const { name } = step.before;
  const intended = await save({ ...record, run, triggeredAt: stillTriggered, source: step.before, name });
  let project: Project;
  try {
    project = await target.importProject(exported.token, stagingName(policy.owner, runId), signal);
  } catch (error) {
    // Refused for certain: nothing was made, and the same run may ask again.
    const failure = toFailure(error);
    if (!signal.aborted && failure.executed === 'no') await save({ ...intended, run: { ...run, intent: null } });
    if (isAboutSlots(failure.code)) await noteRefusal(deps, signal);
    throw error;
  }
  const begun = await save({ ...intended, run: { ...run, replicaProjectId: project.id } });
  const estimateInSeconds = exported.estimatedImportInSeconds;
  events.emit({ event: 'import.begun', projectId: sourceProjectId, runId, estimateInSeconds });
  return { record: begun };
}

/**
 * The service knows its limit better than the settings do: what is there now is taken for it, for a day, but never less
 * than it has held before.
 */
async function noteRefusal({ target, store, clock }: Dependencies, signal: AbortSignal): Promise<void> {
  const projects = (await target.getProjects(signal)).length;
  const until = new Date(clock.now().getTime() + REFUSAL_STANDS_FOR_MS).toISOString();
  await updateSweepState(store, clock, (state) => {
    return { ...state, quotaRefusal: { projects: Math.max(projects, state.mostTargetProjects ?? 0), until } };
  });
}
