import { isFailure } from '../core/facts/failure.ts';
import type { Observation, Project } from '../core/facts/model.ts';
import type { Look, Observed } from '../core/plan/types.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { currentGeneration } from '../core/facts/record.ts';
import { newestWaiting } from '../core/plan/copy.ts';
import type { Content } from '../core/content/revision.ts';
import { contentDigester } from '../core/content/revision.ts';
import { targetProjectLimitOf } from '../core/facts/sweep-state.ts';
import { lookAtIntegration } from './steps/attempt-integration.ts';
import type { Clock } from './ports/surroundings.ts';
import type { ProjectReader } from './ports/custom-vision.ts';
import type { Dependencies } from './context.ts';
import { readRoute } from './route.ts';

const IMAGES_PER_PAGE = 256;

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

/** Every label of a project, page by page. */
export async function readContent(resource: ProjectReader, projectId: string, signal: AbortSignal): Promise<Content> {
  const digester = contentDigester();
  for (let skip = 0; ; skip += IMAGES_PER_PAGE) {
    const page = await resource.getImages(projectId, { skip, take: IMAGES_PER_PAGE }, signal);
    digester.add(page);
    if (page.length < IMAGES_PER_PAGE) return digester.content();
  }
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
  const kind = state?.value.brake?.kind ?? 'short-list';
  const accepted = state?.value.acceptedPair ?? policy.owner.pair;
  const unseen = accepted === policy.owner.pair ? null : 'not-looked-at';
  return { targetProjects, targetProjectLimit, targetFault: kind === 'short-list' ? unseen : kind };
}

/** Looks where the plan asks to, and answers with what was found there. */
export async function lookAt(
  at: Look,
  record: ReplicaRecord,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<Partial<Observed>> {
  const { source, target, store, clock } = deps;
  const replicaId = replicaOf(record);
  switch (at) {
    case 'source':
      return { source: await observe(source, record.sourceProjectId, clock, signal) };
    case 'source-integration':
      return { sourceIntegration: await lookAtIntegration(deps, record.sourceProjectId, signal) };
    case 'source-content':
      return { sourceContent: await readContent(source, record.sourceProjectId, signal) };
    case 'target-projects':
      return lookAtTarget(deps, signal);
    case 'candidate':
      return { candidate: replicaId === null ? null : await unlessGone(target.getProject(replicaId, signal)) };
    case 'replica':
      return { replica: replicaId === null ? null : await observe(target, replicaId, clock, signal) };
    case 'replica-content':
      return { replicaContent: replicaId === null ? null : await unlessGone(readContent(target, replicaId, signal)) };
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
