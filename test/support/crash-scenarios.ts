import { workItem } from '../../src/core/facts/work-item.ts';
import { OUR_URIS, QUIET_IN_SECONDS } from './integration-scenery.ts';
import { addRose } from './scenery.ts';
import { PRIMARY_PREDICTION_RESOURCE, type World, type WorldOptions } from './world.ts';

const flowers = {
  name: 'Flowers',
  tags: [
    { name: 'rose', images: 3 },
    { name: 'tulip', images: 2 },
  ],
  iterations: [
    { name: 'Iteration 1' },
    { name: 'Iteration 2', publishName: 'production', predictionId: PRIMARY_PREDICTION_RESOURCE },
  ],
};

export interface Scenario {
  readonly name: string;
  readonly options?: WorldOptions;
  /** What was before. */
  readonly prepare: (world: World) => Promise<void>;
  /** What the process that is killed was doing. */
  readonly act: (world: World) => Promise<void>;
  /** How many copies there are in the end. */
  readonly copies: number;
  readonly publishedAs: readonly string[];
  /** What there is in the end, where it is not a copy that is in sync under the source's name. */
  readonly check?: (world: World) => Promise<void>;
}

async function firstCopy(world: World): Promise<void> {
  await world.primary.resource.addProject(flowers);
}

async function twoCopies(world: World): Promise<void> {
  await firstCopy(world);
  await world.converge();
  const [project] = world.primary.resource.projects;
  addRose(world.primary, project!);
  await world.converge();
}

/** An import lacks images, and so does the next; the third is complete. */
function loseImagesTwice(world: World): void {
  let imports = 0;
  world.secondary.on('ImportProject', 'after-reply', () => {
    const project = world.secondary.resource.projects.at(-1);
    imports += 1;
    if (project === undefined || imports > 2) return;
    world.clock.schedule(5_001, () => {
      for (const id of [...project.images.keys()].slice(0, 2)) project.images.delete(id);
    });
  });
}

async function recordOf(world: World) {
  const [source] = world.primary.resource.projects;
  return world.record(source!.id);
}

