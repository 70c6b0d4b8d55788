import type { StoredProject } from '../../src/local/simulator/index.ts';
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
  statusOf,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

function strangers(count: number): Promise<StoredProject[]> {
  const names = Array.from({ length: count }, (_, index) => `Somebody’s ${index}`);
  return Promise.all(names.map((name) => world.secondary.resource.addProject({ name })));
}

describe('a full target', () => {
  it('has a project wait, with a plain explanation, and copies it once there is room', async () => {
    world = await startWorld({ policy: { targetProjectLimit: 3 } });
    const theirs = await strangers(3);
    const source = await world.primary.resource.addProject(FLOWERS);
    await nextSweep(world, 2);
    const row = await rowOf(world, source.id);
    expect(row).toMatchObject({ sync: 'behind', failure: { code: 'NO_FREE_SLOT', needsPerson: false } });
    expect(row.failure?.message).toContain('3 of 3');
    expect(row.failure?.hint).toMatch(/Delete projects/);
    expect(row.failure?.nextAttemptAt).not.toBeNull();
    expect(copies(world)).toEqual({ exports: 0, imports: 0 });
    expect(world.secondary.resource.projects).toEqual(theirs);
    expect((await statusOf(world)).quota).toMatchObject({
      targetProjects: 3,
      targetProjectLimit: 3,
      freeSlots: 0,
      waitingForFirstCopy: 1,
    });

    world.secondary.resource.removeProject(theirs[0]!.id);
    await nextSweep(world);
    await expectInSync(world, source);
  });

  it('is told of before it is full', async () => {
    world = await startWorld({ policy: { targetProjectLimit: 10 } });
    await strangers(8);
    await copied(world);
    expect(world.eventsOf('quota.low')).toEqual([]);
    await nextSweep(world);
    expect(world.eventsOf('quota.low')).toMatchObject([{ targetProjects: 9, targetProjectLimit: 10, waiting: 0 }]);
  });

  it('has a project give up its own older copies, never the one in use', async () => {
    world = await startWorld({ policy: { targetProjectLimit: 2, generationsToKeep: 3 } });
    const source = await copied(world);
    for (let round = 0; round < 3; round += 1) {
      addRose(world.primary, source);
      await nextSweep(world);
      await expectInSync(world, source);
    }
    expect(world.secondary.resource.projects).toHaveLength(2);
    expect(copies(world).imports).toBe(4);
  });

  it('leaves the last good copy in use where there is no room for the next', async () => {
    world = await startWorld({ policy: { targetProjectLimit: 1 } });
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    addRose(world.primary, source);
    await nextSweep(world, 3);
    expect(world.secondary.resource.projects).toEqual([copy]);
    expect((await routeOf(world, source.id))?.secondary.projectId).toBe(copy.id);
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'behind', failure: { code: 'NO_FREE_SLOT' } });
    expect(copies(world).imports).toBe(1);
  });
});

