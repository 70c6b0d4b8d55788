import {
  UNKNOWNS,
  type ProjectSeed,
  type StoredProject,
  type UnknownName,
  type Unknowns,
} from '../../src/local/simulator/index.ts';
import {
  CARS,
  copied,
  copies,
  currentCopy,
  expectInSync,
  FLOWERS,
  nextSweep,
  publishedOn,
  rowOf,
  swapLabels,
} from '../support/scenery.ts';
import { CIRCUMSTANCES, NEVER_PUT_TO_IT } from '../support/circumstances.ts';
import { checkAtRest } from '../support/invariants.ts';
import { startWorld } from '../support/started-world.ts';
import { PRIMARY_PREDICTION_RESOURCE, type World } from '../support/world.ts';

/** Whatever the service turns out to do: a first copy, another one, and a publication that changes. */

let world: World;

/** Where the service takes no description as long as a mark, no copy can be known as ours: told apart below. */
const HOPELESS = new Set(['descriptionLimit=128']);

/** How notifications and model backups look is none of replication's business. */
const ELSEWHERE = new Set<UnknownName>(['notificationEncoding', 'notificationContentKey', 'blobExtension']);

/** The first value of each is the default, which all the others are tried with. */
const CASES = (Object.keys(UNKNOWNS) as UnknownName[])
  .filter((name) => !ELSEWHERE.has(name))
  .flatMap((name) =>
    UNKNOWNS[name].values.slice(1).map((value): [string, Partial<Unknowns>] => [`${name}=${value}`, { [name]: value }]),
  );

/** Several unknowns that may turn out for the worse together. */
const WORST: [string, Partial<Unknowns>][] = [
  [
    'nothing that helps survives an import',
    {
      exportCounts: 'omitted',
      importKeepsIterationNames: 'no',
      importKeepsTrainedAt: 'no',
      importCarriesDescription: 'no',
      importKeepsOriginalPublishResourceId: 'no',
      projectStatus: 'omitted',
      unpublishedName: 'absent',
      editsBumpLastModified: 'no',
    },
  ],
  [
    'everything survives an import',
    {
      importKeepsIterationIds: 'yes',
      importKeepsTagIds: 'yes',
      importKeepsImageIds: 'yes',
      importKeepsPublishName: 'published',
      importKeepsLastModified: 'yes',
      importCarriesStorageUris: 'yes',
      importCarriesImageMetadata: 'yes',
      v33EchoesStorageUris: 'yes',
      publishBumpsLastModified: 'yes',
      workspaceIteration: 'listed',
    },
  ],
  [
    'the service refuses what it may',
    {
      updateWhileImporting: 'refused',
      deleteWhileImporting: 'refused',
      importNameTaken: 'refused',
      renameToTakenName: 'refused',
      patchOmittedMembers: 'refused',
      patchOmittedUris: 'cleared',
      tokenReusable: 'no',
      tokenValidAfterSourceDeletion: 'no',
      descriptionLimit: '256',
      projectNameLimit: '64',
    },
  ],
];

const STORAGE = 'https://integration.example';

async function live(seed: ProjectSeed): Promise<StoredProject> {
  const source = await copied(world, {
    ...seed,
    exportModelContainerUri: `${STORAGE}/model-exports`,
    notificationQueueUri: `${STORAGE}/custom-vision-notifications`,
  });
  world.primary.resource.addImages(source.id, 1, { tags: [seed.tags?.[0]?.name ?? ''] });
  await nextSweep(world);
  await expectInSync(world, source);
  const [one] = [...source.iterations.values()];
  world.primary.resource.publish(source.id, one!.id, {
    publishName: 'beta',
    predictionId: PRIMARY_PREDICTION_RESOURCE,
  });
  await nextSweep(world, 2);
  await expectInSync(world, source);
  return source;
}

const DEFAULTS: [string, Partial<Unknowns>] = ['every default', {}];

describe.each([DEFAULTS, ...CASES.filter(([name]) => !HOPELESS.has(name)), ...WORST])('with %s', (_name, unknowns) => {
  beforeEach(async () => {
    world = await startWorld({ primary: { unknowns }, secondary: { unknowns } });
  });

  it('all that is to be copied is, and nothing else is done', async () => {
    const flowers = await live(FLOWERS);
    const cars = await live(CARS);
    await world.pass(7 * 86_400);
    await world.converge(2);
    for (const source of [flowers, cars]) await expectInSync(world, source);
    expect(copies(world)).toEqual({ exports: 4, imports: 4 });
    expect(Object.keys(publishedOn(await currentCopy(world, flowers.id))).sort()).toEqual(['beta', 'production']);
    expect(Object.keys(publishedOn(await currentCopy(world, cars.id)))).toEqual(['beta']);
    for (const event of ['project.diverged', 'project.parked', 'import.discarded', 'step.failed'] as const) {
      expect(world.eventsOf(event)).toEqual([]);
    }
    expect(world.secondary.resource.projects).toHaveLength(4);
    expect(world.secondary.problems).toEqual([]);
    const names = Object.keys(unknowns) as UnknownName[];
    for (const name of names) await CIRCUMSTANCES[name]?.(world, flowers);
    await checkAtRest(world);
    // A switch that nobody looked at was not tried.
    const wasRead = (name: UnknownName) =>
      [world.primary, world.secondary].some(({ consulted }) => consulted.has(name));
    const expected = names.map((name) => [name, NEVER_PUT_TO_IT[name] === undefined]);
    expect(names.map((name) => [name, wasRead(name)])).toEqual(expected);
  });
});

it('with descriptionLimit=128 no copy is put into use, and the failure says why', async () => {
  world = await startWorld({ secondary: { unknowns: { descriptionLimit: '128' } } });
  const source = await world.primary.resource.addProject(FLOWERS);
  await nextSweep(world, 3);
  const row = await rowOf(world, source.id);
  expect(row).toMatchObject({ replica: null, failure: { code: 'BadRequestProjectDescription' } });
  expect(copies(world).imports).toBe(1);
  expect(world.secondary.consulted).toContain('descriptionLimit');
});

it.each(['256', '512', '1024', 'none'] as const)(
  'a description that is too long with its mark (%s) is shortened, and kept in the record',
  async (descriptionLimit) => {
    const unknowns = { descriptionLimit };
    world = await startWorld({ primary: { unknowns }, secondary: { unknowns } });
    const description = 'A garden of flowers. '
      .repeat(60)
      .slice(0, descriptionLimit === 'none' ? 1_000 : Number(descriptionLimit));
    const source = await copied(world, { ...FLOWERS, description });
    const copy = await currentCopy(world, source.id);
    expect(copy.description).toMatch(/\[replica of [^\n]+\]$/);
    expect((await world.record(source.id)).generations[0]?.holds.description).toBe(description);
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(1);
  },
);

it('the mark never goes into a source’s own description, nor comes along from one', async () => {
  world = await startWorld();
  const source = await copied(world);
  const { description } = await currentCopy(world, source.id);
  // Somebody copies a replica back to the primary by hand, text and all.
  const other = await copied(world, { ...FLOWERS, name: 'Back', description });
  const copy = await currentCopy(world, other.id);
  expect(copy.description.match(/\[replica of/g)).toHaveLength(1);
  expect(world.primary.resource.project(source.id).description).toBe(FLOWERS.description);
  swapLabels(world.primary, source);
  await nextSweep(world);
  await expectInSync(world, source);
});