/** What a process may be killed during. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a first copy',
    prepare: firstCopy,
    act: (world) => world.converge(),
    copies: 1,
    publishedAs: ['production'],
  },
  {
    name: 'a first copy of a project that is given its storage URIs, which come along',
    options: {
      policy: { integration: OUR_URIS },
      secondary: { unknowns: { importCarriesStorageUris: 'yes' } },
    },
    prepare: async (world) => {
      await firstCopy(world);
      await world.pass(QUIET_IN_SECONDS);
    },
    act: (world) => world.converge(),
    copies: 1,
    publishedAs: ['production'],
  },
  {
    name: 'another copy, and the oldest of three retired',
    prepare: async (world) => {
      await twoCopies(world);
      const [project] = world.primary.resource.projects;
      world.primary.resource.addImages(project!.id, 2, { tags: ['tulip'] });
    },
    act: (world) => world.converge(),
    copies: 2,
    publishedAs: ['production'],
  },
  {
    name: 'a publication that moved and was renamed',
    prepare: async (world) => {
      await firstCopy(world);
      await world.converge();
      const { resource } = world.primary;
      const project = resource.projectNamed('Flowers');
      const [one, two] = [...project.iterations.values()].filter(({ name }) => name.startsWith('Iteration'));
      resource.unpublish(project.id, two!.id);
      resource.publish(project.id, one!.id, { publishName: 'live', predictionId: PRIMARY_PREDICTION_RESOURCE });
    },
    act: (world) => world.converge(),
    copies: 1,
    publishedAs: ['live'],
  },
  {
    name: 'an import that ends Failed',
    prepare: async (world) => {
      await firstCopy(world);
      world.secondary.faults.order({ operation: 'ImportProject', kind: 'ends-failed' });
    },
    act: (world) => world.converge(),
    copies: 1,
    publishedAs: ['production'],
  },
  {
    name: 'two copies whose record was lost',
    prepare: async (world) => {
      await twoCopies(world);
      const { sourceProjectId } = await recordOf(world);
      world.store.delete(`records/${sourceProjectId}.json`);
    },
    act: (world) => world.converge(),
    copies: 2,
    publishedAs: ['production'],
  },
  {
    name: 'the copy in use deleted by hand, and an older one there',
    prepare: async (world) => {
      await twoCopies(world);
      const { generations, current } = await recordOf(world);
      world.deleteByHand(generations.find(({ runId }) => runId === current)!.replicaProjectId);
    },
    act: (world) => world.converge(),
    copies: 2,
    publishedAs: ['production'],
  },
  {
    name: 'the release of a project that is gone on both sides',
    prepare: async (world) => {
      await world.primary.resource.addProject({ name: 'Trees' });
      await firstCopy(world);
      await world.converge();
      world.primary.resource.removeProject(world.primary.resource.projectNamed('Flowers').id);
      await world.converge();
      world.deleteByHand(world.secondary.resource.projectNamed('Flowers').id);
    },
    // The release, and the sweep that finds nothing missing any more.
    act: (world) => world.converge(2),
    copies: 1,
    publishedAs: [],
    check: async (world) => {
      const [trees] = world.primary.resource.projects;
      expect(await world.store.list()).toEqual([trees!.id]);
      expect(Object.keys((await world.store.routing.read())!.value.projects)).toEqual([trees!.id]);
      expect((await world.store.sweep.read())?.value.missing).toEqual({});
    },
  },
  {
    name: 'two imports that lack images, the second of which is kept unverified',
    prepare: async (world) => {
      await firstCopy(world);
      loseImagesTwice(world);
    },
    act: (world) => world.converge(),
    copies: 1,
    publishedAs: ['production'],
  },
  {
    name: 'a wipe of the source, for which the copy before it is pinned',
    prepare: async (world) => {
      await firstCopy(world);
      await world.converge();
      const [source] = world.primary.resource.projects;
      world.primary.resource.removeImages(source!.id, [...source!.images.keys()]);
    },
    act: (world) => world.converge(),
    copies: 2,
    publishedAs: ['production'],
    check: async (world) => {
      const { generations } = await recordOf(world);
      expect(generations.map(({ pinned }) => pinned !== null)).toEqual([true, false]);
      const sizes = generations.map(({ replicaProjectId: id }) => world.secondary.resource.project(id).images.size);
      expect(sizes).toEqual([5, 0]);
    },
  },
  {
    name: 'an older copy that a person puts back into use',
    prepare: async (world) => {
      await twoCopies(world);
      const { sourceProjectId, generations } = await recordOf(world);
      const { replicaProjectId } = generations[0]!;
      const decision = { schemaVersion: 1, active: 'secondary', frozen: true, replicaProjectId } as const;
      const since = new Date(world.clock.now()).toISOString();
      await world.store
        .decision(sourceProjectId)
        .write({ ...decision, releasedAt: null, since, by: 'Ada', reason: 'A bad model' }, null);
    },
    act: async (world) => {
      const { sourceProjectId } = await recordOf(world);
      await world.queue.enqueue(workItem(sourceProjectId, 'request'), 0);
      await world.settle();
      await world.converge();
    },
    copies: 2,
    publishedAs: ['production'],
    check: async (world) => {
      const { sourceProjectId, generations, current } = await recordOf(world);
      expect(current).toBe(generations[0]?.runId);
      const route = (await world.store.routing.read())?.value.projects[sourceProjectId];
      expect(route?.secondary.projectId).toBe(generations[0]?.replicaProjectId);
      expect(route?.secondary.publishNames).toEqual(['production']);
    },
  },
  {
    name: 'a full target',
    options: { policy: { targetProjectLimit: 2 } },
    prepare: async (world) => {
      await twoCopies(world);
      const [project] = world.primary.resource.projects;
      world.primary.resource.addImages(project!.id, 2, { tags: ['tulip'] });
    },
    act: (world) => world.converge(),
    copies: 2,
    publishedAs: ['production'],
  },
];
