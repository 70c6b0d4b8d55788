import type { FaultOrder, Simulator, StoredProject } from '../../src/local/simulator/index.ts';
import { isFailure } from '../../src/core/facts/failure.ts';
import {
  addRose,
  copied,
  currentCopy,
  expectInSync,
  FLOWERS,
  nextSweep,
  publishedOn,
  rowOf,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import { PRIMARY_PREDICTION_RESOURCE, type World } from '../support/world.ts';

/**
 * Every call that replication makes meets every way to fail, once: it heals by itself, and ends with one copy.
 */

let world: World;

beforeEach(async () => {
  world = await startWorld({ policy: { generationsToKeep: 1 } });
});

const KINDS: readonly (readonly [string, object])[] = [
  ['500', { kind: 'answer', status: 500 }],
  ['a page of HTML with 503', { kind: 'answer', status: 503, shape: 'html' }],
  ['500 after it took effect', { kind: 'answer', status: 500, effect: 'done' }],
  ['429 told by a header', { kind: 'throttle', afterInSeconds: 5, toldBy: 'header' }],
  ['429 told in words', { kind: 'throttle', afterInSeconds: 120, toldBy: 'text' }],
  ['a connection that breaks before', { kind: 'drop', effect: 'none' }],
  ['a connection that breaks after', { kind: 'drop', effect: 'done' }],
  ['an answer that breaks off', { kind: 'truncate' }],
  ['an answer that is no JSON', { kind: 'not-json' }],
];

const READS = ['GetProjects', 'GetProject', 'GetTags', 'GetIterations', 'GetImageCount', 'GetImages'] as const;
const WRITES = ['ImportProject', 'UpdateProject', 'PublishIteration', 'UnpublishIteration', 'DeleteProject'] as const;
const PRIMARY = [...READS, 'ExportProject'];
const SECONDARY = [...READS, ...WRITES];

function order(simulator: Simulator, operation: string, fault: object): void {
  simulator.faults.order({ operation, ...fault } as FaultOrder);
}

/** A sweep that fails is tried again by the next one, as it is by the timer. */
async function sweepsUntilAllIsWell(count: number): Promise<void> {
  for (let sweeps = 0; sweeps < count; sweeps += 1) {
    await nextSweep(world).catch((error: unknown) => {
      if (!isFailure(error)) throw error;
    });
    await world.settle(7_200);
  }
}

/** First copy, another one with the first retired, and a publication that moves: every call is made. */
async function wholeLife(disturb: () => void): Promise<StoredProject> {
  disturb();
  const source = await world.primary.resource.addProject(FLOWERS);
  await sweepsUntilAllIsWell(2);
  disturb();
  addRose(world.primary, source);
  await sweepsUntilAllIsWell(2);
  disturb();
  const [one, two] = [...source.iterations.values()];
  world.primary.resource.unpublish(source.id, two!.id);
  world.primary.resource.publish(source.id, one!.id, {
    publishName: 'live',
    predictionId: PRIMARY_PREDICTION_RESOURCE,
  });
  await sweepsUntilAllIsWell(2);
  return source;
}

async function expectOneGoodCopy(source: StoredProject): Promise<void> {
  await expectInSync(world, source);
  expect(world.names).toEqual(['Flowers']);
  expect(publishedOn(await currentCopy(world, source.id))).toEqual({ live: 'Iteration 1' });
}

describe.each(KINDS)('%s', (_name, fault) => {
  it.each([
    ['primary', PRIMARY],
    ['secondary', SECONDARY],
  ] as const)('is healed from, met by every operation of the %s in turn', async (side, operations) => {
    const source = await wholeLife(() => operations.forEach((operation) => order(world[side], operation, fault)));
    await expectOneGoodCopy(source);
    expect(world.primary.problems.concat(world.secondary.problems)).toEqual([]);
  });

  it.each(WRITES)('is healed from, met by %s alone', async (operation) => {
    const source = await wholeLife(() => order(world.secondary, operation, fault));
    await expectOneGoodCopy(source);
    expect(world.secondary.faults.list.length).toBeLessThan(3);
  });
});

describe.each([
  ['primary', 'ExportProject'],
  ['primary', 'GetTags'],
  ['secondary', 'ImportProject'],
  ['secondary', 'UpdateProject'],
  ['secondary', 'PublishIteration'],
  ['secondary', 'GetImages'],
] as const)('on the %s, %s', (side, operation) => {
  it.each([401, 403])(
    'that is refused with %d parks the project, names the resource, and heals when that is mended',
    async (status) => {
      const source = await world.primary.resource.addProject(FLOWERS);
      order(world[side], operation, { kind: 'answer', status, shape: 'nested', code: String(status), times: 'always' });
      await nextSweep(world, 2);
      const row = await rowOf(world, source.id);
      expect(row).toMatchObject({ sync: 'parked', failure: { needsPerson: true, nextAttemptAt: null } });
      expect(row.failure?.message).toContain(new URL(world[side].url).host);
      expect(row.failure?.hint).toMatch(/key|role/);
      expect(world.eventsOf('project.parked').length).toBeGreaterThan(0);
      world[side].faults.clear();
      await nextSweep(world, 2);
      await expectInSync(world, source);
      expect(world.names).toEqual(['Flowers']);
    },
  );

  it('that fails all the time is tried ever more rarely, and heals', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    order(world[side], operation, { kind: 'answer', status: 500, times: 'always' });
    await world.sweep();
    await world.settle(6 * 3_600);
    const { failure } = await world.record(source.id);
    expect(failure).toMatchObject({ needsPerson: false });
    expect(failure?.nextAttemptAt).not.toBeNull();
    expect(world[side].calls.of(operation).length).toBeLessThan(300);
    world[side].faults.clear();
    await world.settle(7_200);
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(world.names).toEqual(['Flowers']);
  });
});

