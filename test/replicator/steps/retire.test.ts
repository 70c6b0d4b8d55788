import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { checkAtRest } from '../../support/invariants.ts';
import {
  addRose,
  copied,
  copies,
  currentCopy,
  expectInSync,
  nextSweep,
  publishedOn,
  routeOf,
  storyOf,
  writesTo,
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import { PREDICTION_RESOURCE, type World } from '../../support/world.ts';

let world: World;

async function change(source: StoredProject, times = 1): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    addRose(world.primary, source);
    await nextSweep(world);
  }
}

describe.each([1, 2, 3])('GENERATIONS_TO_KEEP %d', (generationsToKeep) => {
  it('keeps that many copies, the newest, each for a reason', async () => {
    world = await startWorld({ policy: { generationsToKeep } });
    const source = await copied(world);
    await change(source, 4);
    const story = await storyOf(world, source.id);
    expect(story.copies).toHaveLength(generationsToKeep);
    for (const { kept, reason } of story.copies)
      expect([kept, reason]).toEqual([true, expect.stringMatching(/\w+ \w+/)]);
    const sizes = world.secondary.resource.projects.map(({ images }) => images.size);
    expect(sizes).toEqual(
      Array.from({ length: generationsToKeep }, (_, index) => source.images.size - index).reverse(),
    );
    expect(world.eventsOf('generation.retired')).toHaveLength(5 - generationsToKeep);
    await expectInSync(world, source);
  });
});

it('an older copy stays published for as long as it is kept', async () => {
  world = await startWorld();
  const source = await copied(world);
  const before = await currentCopy(world, source.id);
  await change(source);
  expect(publishedOn(before)).toEqual({ production: 'Iteration 2' });
});

describe('disaster recovery mode', () => {
  beforeEach(async () => {
    world = await startWorld({ policy: { generationsToKeep: 1 } });
  });

  it('on the source does not keep it from being read and copied', async () => {
    const source = await copied(world);
    addRose(world.primary, source);
    world.primary.resource.setDrMode(true);
    await nextSweep(world);
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
  });

  it.each(['the resource', 'the copy'])('on %s of the target is waited for, and said so', async (what) => {
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    world.secondary.resource.setDrMode(true, what === 'the copy' ? copy.id : undefined);
    await world.primary.resource.updateProject(source.id, { description: 'Changed' });
    await world.sweep();
    expect((await world.record(source.id)).failure).toMatchObject({
      class: 'wait',
      needsPerson: false,
      message: expect.stringContaining('disaster recovery') as string,
    });
    await world.settle(7_200);
    expect(copy.description).not.toContain('Changed');
    world.secondary.resource.setDrMode(false, what === 'the copy' ? copy.id : undefined);
    await world.settle(7_200);
    expect(copy.description).toContain('Changed');
    await nextSweep(world);
    await expectInSync(world, source);
  });

  it.each([1, 2, 3, 4, 6, 8])(
    'that begins on the target %d seconds into a copy delays it, and loses nothing',
    async (seconds) => {
      const source = await copied(world);
      addRose(world.primary, source);
      world.clock.schedule(seconds * 1_000, () => world.secondary.resource.setDrMode(true));
      await world.converge();
      await world.pass(3_600);
      await world.converge();
      world.secondary.resource.setDrMode(false);
      await nextSweep(world, 2);
      expect(copies(world).imports).toBe(2);
      await expectInSync(world, source);
    },
  );
});

