import { readDecisions } from '../../src/replicator/documents.ts';
import { projectStory, type ProjectReport } from '../../src/core/status/project-report.ts';
import type { Generation } from '../../src/core/facts/record.ts';
import { currentGeneration } from '../../src/core/facts/record.ts';
import { statusReport, type StatusReport } from '../../src/core/status/report.ts';
import { listingOf } from '../../src/core/status/status-facts.ts';
import type { Route } from '../../src/core/facts/routing.ts';
import type { ProjectSeed, Simulator, StoredProject } from '../../src/local/simulator/index.ts';
import { checkAtRest } from './invariants.ts';
import { PRIMARY_PREDICTION_RESOURCE, type World } from './world.ts';

/** A classification project with two models, the second one published. */
export const FLOWERS: ProjectSeed = {
  name: 'Flowers',
  description: 'What grows in the garden',
  tags: [
    { name: 'rose', images: 3 },
    { name: 'tulip', images: 3 },
  ],
  untaggedImages: 1,
  iterations: [
    { name: 'Iteration 1' },
    { name: 'Iteration 2', publishName: 'production', predictionId: PRIMARY_PREDICTION_RESOURCE },
  ],
};

/** A detection project: each image has one box. */
export const CARS: ProjectSeed = {
  name: 'Cars',
  type: 'ObjectDetection',
  tags: [
    { name: 'car', images: 2 },
    { name: 'bus', images: 2 },
  ],
  iterations: [{ name: 'Iteration 1' }],
};

/** Adds an image to a project of `FLOWERS`, so that its content is another. */
export function addRose({ resource }: Simulator, { id }: Pick<StoredProject, 'id'>): void {
  resource.addImages(id, 1, { tags: ['rose'] });
}

/** An edit of labels as the service sees it: whether it moves `lastModified` is one of its unknowns. */
function edited({ resource }: Simulator, project: StoredProject): void {
  resource.removeImages(project.id, []);
}

/** Two images exchange their only tags, so that every count stays what it was. What it answers with undoes that. */
export function swapLabels(simulator: Simulator, project: StoredProject): () => void {
  const [first, second] = [...project.tags.keys()].map((tagId) => {
    const images = [...project.images.values()].filter(({ tags }) => tags.has(tagId));
    return { tagId, images: images.sort((left, right) => right.width - left.width) };
  });
  const [one, other] = [first?.images.at(0), second?.images.at(-1)];
  if (!first || !second || !one || !other) throw new Error('Two tags with images are needed.');
  const exchange = (ofOne: string, ofOther: string): void => {
    one.tags.clear();
    other.tags.clear();
    one.tags.set(ofOne, simulator.clock.now());
    other.tags.set(ofOther, simulator.clock.now());
    edited(simulator, project);
  };
  exchange(second.tagId, first.tagId);
  return () => exchange(first.tagId, second.tagId);
}

/** The first box moves to the right. */
export function moveBox(simulator: Simulator, project: StoredProject): void {
  const image = [...project.images.values()].find(({ regions }) => regions.length > 0);
  if (image === undefined) throw new Error('There is no box to move.');
  image.regions = image.regions.map((region) => ({ ...region, left: region.left + 0.25 }));
  edited(simulator, project);
}

/** The copy that a source project's record says is current, as it is on the secondary. */
export async function currentCopy(world: World, sourceId: string): Promise<StoredProject> {
  return world.secondary.resource.project((await currentOf(world, sourceId)).replicaProjectId);
}

export async function currentOf(world: World, sourceId: string): Promise<Generation> {
  const current = currentGeneration(await world.record(sourceId));
  if (current === null) throw new Error(`There is no current copy of ${sourceId}.`);
  return current;
}

export async function routeOf(world: World, sourceId: string): Promise<Route | null> {
  return (await world.store.routing.read())?.value.projects[sourceId] ?? null;
}

/** What a project is published as, by iteration; null where its publish name is only shown. */
export function publishedOn(project: StoredProject): Record<string, string> {
  const published = [...project.iterations.values()].filter((iteration) => iteration.published);
  return Object.fromEntries(published.map(({ name, publishName }) => [publishName ?? '', name]));
}