it('one project’s failure holds up no other', async () => {
  const bad = await world.primary.resource.addProject({ ...FLOWERS, name: 'Bad' });
  const others: StoredProject[] = [];
  for (const name of ['One', 'Two', 'Three'])
    others.push(await world.primary.resource.addProject({ ...FLOWERS, name }));
  for (const operation of ['GetTags', 'ExportProject']) {
    order(world.primary, operation, { kind: 'answer', status: 500, times: 'always', pathContains: bad.id });
  }
  await world.sweep();
  await world.settle(60);
  for (const other of others) await expectInSync(world, other);
  expect((await rowOf(world, bad.id)).failure).toMatchObject({ needsPerson: false });
});

it('the project that was in sync the longest ago is looked at first', async () => {
  const sources = [await copied(world), await copied(world, { ...FLOWERS, name: 'Trees' })];
  await world.pass(60);
  const third = await world.primary.resource.addProject({ ...FLOWERS, name: 'Cars' });
  for (const project of sources) addRose(world.primary, project);
  const before = world.primary.calls.of('ExportProject').length;
  await nextSweep(world);
  const exported = world.primary.calls
    .of('ExportProject')
    .slice(before)
    .map(({ path }) => path.split('/')[5]);
  expect(exported).toEqual([third.id, ...sources.map(({ id }) => id)]);
});

test('what support asks for is kept with a failure, told and shown', async () => {
  const source = await world.primary.resource.addProject(FLOWERS);
  order(world.primary, 'GetTags', { kind: 'answer', status: 403, code: 'Forbidden', times: 'always' });
  await nextSweep(world);
  const call = world.primary.calls.of('GetTags').at(-1);
  expect(call?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  const { requestId } = call ?? {};
  expect((await world.record(source.id)).failure).toMatchObject({ code: 'Forbidden', requestId });
  expect((await rowOf(world, source.id)).failure).toMatchObject({ requestId });
  expect(world.eventsOf('project.parked')).toEqual([expect.objectContaining({ requestId })]);
});
