import { ReplicationFailure } from '../../core/facts/failure.ts';
import type { Generation, ReplicaRecord, Snapshot } from '../../core/facts/record.ts';
import { currentGeneration } from '../../core/facts/record.ts';
import { isPinned } from '../../core/plan/shrinkage.ts';
import { lookForChanges } from '../changes.ts';
import { unlessGone } from '../observe.ts';
import type { RecordStore } from '../ports/storage.ts';
import { readRoute, routingNotInLine } from '../route.ts';
import { deleteReplica } from '../delete-replica.ts';
import type { Dependencies, StepContext, StepResult } from '../context.ts';
import type { StepOf } from '../../core/plan/types.ts';
import { isTheirs } from '../../core/plan/blockers.ts';
import { namesLacking } from '../../core/plan/current.ts';
import { withGeneration } from '../../core/facts/generation.ts';

/**
 * Unpublishes and deletes an older copy. All that gives the right to is read right before: what a person has decided;
 * routing, which must name the current copy; the current copy, which must be there and serve what this one serves; and
 * this one itself, which must be as we left it, with our mark. Each call can be repeated after a crash.
 */
export async function retireGeneration(
  record: ReplicaRecord,
  { generation, reason, source }: StepOf<'retire'>,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save, signal } = context;
  const { events } = deps;
  const { sourceProjectId } = record;
  const { replicaProjectId, runId } = generation;
  // In vain the labels of a copy are not read; what was asked before them is asked again after, since that takes long.
  await checkRight(record, generation, source, deps, signal);
  const { replica, isChanged } = await lookForChanges(generation, 'always', context);
  if (isChanged || (replica !== null && isTheirs(generation, replica, record, deps.policy.owner))) {
    const changeCheckedAt = deps.clock.now().toISOString();
    return { record: await save(withGeneration(record, runId, { changedBySomebody: true, changeCheckedAt })) };
  }
  await checkRight(record, generation, source, deps, signal);
  if (replica !== null) {
    await deleteReplica(replicaProjectId, { sourceProjectId, stagingName: null }, deps, signal);
  }
  const generations = record.generations.filter((other) => other.runId !== runId);
  const saved = await save({ ...record, generations }, undefined, reason);
  events.emit({ event: 'generation.retired', projectId: sourceProjectId, runId, replicaProjectId, reason });
  return { record: saved };
}

async function checkRight(
  record: ReplicaRecord,
  generation: Generation,
  source: Snapshot,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  await checkNotHeld(record, generation, deps.store, signal);
  const routed = (await readRoute(deps.store, record.sourceProjectId, signal))?.secondary.projectId;
  const current = currentGeneration(record);
  const isElsewhere = routed !== undefined && routed !== generation.replicaProjectId;
  if (!isElsewhere || routed !== current?.replicaProjectId) throw stillRouted(generation, routed);
  await checkSuccessor(current, generation, source, deps, signal);
}

/** A person may have frozen the project, or released it, since this was planned. */
async function checkNotHeld(
  { sourceProjectId }: ReplicaRecord,
  generation: Generation,
  store: RecordStore,
  signal: AbortSignal,
): Promise<void> {
  const decision = (await store.decision(sourceProjectId).read(signal))?.value ?? null;
  const isKept = isPinned(generation, decision);
  if (decision?.frozen !== true && !isKept) return;
  throw new ReplicationFailure(
    `The replica ${generation.name} is not retired: it is ${isKept ? 'pinned' : 'of a frozen project'}.`,
    {
      class: 'wait',
      code: 'COPY_HELD',
      hint: 'It stays until somebody releases the project.',
    },
  );
}

/** An older copy goes only where the one in use serves clients at least as well, as the service itself shows. */
async function checkSuccessor(
  current: Generation,
  older: Generation,
  source: Snapshot,
  { target }: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  const iterations = await unlessGone(target.getIterations(current.replicaProjectId, signal));
  const lacking = namesLacking({ iterations: iterations ?? [] }, older, source);
  if (iterations !== null && current.verifiedAt !== null && lacking.length === 0) return;
  const why = lacking.length > 0 ? `does not serve ${lacking.join(', ')}` : 'is gone or was never verified';
  throw new ReplicationFailure(`The replica ${older.name} is not retired: the copy in use, ${current.name}, ${why}.`, {
    class: 'wait',
    code: 'SUCCESSOR_NOT_READY',
    hint: 'The copy in use is put right first; the older one is retired in a later look.',
  });
}

function stillRouted({ name, replicaProjectId }: Generation, routed: string | undefined): ReplicationFailure {
  const named = routed === undefined ? 'names no copy of this project' : `names ${routed}`;
  const message = `The replica ${name} (${replicaProjectId}) is not retired: routing ${named}.`;
  return routingNotInLine(message, 'the copy is retired in a later look');
}