describe('where slots are short', () => {
  it('the oldest spare copy of another project is given up, and no more than is needed', async () => {
    world = await startWorld({ policy: { targetProjectLimit: 5, generationsToKeep: 3 } });
    const rich = await copied(world);
    addRose(world.primary, rich);
    await nextSweep(world);
    addRose(world.primary, rich);
    await nextSweep(world);
    const other = await copied(world, { ...FLOWERS, name: 'Trees' });
    addRose(world.primary, other);
    await nextSweep(world);
    expect(world.secondary.resource.projects).toHaveLength(5);
    const oldest = (await world.record(rich.id)).generations[0]!;

    const poor = await world.primary.resource.addProject({ ...FLOWERS, name: 'Cars' });
    await nextSweep(world);
    for (const source of [rich, other, poor]) await expectInSync(world, source);
    expect(world.eventsOf('generation.retired')).toMatchObject([{ replicaProjectId: oldest.replicaProjectId }]);
    expect((await world.record(rich.id)).generations).toHaveLength(2);
    expect((await world.record(other.id)).generations).toHaveLength(2);
  });

  it('each of several projects gets its copy', async () => {
    world = await startWorld({ policy: { targetProjectLimit: 4 } });
    const first = [await copied(world), await copied(world, { ...FLOWERS, name: 'Trees' })];
    first.forEach((source) => addRose(world.primary, source));
    await nextSweep(world);
    expect(world.secondary.resource.projects).toHaveLength(4);
    const late = await Promise.all(
      ['Cars', 'Boats'].map((name) => world.primary.resource.addProject({ ...FLOWERS, name })),
    );
    await nextSweep(world, 2);
    for (const source of [...first, ...late]) await expectInSync(world, source);
    expect(world.secondary.resource.projects).toHaveLength(4);
  });

  it('a copy that somebody changed is not given up', async () => {
    world = await startWorld({ policy: { targetProjectLimit: 2 } });
    const source = await copied(world);
    const older = await currentCopy(world, source.id);
    addRose(world.primary, source);
    await nextSweep(world);
    addRose(world.secondary, older);
    const waiting = await world.primary.resource.addProject({ ...FLOWERS, name: 'Cars' });
    await nextSweep(world, 2);
    expect(world.secondary.resource.projects).toContain(older);
    expect((await rowOf(world, waiting.id)).failure?.code).toBe('NO_FREE_SLOT');
  });
});

describe('where the service holds fewer projects than the setting says', () => {
  it('its refusal lowers the limit for a day', async () => {
    world = await startWorld({ secondary: { limits: { projects: 3 } } });
    await strangers(3);
    const source = await world.primary.resource.addProject(FLOWERS);
    await nextSweep(world, 3);
    expect(copies(world).imports).toBe(1);
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'behind', failure: { code: 'NO_FREE_SLOT' } });
    expect((await statusOf(world)).quota).toMatchObject({ targetProjectLimit: 3, freeSlots: 0 });
    await world.pass(86_400);
    await world.converge();
    expect(copies(world).imports).toBe(2);
  });

  it('room that a person makes is used at once', async () => {
    world = await startWorld({ secondary: { limits: { projects: 3 } } });
    const [first] = await strangers(3);
    const source = await world.primary.resource.addProject(FLOWERS);
    await nextSweep(world);
    world.secondary.resource.removeProject(first!.id);
    await nextSweep(world);
    await expectInSync(world, source);
  });

  it('an import that ends Failed at the limit is the quota’s, not the copy’s', async () => {
    world = await startWorld({
      secondary: { limits: { projects: 3 }, unknowns: { importAtLimit: 'failed' } },
      policy: { targetProjectLimit: 4 },
    });
    const theirs = await strangers(3);
    const source = await world.primary.resource.addProject(FLOWERS);
    await world.sweep();
    await world.settle(60);
    expect((await world.record(source.id)).failure).toMatchObject({ class: 'quota', code: 'IMPORT_FAILED_AT_LIMIT' });
    expect(world.secondary.resource.projects).toEqual(theirs);
    world.secondary.resource.removeProject(theirs[0]!.id);
    await nextSweep(world);
    await expectInSync(world, source);
  });
});

it('two projects that want the last slot at once do not undo each other', async () => {
  world = await startWorld({ secondary: { limits: { projects: 1 } }, policy: { targetProjectLimit: 1 } });
  const sources = [
    await world.primary.resource.addProject(FLOWERS),
    await world.primary.resource.addProject({ ...FLOWERS, name: 'Trees' }),
  ];
  await nextSweep(world, 3);
  const rows = await Promise.all(sources.map(({ id }) => rowOf(world, id)));
  expect(rows.map(({ sync }) => sync).sort()).toEqual(['behind', 'in-sync']);
  expect(world.secondary.resource.projects).toHaveLength(1);
  const copy = rows.find(({ sync }) => sync === 'in-sync');
  expect((await currentOf(world, copy!.id)).replicaProjectId).toBe(world.secondary.resource.projects[0]?.id);
});
