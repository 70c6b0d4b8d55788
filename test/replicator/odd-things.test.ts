import type { StoredProject } from '../../src/local/simulator/index.ts';
import { checkAtRest } from '../support/invariants.ts';
import {
  addRose,
  CARS,
  copied,
  copies,
  currentCopy,
  expectInSync,
  FLOWERS,
  nextSweep,
  rowOf,
  statusOf,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

/** What the service shows of one thing in a way that nobody expects is that thing's matter, and of nobody else. */

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

/** Values that the type forbids, as a service may show them all the same; what it answers with puts them right again. */
function odd(thing: object, members: Record<string, unknown>): () => void {
  const before = Object.fromEntries(Object.keys(members).map((name) => [name, Reflect.get(thing, name) as unknown]));
  Object.assign(thing, members);
  return () => void Object.assign(thing, before);
}

/** It is told, waits for its next attempt, and is as much in sync as it was last seen to be. */
async function expectTold({ id }: StoredProject, code: string, told: string): Promise<void> {
  const { sync, failure, missingSince } = await rowOf(world, id);
  expect(failure).toMatchObject({ code, needsPerson: false });
  expect(failure?.nextAttemptAt).not.toBeNull();
  expect(failure?.message).toContain(told);
  expect(['behind', 'in-sync']).toContain(sync);
  expect(missingSince).toBeNull();
  expect((await statusOf(world)).attention).toContainEqual(expect.objectContaining({ code, projectId: id }));
}

const HARMLESS: Record<string, unknown>[] = [
  { augmentationMethods: { rotation: null, flip: 'yes' } },
  { targetExportPlatforms: [null, 7] },
  { classificationType: 7 },
];

it.each(HARMLESS)('a project whose settings are %j is copied like any other', async (members) => {
  const other = await world.primary.resource.addProject(CARS);
  const source = await world.primary.resource.addProject(FLOWERS);
  odd(source, members);
  await world.converge();
  await nextSweep(world, 2);
  for (const project of [other, source]) await expectInSync(world, project);
  expect(copies(world).imports).toBe(2);
});

describe.each<[member: string, value: unknown]>([
  ['name', null],
  ['name', 7],
  ['description', {}],
  ['status', 7],
])('a project whose %s is %j', (member, value) => {
  it('is behind, and told by its id, until that is put right; the others go on', async () => {
    const other = await world.primary.resource.addProject(CARS);
    const source = await world.primary.resource.addProject(FLOWERS);
    const mend = odd(source, { [member]: value });
    await nextSweep(world, 2);
    await expectInSync(world, other);
    await expectTold(source, 'UNREADABLE_ANSWER', member);
    expect((await statusOf(world)).quota.slotsWanted).toBe(0);
    mend();
    await world.pass(86_400);
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(2);
  });

  it('is not taken for missing or unwanted, and keeps its copy and its name', async () => {
    const other = await copied(world, CARS);
    const source = await copied(world);
    world.policy = { ...world.policy, exclusionOf: ({ name }) => (/^(Flowers|Cars)$/.test(name) ? null : 'unnamed') };
    const mend = odd(source, { [member]: value });
    await nextSweep(world, 3);
    expect((await statusOf(world)).sweep.brake).toBeNull();
    await expectTold(source, 'UNREADABLE_ANSWER', member);
    expect((await rowOf(world, source.id)).name).toBe('Flowers');
    await expectInSync(world, other);
    mend();
    await world.pass(86_400);
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(2);
  });
});

it.each([null, 7])(
  'a copy whose name is %j is neither forgotten nor made again, and somebody else’s matters to nobody',
  async (value) => {
    const other = await copied(world, CARS);
    const source = await copied(world);
    const theirs = await world.secondary.resource.addProject({ name: 'Theirs' });
    odd(theirs, { name: value });
    addRose(world.primary, source);
    await nextSweep(world, 2);
    await expectInSync(world, source);
    const mend = odd(await currentCopy(world, source.id), { name: value });
    await nextSweep(world, 3);
    await expectTold(source, 'UNREADABLE_COPY', 'name');
    expect(world.eventsOf('replica.forgotten')).toEqual([]);
    await expectInSync(world, other);
    mend();
    await world.pass(86_400);
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(3);
  },
);

it('a project without an id in the list stops nobody, and makes nobody look missing', async () => {
  const other = await copied(world, CARS);
  const source = await copied(world);
  const mend = odd(source, { id: null });
  await nextSweep(world, 2);
  const { sweep, projects } = await statusOf(world);
  expect(sweep).toMatchObject({ brake: null, problem: expect.stringContaining('id cannot be read') as string });
  expect(projects.map(({ name, missingSince }) => [name, missingSince])).toEqual([
    ['Cars', null],
    ['Flowers', null],
  ]);
  await expectInSync(world, other);
  mend();
  await nextSweep(world);
  expect((await statusOf(world)).sweep.problem).toBeNull();
  await expectInSync(world, source);
  await checkAtRest(world);
});

describe('a part of a project that cannot be read', () => {
  const PARTS: [what: string, of: (source: StoredProject) => { id: string } | undefined, members: object][] = [
    ['tag', ({ tags }) => [...tags.values()][0], { name: null }],
    ['iteration', ({ iterations }) => [...iterations.values()][0], { name: 7 }],
  ];

  it.each(PARTS)('is told by its id where it is a %s, and the other projects go on', async (_what, partOf, members) => {
    const other = await world.primary.resource.addProject(CARS);
    const source = await world.primary.resource.addProject(FLOWERS);
    const part = partOf(source)!;
    const mend = odd(part, members as Record<string, unknown>);
    await nextSweep(world, 2);
    await expectTold(source, 'UNREADABLE_ANSWER', part.id);
    await expectInSync(world, other);
    mend();
    await world.pass(86_400);
    await nextSweep(world, 2);
    await expectInSync(world, source);
  });
});