describe('a project that is not ours', () => {
  /** What a person made of a replica, and what must be there still at the end, untouched. */
  async function keep(name: string, description: string): Promise<StoredProject> {
    return world.secondary.resource.addProject({ name, description, tags: [{ name: 'rose', images: 1 }] });
  }

  async function expectUntouched(theirs: StoredProject): Promise<void> {
    const before = structuredClone({ ...theirs });
    const source = world.primary.resource.projects[0]!;
    await change(source, 3);
    expect(world.secondary.resource.project(theirs.id)).toEqual(before);
    const touching = world.secondary.calls.all.filter(
      ({ path, method }) => method !== 'GET' && path.includes(theirs.id),
    );
    expect(touching).toEqual([]);
    await expectInSync(world, source);
  }

  beforeEach(async () => {
    world = await startWorld({ policy: { generationsToKeep: 1 } });
    await copied(world);
  });

  it('since a person copied it from a replica, mark and all, is never touched', async () => {
    const replica = world.secondary.resource.projectNamed('Flowers');
    await expectUntouched(await keep('Flowers (1)x', replica.description));
  });

  it('since it only quotes the mark of a replica is never touched', async () => {
    const { description } = world.secondary.resource.projectNamed('Flowers');
    await expectUntouched(await keep('Notes', `Copied from ${description}\nby hand.`));
  });

  it('since it carries the mark of another installation is never touched', async () => {
    const theirs = await keep('Others', '');
    const { description } = world.secondary.resource.projectNamed('Flowers');
    const mark = description.split('\n').at(-1)!;
    const own = mark.replace(/as [0-9a-f-]{36}/, `as ${theirs.id}`).replace(/by [0-9a-f]{8}/, 'by 00000000');
    await world.secondary.resource.updateProject(theirs.id, { description: own });
    await expectUntouched(theirs);
  });

  it('since it has a staging name of another installation is never touched', async () => {
    const { pair } = world.policy.owner;
    await expectUntouched(await keep(`cvr-${pair}-00000000-20260101t000000-abcdef`, ''));
  });

  it('since it has a staging name of another pair, as earlier versions made them, is never touched', async () => {
    await expectUntouched(await keep('cvr-00000000-20260101t000000-abcdef', ''));
  });

  it('since it has the name of an older copy is never touched', async () => {
    const { runId } = (await world.record(world.primary.resource.projects[0]!.id)).generations[0]!;
    await expectUntouched(await keep(`Flowers [replica ${runId}]x`, ''));
  });
});

describe('what somebody does to an older copy', () => {
  beforeEach(async () => {
    world = await startWorld({ policy: { generationsToKeep: 2 } });
  });

  it.each<[string, (copy: StoredProject) => void | Promise<void>]>([
    ['labels it', (project) => addRose(world.secondary, project)],
    ['trains it', ({ id }) => void world.secondary.resource.addIteration(id)],
    ['renames it', ({ id }) => world.secondary.resource.updateProject(id, { name: 'Mine now' })],
    ['takes the mark out', ({ id }) => world.secondary.resource.updateProject(id, { description: 'Mine now' })],
  ])('%s: it is theirs, and nothing is held up', async (_what, act) => {
    const source = await copied(world);
    const older = await currentCopy(world, source.id);
    await change(source);
    await act(older);
    await change(source, 2);
    expect(world.secondary.resource.projects).toContain(older);
    expect(publishedOn(older)).toEqual({ production: 'Iteration 2' });
    expect((await routeOf(world, source.id))?.secondary.projectId).not.toBe(older.id);
    expect(copies(world).imports).toBe(4);
    await expectInSync(world, source);
  });

  it('removes the mark just before it is retired: nothing is taken from it', async () => {
    const source = await copied(world);
    const older = await currentCopy(world, source.id);
    await change(source);
    const writes = writesTo(world.secondary).length;
    // The list of projects and the labels are read before; only the last look right before the deletion can tell.
    world.secondary.on('GetImages', 'before-reply', ({ path }) => {
      if (path.includes(older.id)) older.description = 'Mine now';
    });
    await change(source);
    await nextSweep(world);
    expect(world.secondary.resource.projects).toContain(older);
    expect(publishedOn(older)).toEqual({ production: 'Iteration 2' });
    expect(writesTo(world.secondary).slice(writes)).not.toContain('UnpublishIteration');
    await expectInSync(world, source);
  });
});

it('an older copy that somebody published under a name of theirs is theirs, and stays', async () => {
  world = await startWorld();
  const source = await copied(world);
  const older = await currentCopy(world, source.id);
  const [one] = [...older.iterations.values()];
  world.secondary.resource.publish(older.id, one!.id, { publishName: 'trial', predictionId: PREDICTION_RESOURCE });
  await change(source, 2);
  expect(world.secondary.resource.projects).toContain(older);
  expect(publishedOn(older)).toMatchObject({ trial: 'Iteration 1' });
  // Undone, it is ours again, and goes.
  world.secondary.resource.unpublish(older.id, one!.id);
  await world.pass(86_400);
  await nextSweep(world, 2);
  expect(world.secondary.resource.projects).not.toContain(older);
  await checkAtRest(world);
});

it('a retirement that the service refuses for a while is made up for', async () => {
  world = await startWorld({ policy: { generationsToKeep: 1 } });
  const source = await copied(world);
  const refusal = { kind: 'answer', status: 400, code: 'BadRequestIterationIsPublished' } as const;
  world.secondary.faults.order({ operation: 'DeleteProject', times: 2, ...refusal });
  await change(source);
  await nextSweep(world, 3);
  expect(world.secondary.resource.projects).toHaveLength(1);
  await expectInSync(world, source);
});
