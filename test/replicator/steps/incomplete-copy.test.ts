import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { checkAtRest } from '../../support/invariants.ts';
import {
  addRose,
  copied,
  copies,
  currentCopy,
  currentOf,
  expectInSync,
  FLOWERS,
  nextSweep,
  routeOf,
  rowOf,
  storyOf,
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World, WorldOptions } from '../../support/world.ts';

let world: World;

/** Something happens to each project that an import has just made, before anybody looks at it. */
function afterEachImport(change: (project: StoredProject, imports: number) => void): void {
  let imports = 0;
  world.secondary.on('ImportProject', 'after-reply', () => {
    const project = world.secondary.resource.projects.at(-1);
    imports += 1;
    const count = imports;
    world.clock.schedule(5_001, () => {
      if (project) change(project, count);
    });
  });
}

function loseImages({ images }: StoredProject, count: number): void {
  for (const id of [...images.keys()].slice(0, count)) images.delete(id);
}

async function start(options?: WorldOptions): Promise<StoredProject> {
  world = await startWorld(options);
  return world.primary.resource.addProject(FLOWERS);
}

describe.each(['present', 'omitted'] as const)('a copy that lacks content, exportCounts %s', (exportCounts) => {
  const options: WorldOptions = { primary: { unknowns: { exportCounts } } };

  it.each<[string, (project: StoredProject) => void]>([
    ['images', (project) => loseImages(project, 2)],
    ['a tag', ({ tags }) => tags.delete([...tags.keys()][0] ?? '')],
  ])('is discarded and made again where it lacks %s', async (_what, damage) => {
    const source = await start(options);
    afterEachImport((project, imports) => (imports === 1 ? damage(project) : undefined));
    await world.converge();
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(2);
    expect(world.eventsOf('import.discarded')).toMatchObject([{ code: 'IMPORT_INCOMPLETE' }]);
    expect(world.secondary.resource.projects).toHaveLength(1);
  });
});

it.each(['no', 'published'] as const)(
  'a copy that lacks content is discarded though publish names came along: %s',
  async (importKeepsPublishName) => {
    const source = await start({ secondary: { unknowns: { importKeepsPublishName } } });
    afterEachImport((project, imports) => loseImages(project, imports === 1 ? 2 : 0));
    await world.converge();
    await expectInSync(world, source);
    expect(world.secondary.resource.projects).toHaveLength(1);
  },
);

describe('the same lack in two copies running', () => {
  beforeEach(async () => {
    await start();
    afterEachImport((project) => loseImages(project, 2));
  });

  it('keeps the copy as usable, unverified, and never in routing', async () => {
    const [source] = world.primary.resource.projects;
    await world.converge();
    const record = await world.record(source!.id);
    expect(record).toMatchObject({ current: null, run: null, generations: [{ verifiedAt: null }] });
    expect(record.generations[0]?.differences).toMatchObject([{ what: 'images', expected: '7', found: '5' }]);
    expect(record.failure).toMatchObject({ class: 'partial-import', needsPerson: false });
    expect(await routeOf(world, source!.id)).toBeNull();
    expect(world.names).toEqual([expect.stringMatching(/^Flowers \[unverified [0-9a-z-]+\]$/)]);
    const row = await rowOf(world, source!.id);
    expect(row).toMatchObject({ replica: null, readiness: { state: 'not-ready' }, generations: 1 });
    expect(row.failure?.message).toMatch(/images/);
    await checkAtRest(world);
  });

  it('is tried again ever more rarely, and keeps no more than one such copy', async () => {
    await world.sweep();
    await world.settle(3 * 86_400);
    expect(copies(world).imports).toBeLessThan(50);
    expect(world.secondary.resource.projects.length).toBeLessThanOrEqual(2);
  });

  it('is over once a complete copy is made, which takes its place', async () => {
    const [source] = world.primary.resource.projects;
    await world.converge();
    addRose(world.primary, source!);
    const losing = world.secondary.on('ImportProject', 'before-reply', () => {
      const project = world.secondary.resource.projects.at(-1);
      // What gets lost is made good for.
      world.clock.schedule(5_002, () => restore(project, source!));
    });
    await world.settle(86_400);
    await nextSweep(world);
    losing();
    await expectInSync(world, source!);
    expect((await world.record(source!.id)).generations.every(({ verifiedAt }) => verifiedAt !== null)).toBe(true);
  });

  it('survives the loss of every record, still out of routing', async () => {
    const [source] = world.primary.resource.projects;
    await world.converge();
    world.store.delete(`records/${source!.id}.json`);
    await world.sweep();
    const record = await world.record(source!.id);
    expect(record.generations).toMatchObject([{ verifiedAt: null }]);
    expect(record.current).toBeNull();
    expect(await routeOf(world, source!.id)).toBeNull();
  });
});

function restore(project: StoredProject | undefined, source: StoredProject): void {
  if (project === undefined) return;
  const tagNamed = new Map([...project.tags.values()].map(({ name, id }) => [name, id]));
  project.images.clear();
  for (const [id, image] of source.images) {
    const tags = [...image.tags].map(
      ([tagId, at]) => [tagNamed.get(source.tags.get(tagId)?.name ?? '') ?? '', at] as const,
    );
    project.images.set(id, { ...image, tags: new Map(tags) });
  }
}

it('the old copy serves until a complete one is there', async () => {
  world = await startWorld();
  const source = await copied(world);
  const before = await currentCopy(world, source.id);
  addRose(world.primary, source);
  afterEachImport((project) => loseImages(project, 2));
  await nextSweep(world);
  expect(await currentCopy(world, source.id)).toBe(before);
  expect(before.name).toBe('Flowers');
  expect((await routeOf(world, source.id))?.secondary).toMatchObject({
    projectId: before.id,
    publishNames: ['production'],
  });
  const { sync, failure } = await rowOf(world, source.id);
  expect([sync, failure?.code]).toEqual(['behind', expect.stringContaining('IMPORT_INCOMPLETE')]);
});

describe('a copy that differs in what no count shows', () => {
  it.each<[string, (project: StoredProject) => void]>([
    ['a setting', (project) => (project.augmentationMethods = { flip: true })],
    ['the type of a tag', ({ tags }) => void Object.assign([...tags.values()][0] ?? {}, { type: 'GeneralProduct' })],
    ['the names of iterations', ({ iterations }) => iterations.forEach((it) => (it.name = `Copy of ${it.name}`))],
    ['a missing iteration', ({ iterations }) => iterations.delete([...iterations.keys()][0] ?? '')],
    ['an image more', (project) => addRose(world.secondary, project)],
  ])('is used all the same, and shows it: %s', async (_what, change) => {
    const source = await start();
    afterEachImport(change);
    await world.converge();
    await nextSweep(world, 2);
    expect(copies(world).imports).toBe(1);
    const { differences } = await currentOf(world, source.id);
    expect(differences.length).toBeGreaterThan(0);
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'in-sync', replica: { differences } });
    expect((await storyOf(world, source.id)).copies).toMatchObject([
      { kept: true, reason: expect.any(String) as string },
    ]);
    expect(world.eventsOf('project.diverged')).toEqual([]);
    await checkAtRest(world);
  });
});
