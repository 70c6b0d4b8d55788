import { isFailure, ReplicationFailure } from '../../core/facts/failure.ts';
import type { Mark, Owner } from '../../core/content/mark.ts';
import { isRecordedReplica, isReplicaOf } from '../../core/content/mark.ts';
import type { Project } from '../../core/facts/model.ts';
import { nameWithId } from '../../core/content/naming.ts';
import type { StepOf } from '../../core/plan/types.ts';
import { withGeneration } from '../../core/facts/generation.ts';
import type { Generation, ReplicaRecord } from '../../core/facts/record.ts';
import { lookForChanges } from '../changes.ts';
import { unlessGone } from '../observe.ts';
import type { RunningRecord, StepContext, StepResult } from '../context.ts';
import { describe, withoutStorageUris } from './describe.ts';

function notOurs(project: Project, what: string): ReplicationFailure {
  return new ReplicationFailure(
    `The project ${project.name} (${project.id}) on the secondary is not this replica: ${what}.`,
    {
      class: 'diverged',
      code: 'NOT_OURS',
      hint: 'Somebody changed or replaced it. Delete that project, or leave it and it stays as it is; a new copy is made.',
    },
  );
}

function markOf(record: ReplicaRecord, runId: string, revision: string, replicaProjectId: string, owner: Owner): Mark {
  return { sourceProjectId: record.sourceProjectId, revision, runId, replicaProjectId, ...owner };
}

/** Writes the mark, under the staging name still. From here on the project is known as ours by what it says itself. */
export async function mark(record: RunningRecord, _step: StepOf<'mark'>, context: StepContext): Promise<StepResult> {
  const { target, policy, clock } = context.deps;
  const { run } = record;
  const project = await target.getProject(run.replicaProjectId ?? '', context.signal);
  const isOurs = project.name === run.intent?.stagingName || isReplicaOf(project, record.sourceProjectId, policy.owner);
  if (!isOurs) throw notOurs(project, 'it has neither the staging name nor the mark');
  const own = markOf(record, run.runId, run.before.revision, project.id, policy.owner);
  await describe(project, run.intent?.stagingName ?? project.name, run.before.description, own, context);
  return { record: await context.save({ ...record, run: { ...run, markedAt: clock.now().toISOString() } }) };
}

/** Throws where a project does not carry the mark that gives the right to change it. */
export function checkOurs(project: Project, record: ReplicaRecord, { deps }: StepContext): void {
  if (isRecordedReplica(project, record, deps.policy.owner)) return;
  throw notOurs(project, 'its description carries no valid mark');
}

async function ourReplica(replicaProjectId: string, record: ReplicaRecord, context: StepContext): Promise<Project> {
  const project = await context.deps.target.getProject(replicaProjectId, context.signal);
  checkOurs(project, record, context);
  return project;
}

/** Gives one of our replicas another name and leaves the rest as it is; one that is gone needs none. */
export async function renameReplica(
  replicaProjectId: string,
  name: string,
  record: ReplicaRecord,
  context: StepContext,
) {
  const project = await unlessGone(ourReplica(replicaProjectId, record, context));
  if (project === null || project.name === name) return;
  const settings = withoutStorageUris(project.settings);
  const { description } = project;
  await context.deps.target.updateProject(replicaProjectId, { name, description, settings }, context.signal);
}

/** Whether somebody changed a copy since our own last write, or took our mark off it. */
async function isSomebodys(older: Generation, record: ReplicaRecord, context: StepContext) {
  const { replica, isChanged } = await lookForChanges(older, 'if-modified', context);
  if (replica === null) return false;
  return isChanged || !isRecordedReplica(replica.project, record, context.deps.policy.owner);
}

/**
 * The copy that was current until now makes room for its successor's name. One that somebody changed meanwhile is
 * theirs: it keeps its name, and its successor carries a part of its own id.
 */
export async function renamePredecessor(
  record: RunningRecord,
  _step: StepOf<'rename-predecessor'>,
  context: StepContext,
): Promise<StepResult> {
  const { run } = record;
  const { naming } = run;
  if (!naming?.predecessor) return { record };
  const { replicaProjectId, name } = naming.predecessor;
  const withName = (facts: Partial<Generation>) =>
    record.generations.map((generation) =>
      generation.replicaProjectId === replicaProjectId ? { ...generation, ...facts } : generation,
    );
  const older = record.generations.find((generation) => generation.replicaProjectId === replicaProjectId);
  if (older !== undefined && (await isSomebodys(older, record, context))) {
    const beside = { ...naming, name: nameWithId(run.before.name, run.replicaProjectId ?? ''), predecessor: null };
    const noted = withName({ changedBySomebody: true });
    return { record: await context.save({ ...record, generations: noted, run: { ...run, naming: beside } }) };
  }
  const intended = await context.save({ ...record, generations: withName({ intendedName: name }) });
  await renameReplica(replicaProjectId, name, intended, context);
  const predecessorRenamedAt = context.deps.clock.now().toISOString();
  const generations = withName({ name, intendedName: null });
  const renamed = { ...run, naming: { ...naming, predecessorRenamedAt } };
  return { record: await context.save({ ...intended, generations, run: renamed }) };
}

/**
 * The new copy takes the source's name. Where somebody took that since it was decided, the copy is to carry a part of
 * its own id instead: that is stored, and given when this step is run again.
 */
export async function rename(
  record: RunningRecord,
  _step: StepOf<'rename'>,
  context: StepContext,
): Promise<StepResult> {
  const { run } = record;
  if (run.naming === null || run.replicaProjectId === null) return { record };
  try {
    await renameReplica(run.replicaProjectId, run.naming.name, record, context);
  } catch (error) {
    const name = nameWithId(run.before.name, run.replicaProjectId);
    const isTaken = isFailure(error) && error.code === 'BadRequestProjectNameNotUnique';
    if (!isTaken || name === run.naming.name) throw error;
    return { record: await context.save({ ...record, run: { ...run, naming: { ...run.naming, name } } }) };
  }
  const namedAt = context.deps.clock.now().toISOString();
  return { record: await context.save({ ...record, run: { ...run, naming: { ...run.naming, namedAt } } }) };
}

/** Name and description of the current copy follow the source; the mark stays what it was. */
export async function align(
  record: ReplicaRecord,
  { generation, name, source }: StepOf<'align'>,
  context: StepContext,
): Promise<StepResult> {
  const { save, deps } = context;
  const { runId } = generation;
  const intended = await save(withGeneration(record, runId, { intendedName: name }));
  const project = await ourReplica(generation.replicaProjectId, intended, context);
  const own = markOf(record, runId, generation.holds.revision, project.id, deps.policy.owner);
  await describe(project, name, source.description, own, context);
  const holds = { ...generation.holds, name: source.name, description: source.description };
  const aligned = await save(withGeneration(intended, runId, { name, intendedName: null, holds }));
  if (name !== generation.name) {
    const { sourceProjectId: projectId } = record;
    const { replicaProjectId, name: before } = generation;
    deps.events.emit({ event: 'replica.renamed', projectId, runId, replicaProjectId, before, after: name });
  }
  return { record: aligned };
}
