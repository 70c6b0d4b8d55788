import { isFailure } from '../core/failure.ts';
import type { Observation, Project } from '../core/model.ts';
import type { Look, Seen } from '../core/plan.ts';
import type { ReplicaRecord } from '../core/record.ts';
import type { Content } from '../core/revision.ts';
import { contentDigester } from '../core/revision.ts';
import type { Clock, ProjectReader } from './ports.ts';
import type { Workshop } from './workshop.ts';

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

async function observe(resource: ProjectReader, projectId: string, clock: Clock, signal: AbortSignal) {
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

/** Looks where the plan asks to, and adds what was found to what has been seen. */
export async function lookAt(
  at: Look,
  seen: Seen,
  record: ReplicaRecord,
  { source, target, clock }: Workshop,
  signal: AbortSignal,
): Promise<Seen> {
  const candidateId = record.run?.projectId ?? null;
  switch (at) {
    case 'source':
      return { ...seen, source: await observe(source, record.sourceProjectId, clock, signal) };
    case 'source-content':
      return { ...seen, sourceContent: await readContent(source, record.sourceProjectId, signal) };
    case 'target-projects':
      return { ...seen, targetProjects: await target.getProjects(signal) };
    case 'candidate':
      return {
        ...seen,
        candidate: candidateId === null ? null : await unlessGone(target.getProject(candidateId, signal)),
      };
    case 'candidate-content': {
      const observation = candidateId === null ? null : await observe(target, candidateId, clock, signal);
      const content = observation && (await unlessGone(readContent(target, observation.project.id, signal)));
      return { ...seen, candidateContent: observation && content && { observation, content } };
    }
  }
}
