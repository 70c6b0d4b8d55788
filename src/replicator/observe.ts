import { isFailure } from '../core/facts/failure.ts';
import type { Observation, Project } from '../core/facts/model.ts';
import type { LookPlan, Observed, TargetFault } from '../core/plan/types.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { currentGeneration } from '../core/facts/record.ts';
import { newestWaiting } from '../core/plan/copy.ts';
import { KEEPS_CHANGING } from './content-reader.ts';
import { newEvidence } from '../core/content/label-edits.ts';
import type { Content } from '../core/content/revision.ts';
import { snapshotOf } from '../core/content/revision.ts';
import type { SweepState } from '../core/facts/sweep-state.ts';
import { targetProjectLimitOf } from '../core/facts/sweep-state.ts';
import type { Policy } from '../core/plan/policy.ts';
import { lookAtIntegration } from './steps/attempt-integration.ts';
import type { Clock } from './ports/surroundings.ts';
import type { ProjectReader } from './ports/custom-vision.ts';
import type { Dependencies, WorkContext } from './context.ts';
import { updateSweepState } from './documents.ts';
import { readRoute } from './route.ts';

/** A project's parts, read together; the project itself is passed where a list already brought it. */
export async function observeProject(
  resource: ProjectReader,
  project: Project,
  observedAt: string,
  signal: AbortSignal,
): Promise<Observation> {
  const [tags, iterations, imageCount] = await Promise.all([
    resource.getTags(project.id, signal),
    resource.getIterations(project.id, signal),
    resource.getImageCount(project.id, signal),
  ]);
  return { project, tags, iterations, imageCount, observedAt };
}

/** The answer, or null where the service says that there is no such project. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isFailure(error, 'not-found')) return null;
    throw error;
  }
}

/** A project with all its parts, or null where there is none. */
export async function observe(resource: ProjectReader, projectId: string, clock: Clock, signal: AbortSignal) {
  const observedAt = clock.now().toISOString();
  const project = await unlessGone(resource.getProject(projectId, signal));
  if (project === null) return null;
  return unlessGone(observeProject(resource, project, observedAt, signal));
}

/** The project that a look at the replica means: the copy that is being made, else the current one. */
function replicaOf(record: ReplicaRecord): string | null {
  return record.run?.replicaProjectId ?? currentGeneration(record)?.replicaProjectId ?? null;
}

async function lookAtTarget(
  { target, store, policy, clock }: Dependencies,
  signal: AbortSignal,
): Promise<Partial<Observed>> {
  const targetProjects = await target.getProjects(signal);
  const state = await store.sweep.read(signal);
  const targetProjectLimit = targetProjectLimitOf(state?.value ?? null, policy.targetProjectLimit, clock.now());
  const targetFault = targetFaultIn(state?.value ?? null, policy);
  return { targetProjects, targetProjectLimit, targetFault, labelEdits: state?.value.labelEdits ?? 'unknown' };
}

/** What the last sweep found wrong with the target as a whole; null where nothing was, or none has looked yet. */
function targetFaultIn(state: SweepState | null, { owner }: Pick<Policy, 'owner'>): TargetFault | null {
  const kind = state?.brake?.kind ?? 'short-list';
  if (kind !== 'short-list') return kind;
  return (state?.acceptedPair ?? owner.pair) === owner.pair ? null : 'not-looked-at';
}

/** The source's labels; what they tell of the service's `lastModified` is noted for all projects. */
async function lookAtSourceContent(
  toCopy: boolean,
  record: ReplicaRecord,
  observation: Observation,
  { deps, content }: WorkContext,
): Promise<Partial<Observed>> {
  // A copy is asked for by what was counted; these labels only tell later looks what it was made of.
  if (toCopy) return { sourceContent: await unlessItKeepsChanging(content.read('source', observation, null)) };
  const held = currentGeneration(record)?.holds ?? null;
  const read = await content.read('source', observation, held);
  if (held === null) return { sourceContent: read };
  const seen = snapshotOf(observation, read);
  // Judged by what is stored when it is written: another worker may have found out more meanwhile.
  const { labelEdits } = await updateSweepState(deps.store, deps.clock, (state) => {
    const found = newEvidence(state.labelEdits, held, seen);
    return found === state.labelEdits ? state : { ...state, labelEdits: found };
  });
  return { sourceContent: read, labelEdits };
}

/** Null where a project that is never at rest is to be copied: it is copied all the same, and once more when it rests. */
async function unlessItKeepsChanging(reading: Promise<Content>): Promise<Content | null> {
  try {
    return await reading;
  } catch (error) {
    if (isFailure(error, 'wait') && error.code === KEEPS_CHANGING) return null;
    throw error;
  }
}

async function lookAtReplicaContent(
  record: ReplicaRecord,
  replica: Observation | null,
  { content }: WorkContext,
): Promise<Partial<Observed>> {
  if (replica === null) return { replicaContent: null };
  const held = record.run === null ? (currentGeneration(record)?.baseline ?? null) : null;
  return { replicaContent: await unlessGone(content.read('target', replica, held)) };
}

/** Looks where the plan asks to, and answers with what was found there. */
export async function lookAt(
  { at, toCopy = false }: LookPlan,
  record: ReplicaRecord,
  observed: Observed,
  context: WorkContext,
): Promise<Partial<Observed>> {
  const { deps, signal } = context;
  const { source, target, store, clock, policy } = deps;
  const replicaId = replicaOf(record);
  switch (at) {
    case 'source':
      return { source: await observe(source, record.sourceProjectId, clock, signal) };
    case 'source-integration':
      return { sourceIntegration: await lookAtIntegration(deps, record.sourceProjectId, signal) };
    case 'source-content':
      if (!observed.source) return { source: await observe(source, record.sourceProjectId, clock, signal) };
      return lookAtSourceContent(toCopy, record, observed.source, context);
    case 'target-projects':
      return lookAtTarget(deps, signal);
    case 'target-fault':
      return { targetFault: targetFaultIn((await store.sweep.read(signal))?.value ?? null, policy) };
    case 'candidate':
      return { candidate: replicaId === null ? null : await unlessGone(target.getProject(replicaId, signal)) };
    case 'replica':
      return { replica: replicaId === null ? null : await observe(target, replicaId, clock, signal) };
    case 'replica-content':
      return lookAtReplicaContent(record, observed.replica ?? null, context);
    case 'waiting-copy': {
      const waiting = newestWaiting(record);
      return { waitingCopy: waiting === null ? null : await observe(target, waiting.replicaProjectId, clock, signal) };
    }
    case 'listed-projects': {
      const projects = (await store.sweep.read(signal))?.value.projects ?? [];
      return { listedProjects: projects.filter(({ id }) => id !== record.sourceProjectId) };
    }
    case 'route':
      return { route: await readRoute(store, record.sourceProjectId, signal) };
  }
}
