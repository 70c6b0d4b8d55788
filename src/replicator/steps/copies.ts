import { isRecordedReplica } from '../../core/content/mark.ts';
import type { StepOf } from '../../core/plan/types.ts';
import { withGeneration } from '../../core/facts/generation.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import { unlessGone } from '../observe.ts';
import type { StepContext, StepResult } from '../context.ts';
import { setRoute } from '../route.ts';
import { staleList } from '../stale-list.ts';

/** The labels were read and are what they should be; after a full look at both sides the proof is as of now. */
export async function noteProof(
  record: ReplicaRecord,
  { generation, lastModified, full, labelsSeenAt }: StepOf<'note-proof'>,
  { deps, save }: StepContext,
): Promise<StepResult> {
  const verifiedAt = full ? deps.clock.now().toISOString() : generation.verifiedAt;
  const noted = withGeneration(record, generation.runId, { lastModified, verifiedAt });
  return { record: await save({ ...noted, labelsSeenAt: labelsSeenAt ?? record.labelsSeenAt }) };
}

/** What the copy in use holds is what this look shows; that it did not have what the look before it counted is no news. */
export async function noteHeld(
  record: ReplicaRecord,
  { generation, source }: StepOf<'note-held'>,
  { save }: StepContext,
): Promise<StepResult> {
  const differences = generation.differences.filter(({ what }) => what !== 'revision');
  return { record: await save(withGeneration(record, generation.runId, { holds: source, differences })) };
}

/** Routing follows the record, and names no publication of the copy in use but those of the step. */
export async function route(
  record: ReplicaRecord,
  { source, published }: StepOf<'route'>,
  context: StepContext,
): Promise<StepResult> {
  const current = record.current ?? '';
  await setRoute(withGeneration({ ...record, source }, current, { published: [...published] }), context);
  return { record };
}

/** What a look found was about the copy that was in use then. */
function withoutLook({ nothingNewAt: _, ...record }: ReplicaRecord): ReplicaRecord {
  return record;
}

/** Puts a copy that is there already into use; routing follows at the next look. */
export async function promote(
  record: ReplicaRecord,
  { generation, because }: StepOf<'promote'>,
  { deps, save }: StepContext,
): Promise<StepResult> {
  const promoted = withGeneration(record, generation.runId, { lacksModels: [] });
  const { runId, replicaProjectId, holds, importedAt } = generation;
  // What a copy holds is what a look at the source saw, before the import or later. Of one found by its mark nobody knows
  // when that was: its import stands there instead.
  const inSyncAt = holds.observedAt === importedAt ? null : holds.observedAt;
  const saved = await save({ ...withoutLook(promoted), current: runId, inSyncAt, labelsSeenAt: inSyncAt });
  const { sourceProjectId: projectId } = record;
  deps.events.emit({ event: 'copy.promoted', projectId, runId, replicaProjectId, because });
  return { record: saved };
}

/**
 * Takes a copy out of the record. A list may be stale: only the service's own "no such project", or a project that
 * carries our mark no more, shows that it is not ours to look after.
 */
export async function forget(
  record: ReplicaRecord,
  { generation }: StepOf<'forget'>,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save, signal } = context;
  const { sourceProjectId } = record;
  const project = await unlessGone(deps.target.getProject(generation.replicaProjectId, signal));
  if (project !== null && isRecordedReplica(project, record, deps.policy.owner)) {
    throw staleList(generation.replicaProjectId);
  }
  const generations = record.generations.filter(({ runId }) => runId !== generation.runId);
  const current = record.current === generation.runId ? null : record.current;
  const inSyncAt = current === null ? null : record.inSyncAt;
  const labelsSeenAt = current === null ? null : record.labelsSeenAt;
  const kept = current === null ? withoutLook(record) : record;
  const forgotten = { ...kept, generations, current, inSyncAt, labelsSeenAt };
  if (current !== record.current) await setRoute(forgotten, context);
  const reason =
    project === null ? 'it is no longer on the secondary' : 'its mark was removed: it is somebody’s own now';
  const { runId, replicaProjectId } = generation;
  deps.events.emit({ event: 'replica.forgotten', projectId: sourceProjectId, runId, replicaProjectId, reason });
  return { record: await save(forgotten) };
}
