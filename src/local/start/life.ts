import type { StoredIteration, StoredProject } from '../simulator/index.ts';
import type { DemoProject } from './catalogue.ts';
import { LATER_PROJECTS } from './catalogue.ts';
import { between, oneOf, type Random } from './random.ts';

/** Something that a person does to the primary. */
export type Change =
  | { readonly kind: 'create'; readonly project: DemoProject }
  | ({ readonly kind: 'train' } & Whose)
  | ({ readonly kind: 'label'; readonly tag: string; readonly images: number } & Whose)
  | ({ readonly kind: 'rename'; readonly to: string } & Whose)
  | ({ readonly kind: 'publish'; readonly iterationId: string; readonly iteration: string } & Whose);

interface Whose {
  readonly projectId: string;
  readonly name: string;
}

export type LivingProject = Pick<StoredProject, 'id' | 'name' | 'tags' | 'images' | 'iterations'>;

/** The name that models are published under while the demonstration runs. */
export const PUBLISH_NAME = 'production';

/** Life goes on for as long as somebody watches, so whatever grows has an end. */
export const MOST_PROJECTS = 30;
export const MOST_IMAGES = 120;
export const MOST_ITERATIONS = 12;

/** How often each happens, where it can. */
const WEIGHTS: Readonly<Record<Change['kind'], number>> = { train: 4, label: 3, publish: 2, create: 2, rename: 1 };

/** What is done next to the primary; null where it holds nothing that anything could be done to. */
export function nextChange(projects: readonly LivingProject[], random: Random): Change | null {
  const possible: Readonly<Record<Change['kind'], readonly Change[]>> = {
    train: projects.flatMap(trainings),
    label: projects.flatMap((project) => labels(project, random)),
    publish: projects.flatMap(publications),
    create: creations(projects),
    rename: projects.map(renaming),
  };
  const kinds = (Object.keys(WEIGHTS) as Change['kind'][]).filter((kind) => possible[kind].length > 0);
  const kind = oneOf(
    random,
    kinds.flatMap((each) => Array.from({ length: WEIGHTS[each] }, () => each)),
  );
  return (kind && oneOf(random, possible[kind])) ?? null;
}

/** A change in words. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'create':
      return `${change.project.name}: created`;
    case 'train':
      return `${change.name}: a training begins`;
    case 'label':
      return `${change.name}: ${change.images} more images labelled "${change.tag}"`;
    case 'rename':
      return `${change.name}: renamed ${change.to}`;
    case 'publish':
      return `${change.name}: ${change.iteration} published as ${PUBLISH_NAME}`;
  }
}

/** About twenty seconds, in milliseconds. */
export function pauseInMs(random: Random): number {
  return between(random, 15_000, 25_000);
}

function whose({ id: projectId, name }: LivingProject): Whose {
  return { projectId, name };
}

function creations(projects: readonly LivingProject[]): Change[] {
  if (projects.length >= MOST_PROJECTS) return [];
  const bases = new Set(projects.map(({ name }) => baseOf(name)));
  const project = LATER_PROJECTS.find(({ name }) => !bases.has(name));
  return project === undefined ? [] : [{ kind: 'create', project }];
}

function trainings(project: LivingProject): Change[] {
  const iterations = [...project.iterations.values()];
  const isTagged = [...project.images.values()].some(({ tags }) => tags.size > 0);
  const isBusy = iterations.some(({ status }) => status === 'Training');
  return isTagged && !isBusy && iterations.length < MOST_ITERATIONS ? [{ kind: 'train', ...whose(project) }] : [];
}

function labels(project: LivingProject, random: Random): Change[] {
  const room = MOST_IMAGES - project.images.size;
  const tag = oneOf(random, [...project.tags.values()]);
  if (tag === undefined || room < 2) return [];
  return [{ kind: 'label', ...whose(project), tag: tag.name, images: Math.min(room, between(random, 2, 6)) }];
}

/** The newest model, where it is not in use yet. */
function publications(project: LivingProject): Change[] {
  const trained = [...project.iterations.values()].filter(({ status }) => status === 'Completed');
  const newest: StoredIteration | undefined = trained.at(-1);
  if (newest === undefined || newest.published) return [];
  return [{ kind: 'publish', ...whose(project), iterationId: newest.id, iteration: newest.name }];
}

function renaming(project: LivingProject): Change {
  const version = Number(VERSION.exec(project.name)?.[1] ?? 1);
  return { kind: 'rename', ...whose(project), to: `${baseOf(project.name)} v${version + 1}` };
}

const VERSION = / v(\d+)$/;

function baseOf(name: string): string {
  return name.replace(VERSION, '');
}