/** What status shows of all projects, from durable state alone. */
export async function statusOf(world: World): Promise<StatusReport> {
  const ids = await world.store.list();
  return statusReport({
    now: new Date(world.clock.now()),
    problems: [],
    sweep: (await world.store.sweep.read())?.value ?? null,
    records: await Promise.all(ids.map((id) => world.record(id))),
    decisions: (await readDecisions(world.store)).values,
    installationId: (await world.store.installation.read())?.value.id ?? null,
    recoveryPointObjectiveInSeconds: 7_200,
    targetProjectLimit: world.policy.targetProjectLimit,
    publishes: world.policy.predictionResourceId !== null,
    predictionEndpoint: world.policy.predictionEndpoints.secondary,
    schedule: null,
    rejectedNotifications: await world.rejected.count(),
  });
}

export async function rowOf(world: World, sourceId: string): Promise<ProjectReport> {
  const row = (await statusOf(world)).projects.find(({ id }) => id === sourceId);
  if (row === undefined) throw new Error(`Status does not list ${sourceId}.`);
  return row;
}

/** A project's own page: which copies there are and why each is kept. */
export async function storyOf(world: World, sourceId: string) {
  const record = await world.record(sourceId);
  const sweep = (await world.store.sweep.read())?.value ?? null;
  const { predictionResourceId, predictionEndpoints } = world.policy;
  const serving = { publishes: predictionResourceId !== null, predictionEndpoint: predictionEndpoints.secondary };
  const policy = { ...world.policy, ...serving };
  const decision = (await world.store.decision(sourceId).read())?.value ?? null;
  return projectStory(listingOf(record, sweep), record, policy, new Date(world.clock.now()), null, decision);
}

/** Half of the objective, and the wait for the sweep after that. */
const LONGEST_UNREAD_IN_SECONDS = 3_600 + 1_800 + 60;

/** All is in order: in sync, equal counts, nothing under way, no failure, no orphan, no double. */
export async function expectInSync(world: World, source: StoredProject): Promise<void> {
  expect(await world.record(source.id)).toMatchObject({ run: null, failure: null, wake: null });
  const { sync, lagSeconds } = await rowOf(world, source.id);
  expect(sync).toBe('in-sync');
  // Counted since the labels were last read, where the service is not known to hint at every edit of them.
  expect(lagSeconds).not.toBeNull();
  expect(lagSeconds).toBeLessThanOrEqual(LONGEST_UNREAD_IN_SECONDS);
  const copy = await currentCopy(world, source.id);
  const route = await routeOf(world, source.id);
  expect(route?.secondary.projectId).toBe(copy.id);
  expect(labelsOf(copy)).toEqual(labelsOf(source));
  expect(copy.iterations.size).toBe(
    [...source.iterations.values()].filter(({ status }) => status === 'Completed').length,
  );
  await checkAtRest(world);
}

/** Each image's labels by name, in an order of their own. */
export function labelsOf(project: StoredProject): string[] {
  const nameOf = (tagId: string): string => project.tags.get(tagId)?.name ?? '?';
  return [...project.images.values()]
    .map(({ width, tags, regions }) => {
      const boxes = regions.map(({ tagId, left, top }) => `${nameOf(tagId)}@${left},${top}`).sort();
      return `${width} ${[...tags.keys()].map(nameOf).sort().join('+')} ${boxes.join(' ')}`;
    })
    .sort();
}

/** How many exports and imports there were. */
export function copies(world: World): { exports: number; imports: number } {
  const exports = world.primary.calls.of('ExportProject').length;
  return { exports, imports: world.secondary.calls.of('ImportProject').length };
}

/** The calls that changed something, or would have, by operation. */
export function writesTo(simulator: Simulator): string[] {
  return simulator.calls.all.filter(({ method }) => method !== 'GET').map(({ operation }) => operation);
}

/** Adds a project to the primary, with one picture that is wider than the others, and has it copied. */
export async function copied(world: World, seed: ProjectSeed = FLOWERS): Promise<StoredProject> {
  const source = await world.primary.resource.addProject(seed);
  const [tag] = seed.tags ?? [];
  if (tag !== undefined && seed.type !== 'ObjectDetection') {
    world.primary.resource.addImages(source.id, 1, { tags: [tag.name], width: 800 });
  }
  await world.converge();
  await expectInSync(world, source);
  return source;
}

/** The next sweep, after the time between two, and what follows from it. */
export async function nextSweep(world: World, count = 1): Promise<void> {
  for (let sweeps = 0; sweeps < count; sweeps += 1) {
    await world.pass(1_800);
    await world.converge();
  }
}
