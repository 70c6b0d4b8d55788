import { ReplicationFailure } from '../../core/facts/failure.ts';
import { unverifiedName } from '../../core/content/naming.ts';
import type { Discard, Step } from '../../core/plan/types.ts';
import type { Generation, ReplicaRecord, Run } from '../../core/facts/record.ts';
import { revisionOf } from '../../core/content/revision.ts';
import { renameReplica } from './mark-and-rename.ts';
import { deleteReplica } from '../delete-replica.ts';
import type { StepContext, StepResult } from '../context.ts';

const HINTS = {
  'partial-import': 'The project is exported and imported again after a delay; copies made earlier are kept meanwhile.',
  quota:
    'Make room on the secondary, or set SECONDARY_PROJECT_LIMIT to what its tier allows; it is tried again by itself.',
};

/** Deletes a copy that is of no use. The reason is stored first, so that a crash in between goes on deleting. */
export async function discard(
  reason: Discard,
  record: ReplicaRecord,
  run: Run,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save, signal } = context;
  const at = deps.clock.now().toISOString();
  const { class: failureClass, code, message, lacking } = reason;
  const noted: ReplicaRecord =
    run.discard === null
      ? await save({
          ...record,
          run: { ...run, discard: { class: failureClass, code, message, lacking: [...lacking], at } },
        })
      : record;
  if (run.replicaProjectId !== null) {
    const { sourceProjectId: projectId } = record;
    const { runId, replicaProjectId: replicaProjectId } = run;
    const owner = { sourceProjectId: projectId, stagingName: run.intent?.stagingName ?? null };
    await deleteReplica(replicaProjectId, owner, deps, signal);
    deps.events.emit({ event: 'import.discarded', projectId, runId, replicaProjectId, code, message });
  }
  return endRun(noted, reason, context);
}

/** Ends a run that brought no usable copy. */
export async function endRun(record: ReplicaRecord, reason: Discard, { save }: StepContext): Promise<StepResult> {
  const { class: failureClass, code, message, lacking } = reason;
  const failure = new ReplicationFailure(message, { class: failureClass, code, hint: HINTS[failureClass] });
  const failedImports = record.failedImports + 1;
  return { record: await save({ ...record, run: null, failedImports, lastLacking: [...lacking] }), failure };
}

/** Keeps a copy that lacks what its predecessor lacked too: better than none, but routing never names it. */
export async function keepUnverified(
  { replica, content, lacking }: Step & { do: 'keep-unverified' },
  record: ReplicaRecord,
  run: Run,
  context: StepContext,
): Promise<StepResult> {
  const name = unverifiedName(run.before.name, run.runId);
  await renameReplica(replica.project.id, name, record, context);
  const generation: Generation = {
    runId: run.runId,
    replicaProjectId: replica.project.id,
    name,
    intendedName: null,
    holds: run.before,
    exported: run.intent?.exported ?? { iterations: null, images: null, tags: null, regions: null },
    adopted: run.adoptedAt !== null,
    importedAt: run.importedAt ?? context.deps.clock.now().toISOString(),
    verifiedAt: null,
    differences: [...(run.unlinked?.differences ?? []), ...lacking],
    baseline: { revision: revisionOf(replica), digest: content.digest, labels: content.labels },
    lastModified: null,
    published: run.published,
    foundPublished: [],
    changedBySomebody: false,
  };
  const kept = { ...record, generations: [...record.generations, generation] };
  const lacks = lacking.map(({ what, expected, found }) => `${found} of ${expected} ${what}`).join(', ');
  const message = `Two imports in a row brought the same incomplete copy (${lacks}); the last one is kept as ${name}, unverified.`;
  return endRun(kept, { class: 'partial-import', code: 'IMPORT_INCOMPLETE_AGAIN', message, lacking }, context);
}
