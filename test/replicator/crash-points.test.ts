import { addRose } from '../support/scenery.ts';
import { NO_URIS, OUR_URIS, QUIET_IN_SECONDS } from '../support/integration-scenery.ts';
import { checkAtRest } from '../support/invariants.ts';
import { Killed } from '../support/killer.ts';
import { PRIMARY_PREDICTION_RESOURCE, World, type WorldOptions } from '../support/world.ts';

/**
 * A process is killed at each of its effects in turn: before the effect is sent, and after it with the reply lost.
 * Another process goes on. No invariant may be broken at any moment (the world checks after each effect), and all is
 * in order again without a person.
 */

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

interface Scenario {
  readonly name: string;
  readonly options?: WorldOptions;
  /** What was before. */
  prepare(world: World): Promise<void>;
  /** What the process that is killed was doing. */
  act(world: World): Promise<void>;
  /** How many copies there are in the end. */
  readonly copies: number;
  readonly publishedAs: readonly string[];
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

const SCENARIOS: readonly Scenario[] = [
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

interface Result {
  readonly effects: readonly string[];
  readonly imports: number;
}

async function run(scenario: Scenario, kill: { index: number; phase: 'before' | 'after' } | null): Promise<Result> {
  const world = await World.start(scenario.options);
  try {
    await scenario.prepare(world);
    await world.restart();
    if (kill !== null) world.killer.killAt(kill.index, kill.phase);
    const { killer } = world;
    await scenario.act(world).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    if (kill !== null) {
      await world.restart();
      await world.converge();
      // What came to light late is let go only after it was looked for long enough.
      await world.pass(600);
      await world.converge(2);
    }
    await checkAtRest(world);
    const [source] = world.primary.resource.projects;
    const record = await world.record(source!.id);
    expect(record).toMatchObject({ run: null, failure: null });
    expect(record.generations).toHaveLength(scenario.copies);
    const current = world.secondary.resource.projectNamed('Flowers');
    expect(current.images.size).toBe(source!.images.size);
    expect(current).toMatchObject(NO_URIS);
    const published = [...current.iterations.values()].flatMap(({ publishName }) => publishName || []);
    expect(published).toEqual(scenario.publishedAs);
    expect(world.secondary.resource.projects).toHaveLength(scenario.copies);
    return { effects: killer.effects, imports: world.secondary.calls.of('ImportProject').length };
  } finally {
    await world.stop();
  }
}

describe.each(SCENARIOS)('killed during $name', (scenario) => {
  it('is in order again, wherever it was', async () => {
    const { effects, imports } = await run(scenario, null);
    expect(effects.length).toBeGreaterThan(5);
    const broken: string[] = [];
    for (const [index, effect] of effects.entries()) {
      for (const phase of ['before', 'after'] as const) {
        const where = `${phase} effect ${index} (${effect})`;
        try {
          const result = await run(scenario, { index, phase });
          // A reply that is lost is adopted, never asked for again.
          if (result.imports !== imports) broken.push(`${where}: ${result.imports} imports instead of ${imports}`);
        } catch (error) {
          broken.push(`${where}: ${(error as Error).message.slice(0, 400)}`);
        }
      }
    }
    expect(broken).toEqual([]);
  }, 300_000);
});
