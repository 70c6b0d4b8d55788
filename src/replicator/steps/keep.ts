import { waitingName } from '../../core/content/naming.ts';
import { verifiedGeneration, withGeneration } from '../../core/facts/generation.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import { isTheirs } from '../../core/plan/blockers.ts';
import type { StepOf } from '../../core/plan/types.ts';
import { lookForChanges } from '../changes.ts';
import type { RunningRecord, StepContext, StepResult } from '../context.ts';
import { renameReplica } from './mark-and-rename.ts';

/** Steps by which a copy outlives what would be its end. */

/** Later copies hold so much less that this one is kept until a person releases it. */
export async function pin(
  record: ReplicaRecord,
  { generation, lost }: StepOf<'pin'>,
  { deps, save }: StepContext,
): Promise<StepResult> {
  const at = deps.clock.now().toISOString();
  const saved = await save(withGeneration(record, generation.runId, { pinned: { at, lost: [...lost] } }));
  const { sourceProjectId: projectId, name: projectName } = record;
  const { runId, replicaProjectId } = generation;
  for (const { what, expected, found } of lost) {
    const counts = { what, before: Number(expected), after: Number(found) };
    deps.events.emit({ event: 'content.shrank', projectId, projectName, runId, replicaProjectId, ...counts });
  }
  return { record: saved };
}

/** What somebody changed on an older copy may have been undone: it is then ours again. */
export async function recheck(
  record: ReplicaRecord,
  { generation }: StepOf<'recheck'>,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save } = context;
  const { replica, isChanged } = await lookForChanges(generation, 'always', context);
  const changedBySomebody = isChanged || (replica !== null && isTheirs(generation, replica, record, deps.policy.owner));
  const facts = { changedBySomebody, changeCheckedAt: deps.clock.now().toISOString() };
  return { record: await save(withGeneration(record, generation.runId, facts)) };
}

/** A complete copy that is not to take the place of the one in use: kept under a name of its own, and not routed. */
export async function keepWaiting(
  record: RunningRecord,
  { project, lacksModels, because }: StepOf<'keep-waiting'>,
  context: StepContext,
): Promise<StepResult> {
  const { run } = record;
  const name = waitingName(run.before.name, run.runId);
  await renameReplica(project.id, name, record, context);
  const generation = verifiedGeneration(run, name, {
    replicaProjectId: project.id,
    lastModified: null,
    lacksModels: [...lacksModels],
  });
  const kept = { ...record, generations: [...record.generations, generation], run: null };
  return { record: await context.save(kept, because) };
}
