import { randomInt } from 'node:crypto';
import type { Resource, StoredProject } from '../simulator/index.ts';
import { PRIMARY_PREDICTION, SEEDED_PROJECTS } from './projects.ts';

/** Something that a person could do to the primary now: in words, and to be done. */
export interface Change {
  readonly words: string;
  readonly make: () => unknown;
}

/** A whole number from 0 up to, but not, a limit. */
type Random = (limit: number) => number;
type Propose = (resource: Resource, project: StoredProject, random: Random) => Change | null;

/** Whatever grows has an end: the demo may be watched for hours. */
export const MOST_IMAGES = 120;
export const MOST_ITERATIONS = 12;

/** The more often it is named, the more often it happens. */
const KINDS: readonly Propose[] = [train, train, train, label, label, publish, publish, create, rename];
const ATTEMPTS = 100;
const VERSION = / v(\d+)$/;

/** The next thing that happens to the primary; null where nothing could be done to it. */
export function nextChange(resource: Resource, random: Random = randomInt): Change | null {
  const { projects } = resource;
  for (let attempt = 0; attempt < ATTEMPTS && projects.length > 0; attempt += 1) {
    const propose = KINDS[random(KINDS.length)];
    const project = projects[random(projects.length)];
    const change = project && propose?.(resource, project, random);
    if (change) return change;
  }
  return null;
}

function train(resource: Resource, { id, name, images, iterations }: StoredProject): Change | null {
  const isLabelled = [...images.values()].some(({ tags }) => tags.size > 0);
  const isBusy = [...iterations.values()].some(({ status }) => status === 'Training');
  if (!isLabelled || isBusy || iterations.size >= MOST_ITERATIONS) return null;
  return { words: `${name}: a training begins`, make: () => resource.train(id) };
}

function label(resource: Resource, project: StoredProject, random: Random): Change | null {
  const tags = [...project.tags.values()];
  const count = 2 + random(5);
  if (tags.length === 0 || project.images.size + count > MOST_IMAGES) return null;
  const tag = tags[random(tags.length)]?.name ?? '';
  const box = { tag, left: 0.25, top: 0.3, width: 0.4, height: 0.35 };
  return {
    words: `${project.name}: ${count} more images labelled "${tag}"`,
    make: () =>
      resource.addImages(project.id, count, project.classificationType ? { tags: [tag] } : { regions: [box] }),
  };
}

/** The newest model, where it is not in use yet. */
function publish(resource: Resource, { id, name, iterations }: StoredProject): Change | null {
  const newest = [...iterations.values()].filter(({ status }) => status === 'Completed').at(-1);
  if (newest === undefined || newest.published) return null;
  const publication = { publishName: 'production', predictionId: PRIMARY_PREDICTION, overwrite: true };
  return {
    words: `${name}: ${newest.name} published as production`,
    make: () => resource.publish(id, newest.id, publication),
  };
}

function rename(resource: Resource, { id, name }: StoredProject): Change {
  const version = Number(VERSION.exec(name)?.[1] ?? 1);
  const to = `${name.replace(VERSION, '')} v${version + 1}`;
  return { words: `${name}: renamed ${to}`, make: () => resource.updateProject(id, { name: to }) };
}

/** A twin of one that was seeded, which writes to the same storage as all others. */
function create(resource: Resource, { notificationQueueUri, exportModelContainerUri }: StoredProject): Change | null {
  const names = new Set(resource.projects.map(({ name }) => name.replace(VERSION, '')));
  const twins = SEEDED_PROJECTS.map((seed) => ({ ...seed, name: `${seed.name}, second line` }));
  const twin = twins.find(({ name }) => !names.has(name));
  if (twin === undefined) return null;
  const seed = { ...twin, notificationQueueUri, exportModelContainerUri };
  return { words: `${twin.name}: created`, make: () => resource.addProject(seed) };
}
