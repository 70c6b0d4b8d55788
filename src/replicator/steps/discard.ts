import { ReplicationFailure } from '../../core/facts/failure.ts';
import { generationOfRun } from '../../core/facts/generation.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import { unverifiedName } from '../../core/content/naming.ts';
import { baselineOf } from '../../core/content/revision.ts';
import type { Discard, StepOf } from '../../core/plan/types.ts';
import type { RunningRecord, StepContext, StepResult } from '../context.ts';
import { deleteReplica } from '../delete-replica.ts';
import { readRoute, routingNotInLine } from '../route.ts';
import { renameReplica } from './mark-and-rename.ts';

const HINTS = {
  'partial-import': 'The project is exported and imported again after a delay; copies made earlier are kept meanwhile.',
  wait: 'Nothing has to be done: it is copied again once that is over.',
  quota:
    'Make room on the secondary, or set SECONDARY_PROJECT_LIMIT to what its tier allows; it is tried again by itself.',
};

/** Deletes a copy that is of no use. The reason is stored first, so that a crash in between goes on deleting. */
export async function discard(
  record: RunningRecord,
  { discard: reason }: StepOf<'discard'>,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save, signal } = context;
  const { run } = record;
  const at = deps.clock.now().toISOString();
  const noted =
    run.discard === null
      ? await save({ ...record, run: { ...run, discard: { ...reason, lacking: [...reason.lacking], at } } })
      : record;
  if (run.replicaProjectId !== null) {
    await checkNotRouted(run.replicaProjectId, record, context);
    const { sourceProjectId: projectId } = record;
    const { runId, replicaProjectId } = run;
    const owner = { sourceProjectId: projectId, stagingName: run.intent?.stagingName ?? null };
    await deleteReplica(replicaProjectId, owner, deps, signal);
    const { code, message } = reason;
    deps.events.emit({ event: 'import.discarded', projectId, runId, replicaProjectId, code, message });
  }
  return endWithoutCopy(noted, reason, context);
}

/** A copy that clients are sent to is never deleted, whatever is recorded of it. */
async function checkNotRouted(
  replicaProjectId: string,
  record: RunningRecord,
  { deps, signal }: StepContext,
): Promise<void> {
  const route = await readRoute(deps.store, record.sourceProjectId, signal);
  if (route?.secondary.projectId !== replicaProjectId) return;
  const message = `The copy in the making ${replicaProjectId} is not discarded: routing names it.`;
  throw routingNotInLine(message, 'this is looked at again');
}

/** Ends a run whose import is not there, or is no longer ours. */
export function endRun(record: RunningRecord, { code, message }: StepOf<'end-run'>, context: StepContext) {
  return endWithoutCopy(record, { class: 'partial-import', code, message, lacking: [] }, context);
}

/** Keeps a copy that lacks what its predecessor lacked too: better than none, but routing never names it. */
export async function keepUnverified(
  record: RunningRecord,
  { replica, content, lacking }: StepOf<'keep-unverified'>,
  context: StepContext,
): Promise<StepResult> {
  const { run } = record;
  const name = unverifiedName(run.before.name, run.runId);
  await renameReplica(replica.project.id, name, record, context);
  const generation = generationOfRun(run, {
    replicaProjectId: replica.project.id,
    name,
    importedAt: run.importedAt ?? context.deps.clock.now().toISOString(),
    verifiedAt: null,
    differences: [...(run.unlinked?.differences ?? []), ...lacking],
    baseline: baselineOf(replica, content),
  });
  const kept = { ...record, generations: [...record.generations, generation] };
  const lacks = lacking.map(({ what, expected, found }) => `${found} of ${expected} ${what}`).join(', ');
  const message = `Two imports in a row brought the same incomplete copy (${lacks}); the last one is kept as ${name}, unverified.`;
  return endWithoutCopy(kept, { class: 'partial-import', code: 'IMPORT_INCOMPLETE_AGAIN', message, lacking }, context);
}

/** Ends a run that brought no usable copy. */
async function endWithoutCopy(record: ReplicaRecord, reason: Discard, { save }: StepContext): Promise<StepResult> {
  const { class: failureClass, code, message, lacking } = reason;
  const failure = new ReplicationFailure(message, { class: failureClass, code, hint: HINTS[failureClass] });
  const failedImports = record.failedImports + (failureClass === 'wait' ? 0 : 1);
  const ended = await save({ ...record, run: null, failedImports, lastLacking: [...lacking] }, code);
  return { record: ended, failure };
}
