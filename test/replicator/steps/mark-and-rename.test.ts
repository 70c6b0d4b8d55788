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
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

describe('a switch', () => {
  beforeEach(async () => {
    world = await startWorld();
  });

  it('shows at each moment by the names which copy is which', async () => {
    const source = await copied(world);
    const moments: string[][] = [];
    world.secondary.on('*', 'before-reply', () => {
      const names = world.names.map((name) =>
        name.replace(/\d{8}t\d{6}-\d{6}/, 'RUN').replace(/^cvr-[0-9a-f]{8}-[0-9a-f]{8}/, 'cvr-US'),
      );
      if (JSON.stringify(names) !== JSON.stringify(moments.at(-1))) moments.push(names);
    });
    addRose(world.primary, source);
    await nextSweep(world);
    expect(moments).toEqual([
      ['Flowers'],
      ['Flowers', 'cvr-US-RUN'],
      ['Flowers [replica RUN]', 'cvr-US-RUN'],
      ['Flowers', 'Flowers [replica RUN]'],
    ]);
  });

  it('goes in its order: mark, publish, old one predecessor, new one named, and only then routing', async () => {
    const source = await copied(world);
    const { killer } = world;
    const before = killer.effects.length;
    addRose(world.primary, source);
    await nextSweep(world);
    const order = killer.effects.slice(before).filter((effect) => /^target|^routing/.test(effect));
    expect(order).toEqual([
      'target.importProject',
      'target.updateProject',
      'target.publishIteration',
      'target.updateProject',
      'target.updateProject',
      'routing.write',
    ]);
  });
});

describe.each(['refused', 'allowed'] as const)(
  'where somebody else holds the name, renameToTakenName %s',
  (renameToTakenName) => {
    beforeEach(async () => {
      world = await startWorld({ secondary: { unknowns: { renameToTakenName } } });
    });

    it('the copy is usable under a name with its own id, and takes the name once it is free', async () => {
      const stranger = await world.secondary.resource.addProject({ name: 'Flowers', description: 'mine' });
      const source = await world.primary.resource.addProject(FLOWERS);
      await world.converge();
      const copy = await currentCopy(world, source.id);
      expect(copy.name).toBe(`Flowers [replica ${copy.id.slice(0, 8)}]`);
      await nextSweep(world, 2);
      await expectInSync(world, source);
      expect(world.secondary.resource.project(stranger.id)).toMatchObject({ name: 'Flowers', description: 'mine' });

      await world.secondary.resource.updateProject(stranger.id, { name: 'My flowers' });
      await nextSweep(world);
      expect(copy.name).toBe('Flowers');
      expect(copies(world).imports).toBe(1);
      expect(world.eventsOf('project.diverged')).toEqual([]);
      await expectInSync(world, source);
    });

    it('further copies do without the name as well, and the current one alone is in routing', async () => {
      await world.secondary.resource.addProject({ name: 'Flowers' });
      const source = await world.primary.resource.addProject(FLOWERS);
      await world.converge();
      addRose(world.primary, source);
      await nextSweep(world, 2);
      const { replicaProjectId, name } = await currentOf(world, source.id);
      expect(name).toBe(`Flowers [replica ${replicaProjectId.slice(0, 8)}]`);
      expect((await routeOf(world, source.id))?.secondary.projectId).toBe(replicaProjectId);
      expect(world.secondary.resource.projects).toHaveLength(3);
      await expectInSync(world, source);
    });

    it('a name that is taken in the very moment of the switch does not block it', async () => {
      const source = await world.primary.resource.addProject(FLOWERS);
      const stop = world.secondary.on('PublishIteration', 'after-reply', () => {
        stop();
        // It comes after the list of projects was read, and before the copy is renamed.
        const rename = world.secondary.on('UpdateProject', 'before-effect', async () => {
          rename();
          await world.secondary.resource.addProject({ name: 'Flowers' });
        });
      });
      await world.converge();
      await nextSweep(world, 2);
      await expectInSync(world, source);
      const copy = await currentCopy(world, source.id);
      expect(copy.name).toBe(`Flowers [replica ${copy.id.slice(0, 8)}]`);
      expect(copies(world).imports).toBe(1);
    });
  },
);

describe('a source that is renamed', () => {
  beforeEach(async () => {
    world = await startWorld();
  });

  it('to the name that another source had has both copies follow', async () => {
    const flowers = await copied(world);
    const trees = await copied(world, { ...FLOWERS, name: 'Trees' });
    const { resource } = world.primary;
    await resource.updateProject(flowers.id, { name: 'Plants' });
    await resource.updateProject(trees.id, { name: 'Flowers' });
    await nextSweep(world, 3);
    expect((await currentCopy(world, flowers.id)).name).toBe('Plants');
    expect((await currentCopy(world, trees.id)).name).toBe('Flowers');
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, flowers);
    await expectInSync(world, trees);
  });

  it('to and fro between two sources has both copies exchange their names', async () => {
    const flowers = await copied(world);
    const trees = await copied(world, { ...FLOWERS, name: 'Trees' });
    const { resource } = world.primary;
    await resource.updateProject(flowers.id, { name: 'Plants' });
    await resource.updateProject(trees.id, { name: 'Flowers' });
    await resource.updateProject(flowers.id, { name: 'Trees' });
    await nextSweep(world, 4);
    expect((await currentCopy(world, flowers.id)).name).toBe('Trees');
    expect((await currentCopy(world, trees.id)).name).toBe('Flowers');
    await expectInSync(world, flowers);
    await expectInSync(world, trees);
  });

  it('and changed at once gets a copy of the new name, and the old one keeps what it was', async () => {
    const source = await copied(world);
    await world.primary.resource.updateProject(source.id, { name: 'Blossoms' });
    addRose(world.primary, source);
    await nextSweep(world);
    expect(world.names).toEqual(['Blossoms', 'Flowers']);
    await expectInSync(world, source);
    addRose(world.primary, source);
    await nextSweep(world);
    expect(world.names).toEqual(['Blossoms', expect.stringMatching(/^Blossoms \[replica /)]);
  });
});

it.each(['64', '128', '256'] as const)(
  'names as long as the service allows (%s) are copied and switched',
  async (projectNameLimit) => {
    const unknowns = { projectNameLimit };
    world = await startWorld({ primary: { unknowns }, secondary: { unknowns } });
    const name = 'Flowers of the whole garden, '.repeat(10).slice(0, Number(projectNameLimit));
    const source = await copied(world, { ...FLOWERS, name });
    addRose(world.primary, source);
    await nextSweep(world);
    expect((await currentCopy(world, source.id)).name).toBe(name);
    expect(world.names.filter((other) => other !== name)).toEqual([expect.stringContaining('[replica ')]);
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
  },
);

it('two sources of one name have a copy each', async () => {
  world = await startWorld({ primary: { unknowns: { renameToTakenName: 'allowed' } } });
  const one = await world.primary.resource.addProject(FLOWERS);
  const other = await world.primary.resource.addProject({ ...FLOWERS, name: 'Trees' });
  await world.primary.resource.updateProject(other.id, { name: 'Flowers' });
  await world.converge();
  await nextSweep(world, 2);
  await expectInSync(world, one);
  await expectInSync(world, other);
  expect(copies(world).imports).toBe(2);
});
