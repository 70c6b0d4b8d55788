import { updateSweepState } from '../../../src/replicator/documents.ts';
import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { checkAtRest } from '../../support/invariants.ts';
import {
  copies,
  currentCopy,
  expectInSync,
  FLOWERS,
  nextSweep,
  routeOf,
  rowOf,
  statusOf,
  writesTo,
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

async function copiedMany(count: number): Promise<StoredProject[]> {
  const sources: StoredProject[] = [];
  for (let index = 0; index < count; index += 1) {
    sources.push(
      await world.primary.resource.addProject({ name: `Project ${index}`, tags: [{ name: 'rose', images: 1 }] }),
    );
  }
  await world.converge();
  return sources;
}

/** What POST /api/brake/confirm leaves. */
async function confirmBrake(): Promise<void> {
  const confirmedAt = new Date(world.clock.now()).toISOString();
  await updateSweepState(world.store, { now: () => new Date(world.clock.now()) }, (state) => ({
    ...state,
    brake: state.brake && { ...state.brake, confirmedAt },
  }));
}

function remove(sources: readonly StoredProject[]): void {
  for (const { id } of sources) world.primary.resource.removeProject(id);
}

describe('a project that disappears from the primary', () => {
  it('keeps its copy and its route, and is shown as missing since then', async () => {
    const [gone, ...others] = await copiedMany(6);
    const copy = await currentCopy(world, gone!.id);
    const writes = writesTo(world.secondary).length;
    await world.pass(100);
    remove([gone!]);
    const goneAt = world.clock.now();
    await nextSweep(world, 3);
    const row = await rowOf(world, gone!.id);
    expect(row).toMatchObject({ sync: 'source-missing', replica: { projectId: copy.id }, failure: null });
    expect(Date.parse(row.missingSince ?? '')).toBeGreaterThanOrEqual(goneAt);
    expect((await routeOf(world, gone!.id))?.secondary.projectId).toBe(copy.id);
    expect(writesTo(world.secondary)).toHaveLength(writes);
    expect((await statusOf(world)).summary).toMatchObject({ inScope: 5, protected: 5 });
    for (const other of others) await expectInSync(world, other);
  });

  it('is in order again where it comes back', async () => {
    const [gone] = await copiedMany(3);
    world.primary.faults.order({ operation: 'GetProjects', kind: 'stale' });
    remove([]);
    await nextSweep(world);
    await expectInSync(world, gone!);
    expect((await rowOf(world, gone!.id)).missingSince).toBeNull();
  });

  it.each([1, 3, 4, 6])(
    '%d seconds into its copy leaves a complete copy or none, and nothing astray',
    async (seconds) => {
      const [source] = await copiedMany(3);
      world.primary.resource.addTag(source!.id, { name: 'daisy' });
      await world.pass(1_800);
      world.clock.schedule(seconds * 1_000, () => remove([source!]));
      await world.converge();
      await nextSweep(world, 3);
      expect((await world.record(source!.id)).run).toBeNull();
      expect((await rowOf(world, source!.id)).sync).toBe('source-missing');
      expect(await routeOf(world, source!.id)).not.toBeNull();
      await checkAtRest(world);
    },
  );

  it('during its copy, with every message lost, leaves nothing astray either', async () => {
    const [source] = await copiedMany(3);
    world.primary.resource.addTag(source!.id, { name: 'daisy' });
    await world.pass(1_800);
    await world.sweep();
    remove([source!]);
    world.queue.takeDue(new Date(world.clock.now() + 86_400_000));
    await nextSweep(world, 3);
    expect((await world.record(source!.id)).run).toBeNull();
    expect(world.names.filter((name) => name.startsWith('cvr-'))).toEqual([]);
    await checkAtRest(world);
  });
});

describe('the brake', () => {
  it.each<[string, number, number]>([
    ['is empty', 5, 5],
    ['lacks more than a fifth', 10, 3],
    ['lacks two of five', 5, 2],
  ])('holds where the list %s: nothing is marked, and one event is raised', async (_what, count, gone) => {
    const sources = await copiedMany(count);
    const writes = writesTo(world.secondary).length;
    remove(sources.slice(0, gone));
    await nextSweep(world, 3);
    const status = await statusOf(world);
    expect(status.projects.map(({ missingSince }) => missingSince)).toEqual(sources.map(() => null));
    expect(status.sweep.brake).toMatchObject({ accepted: count, missing: gone, confirmedAt: null });
    expect(status.sweep.problem).toMatch(/brake\/confirm/);
    expect(status.projects.map(({ sync }) => sync)).not.toContain('source-missing');
    expect(world.eventsOf('brake.tripped')).toHaveLength(1);
    expect(writesTo(world.secondary)).toHaveLength(writes);
  });

  it.each<[string, number, number]>([
    ['one of four', 4, 1],
    ['a fifth', 10, 2],
  ])('does not hold where %s is gone', async (_what, count, gone) => {
    const sources = await copiedMany(count);
    remove(sources.slice(0, gone));
    await nextSweep(world);
    const { sweep, projects } = await statusOf(world);
    expect(sweep.brake).toBeNull();
    expect(projects.filter(({ sync }) => sync === 'source-missing')).toHaveLength(gone);
  });

  it('holds where all ids are others, as of another account, and copies none of those', async () => {
    const sources = await copiedMany(4);
    for (const { id } of sources) world.primary.resource.removeProject(id);
    for (let index = 0; index < 4; index += 1)
      await world.primary.resource.addProject({ ...FLOWERS, name: `Theirs ${index}` });
    const before = copies(world);
    await nextSweep(world, 2);
    expect(copies(world)).toEqual(before);
    expect(world.names).toEqual(sources.map(({ name }) => name));
    expect((await statusOf(world)).sweep.brake).toMatchObject({ missing: 4 });
  });

  it('lets those go on that are still listed', async () => {
    const sources = await copiedMany(5);
    remove(sources.slice(0, 3));
    world.primary.resource.addTag(sources[4]!.id, { name: 'daisy' });
    await nextSweep(world);
    expect((await statusOf(world)).sweep.brake).not.toBeNull();
    await expectInSync(world, sources[4]!);
  });

  it('is released by a good list', async () => {
    const sources = await copiedMany(5);
    const broken = { operation: 'GetProjects', kind: 'answer', status: 401, code: '401' } as const;
    world.primary.faults.order({ ...broken, times: 1 });
    await expect(world.sweep()).rejects.toMatchObject({ class: 'auth' });
    world = await startWorld();
    // The list was stale from before there was anything, and is good again in the next sweep.
    world.primary.faults.order({ operation: 'GetProjects', kind: 'stale', skip: 1 });
    const again = await copiedMany(sources.length);
    await nextSweep(world);
    expect((await statusOf(world)).sweep.brake).toMatchObject({ missing: 5 });
    await nextSweep(world);
    expect((await statusOf(world)).sweep).toMatchObject({ brake: null, problem: null });
    expect(world.eventsOf('brake.released')).toMatchObject([{ confirmed: false }]);
    for (const source of again) await expectInSync(world, source);
  });

  it('is released by a person who says that the list is right', async () => {
    const sources = await copiedMany(5);
    remove(sources.slice(0, 3));
    await nextSweep(world);
    await confirmBrake();
    await nextSweep(world);
    const { sweep, projects } = await statusOf(world);
    expect(sweep).toMatchObject({ brake: null, problem: null });
    expect(projects.filter(({ sync }) => sync === 'source-missing')).toHaveLength(3);
    expect(world.eventsOf('brake.released')).toMatchObject([{ confirmed: true }]);
    expect(world.secondary.resource.projects).toHaveLength(5);
  });
});
