import type { StoredProject, Unknowns } from '../../src/local/simulator/index.ts';
import { isReplicaOf } from '../../src/core/content/mark.ts';
import { addRose, copied, copies, currentCopy, expectInSync, FLOWERS, nextSweep, rowOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

/** What a service may make of a description that it takes without a word: the mark is in it. */

let world: World;

const LONG = 'What grows\nin the garden,\n\n  and when.  '.repeat(40);

async function expectMarked(source: StoredProject): Promise<void> {
  await expectInSync(world, source);
  const copy = await currentCopy(world, source.id);
  expect(isReplicaOf(copy, source.id, world.policy.owner)).toBe(true);
}

function expectNobodyBlamed(): void {
  for (const ended of world.eventsOf('run.ended')) expect(ended).toMatchObject({ code: 'PROTECTED' });
  expect(world.eventsOf('replica.forgotten')).toEqual([]);
  expect(world.eventsOf('project.diverged')).toEqual([]);
}

describe.each<[string, Partial<Unknowns>]>([
  ['makes one line of it', { descriptionWhiteSpace: 'joined' }],
  ['ends its lines otherwise', { descriptionWhiteSpace: 'crlf' }],
  ['keeps 512 characters of it', { descriptionKept: '512' }],
  ['keeps 256 characters of it', { descriptionKept: '256' }],
  ['keeps 256 characters of one line', { descriptionKept: '256', descriptionWhiteSpace: 'joined' }],
  ['keeps 256 characters and refuses more than 512', { descriptionKept: '256', descriptionLimit: '512' }],
])('a service that %s', (_name, unknowns) => {
  beforeEach(async () => {
    world = await startWorld({ secondary: { unknowns } });
  });

  it('has copies that are known as ours, and that follow their source', async () => {
    const source = await copied(world, { ...FLOWERS, description: LONG });
    await expectMarked(source);
    addRose(world.primary, source);
    await nextSweep(world, 2);
    await expectMarked(source);
    await world.primary.resource.updateProject(source.id, { description: `New.\n${LONG}` });
    await nextSweep(world, 2);
    await expectMarked(source);
    expect((await currentCopy(world, source.id)).description).toMatch(/^New\.\s/);
    expect(copies(world).imports).toBe(2);
    expectNobodyBlamed();
  });

  it('has copies that come back into a record that was lost', async () => {
    const source = await copied(world, { ...FLOWERS, description: LONG });
    world.store.delete(`records/${source.id}.json`);
    await nextSweep(world, 2);
    await expectMarked(source);
    expect(copies(world).imports).toBe(1);
  });
});

it('a description is shortened to what the service keeps, and no further', async () => {
  world = await startWorld({ secondary: { unknowns: { descriptionKept: '512' } } });
  const source = await copied(world, { ...FLOWERS, description: 'x'.repeat(2_000) });
  expect((await currentCopy(world, source.id)).description).toHaveLength(512);
});

describe('a service that keeps less of a description than a mark', () => {
  let isCutting: boolean;

  beforeEach(async () => {
    world = await startWorld();
    isCutting = false;
    world.secondary.on('UpdateProject', 'before-reply', ({ path }) => {
      const project = world.secondary.resource.projects.find(({ id }) => path.includes(id));
      if (isCutting && project !== undefined) project.description = project.description.slice(0, 100);
    });
  });

  it('is told by name, and its copy stays ours: it goes into use once its mark stands', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    isCutting = true;
    await nextSweep(world, 3);
    const { failure, replica } = await rowOf(world, source.id);
    expect({ failure, replica }).toMatchObject({ failure: { code: 'MARK_NOT_KEPT' }, replica: null });
    expectNobodyBlamed();
    isCutting = false;
    await world.pass(86_400);
    await nextSweep(world, 2);
    await expectMarked(source);
    expect(copies(world).imports).toBe(1);
    expectNobodyBlamed();
  });

  it('costs a copy in use no mark that it had', async () => {
    const source = await copied(world);
    const { description } = await currentCopy(world, source.id);
    isCutting = true;
    // Only what is new is cut: what was there before the service began to, may be put back.
    world.secondary.on('UpdateProject', 'before-reply', ({ path }) => {
      const project = world.secondary.resource.projects.find(({ id }) => path.includes(id));
      if (project !== undefined && description.startsWith(project.description)) project.description = description;
    });
    await world.primary.resource.updateProject(source.id, { description: 'Other flowers' });
    await nextSweep(world, 2);
    expect((await rowOf(world, source.id)).failure?.code).toBe('MARK_NOT_KEPT');
    expect((await currentCopy(world, source.id)).description).toBe(description);
    expectNobodyBlamed();
    isCutting = false;
    await world.pass(86_400);
    await nextSweep(world, 2);
    await expectMarked(source);
    expect(copies(world).imports).toBe(1);
  });
});
