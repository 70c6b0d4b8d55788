import { toFailure } from '../core/failure.ts';
import { stagingName } from '../core/mark.ts';
import type { ExportCounts } from '../core/model.ts';
import { isTrained } from '../core/model.ts';
import type { Step } from '../core/plan.ts';
import type { ReplicaRecord, Run } from '../core/record.ts';
import type { StepContext } from './run-step.ts';

/** Counts that the service left out of its answer are taken from the look that went before the export. */
function completeCounts(counts: ExportCounts, { observation, content }: Step & { do: 'import' }): ExportCounts {
  return {
    iterations: counts.iterations ?? observation.iterations.filter(isTrained).length,
    images: counts.images ?? observation.imageCount,
    tags: counts.tags ?? observation.tags.length,
    regions: counts.regions ?? content.regions,
  };
}

/**
 * Exports the source and begins the import. The intent is stored before ImportProject is called, because the call
 * can't be repeated: whatever happens to its reply, the staging name tells later whether it took effect. The token
 * lives in this function only.
 */
export async function beginImport(
  step: Step & { do: 'import' },
  record: ReplicaRecord,
  { workshop, save, signal }: StepContext,
): Promise<ReplicaRecord> {
  const { source, target, clock, events, policy, newId } = workshop;
  const runId = record.run?.runId ?? newId();
  const exported = await source.exportProject(record.sourceProjectId, signal);
  const now = clock.now().toISOString();
  const { estimatedImportInSeconds } = exported;
  const name = stagingName(policy.pair, runId);
  const run: Run = {
    runId,
    startedAt: record.run?.startedAt ?? now,
    before: step.before,
    intent: {
      stagingName: name,
      requestedAt: now,
      exported: completeCounts(exported.counts, step),
      estimatedImportInSeconds,
    },
    projectId: null,
    adoptedAt: null,
    importedAt: null,
    markedAt: null,
    verified: null,
    naming: null,
    discard: null,
  };
  const { triggeredAt } = record;
  const stillTriggered = triggeredAt !== null && triggeredAt > step.before.observedAt ? triggeredAt : null;
  const intended = await save({ ...record, run, triggeredAt: stillTriggered, source: step.before });
  events.emit({
    event: 'import.begun',
    projectId: record.sourceProjectId,
    runId,
    estimateInSeconds: estimatedImportInSeconds,
  });
  try {
    const project = await target.importProject(exported.token, name, signal);
    return await save({ ...intended, run: { ...run, projectId: project.id } });
  } catch (error) {
    // Refused for certain: nothing was made, and the same run may ask again.
    if (!signal.aborted && toFailure(error).executed === 'no')
      await save({ ...intended, run: { ...run, intent: null } });
    throw error;
  }
}
