import type { StoredProject } from '../../../src/local/simulator/index.ts';
import {
  addRose,
  copied,
  copies,
  currentCopy,
  currentOf,
  expectInSync,
  FLOWERS,
  nextSweep,
  publishedOn,
  routeOf,
  rowOf,
  statusOf,
  writesTo,
} from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import { PREDICTION_RESOURCE, PRIMARY_PREDICTION_RESOURCE, type World } from '../../support/world.ts';

let world: World;

function publishAs(source: StoredProject, name: string, publishName: string): void {
  const iteration = [...source.iterations.values()].find((candidate) => candidate.name === name);
  world.primary.resource.publish(source.id, iteration?.id ?? '', {
    publishName,
    predictionId: PRIMARY_PREDICTION_RESOURCE,
  });
}

function unpublish(source: StoredProject, name: string): void {
  const iteration = [...source.iterations.values()].find((candidate) => candidate.name === name);
  world.primary.resource.unpublish(source.id, iteration?.id ?? '');
}

/** Each changes what `production` of Iteration 2 was, and says what is published then. */
const CHANGES: readonly [string, (source: StoredProject) => void, Record<string, string>][] = [
  [
    'a further iteration is published',
    (source) => publishAs(source, 'Iteration 1', 'beta'),
    { production: 'Iteration 2', beta: 'Iteration 1' },
  ],
  ['a publication ends', (source) => unpublish(source, 'Iteration 2'), {}],
  [
    'a publication is renamed',
    (source) => {
      unpublish(source, 'Iteration 2');
      publishAs(source, 'Iteration 2', 'live');
    },
    { live: 'Iteration 2' },
  ],
  [
    'a name moves to another iteration',
    (source) => {
      unpublish(source, 'Iteration 2');
      publishAs(source, 'Iteration 1', 'production');
    },
    { production: 'Iteration 1' },
  ],
  [
    'two iterations exchange their names',
    (source) => {
      unpublish(source, 'Iteration 2');
      publishAs(source, 'Iteration 1', 'production');
      publishAs(source, 'Iteration 2', 'old');
    },
    { production: 'Iteration 1', old: 'Iteration 2' },
  ],
];

describe.each(['no', 'shown', 'published'] as const)('with importKeepsPublishName %s', (importKeepsPublishName) => {
  beforeEach(async () => {
    world = await startWorld({ secondary: { unknowns: { importKeepsPublishName } } });
  });

  it('each published iteration is published under the same name, by our own call', async () => {
    const source = await copied(world);
    expect(publishedOn(await currentCopy(world, source.id))).toEqual({ production: 'Iteration 2' });
    const calls = world.secondary.calls.of('PublishIteration');
    expect(calls.map(({ path }) => decodeURIComponent(path))).toEqual([expect.stringContaining(PREDICTION_RESOURCE)]);
    expect(await routeOf(world, source.id)).toMatchObject({
      primary: { publishNames: ['production'] },
      secondary: { publishNames: ['production'] },
    });
    expect((await rowOf(world, source.id)).readiness).toMatchObject({ state: 'ready', reasons: [] });
    expect((await statusOf(world)).summary.readyToFailOver).toBe(true);
  });

  it.each(CHANGES)('the copy follows without a new import where %s', async (_name, change, expected) => {
    const source = await copied(world);
    change(source);
    await nextSweep(world);
    expect(publishedOn(await currentCopy(world, source.id))).toEqual(expected);
    expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual(Object.keys(expected).sort());
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
    await expectInSync(world, source);
    const writes = writesTo(world.secondary).length;
    await nextSweep(world, 2);
    expect(writesTo(world.secondary)).toHaveLength(writes);
  });

  it('a new copy is published as the source is then', async () => {
    const source = await copied(world);
    publishAs(source, 'Iteration 1', 'beta');
    addRose(world.primary, source);
    await nextSweep(world);
    expect(publishedOn(await currentCopy(world, source.id))).toEqual({
      beta: 'Iteration 1',
      production: 'Iteration 2',
    });
    await expectInSync(world, source);
  });
});

describe('without a prediction resource', () => {
  it('a copy is protected, not ready to fail over, and says why', async () => {
    world = await startWorld({ policy: { predictionResourceId: null } });
    const source = await copied(world);
    expect(writesTo(world.secondary)).not.toContain('PublishIteration');
    const { summary } = await statusOf(world);
    expect(summary).toMatchObject({ protected: 1, parked: 0, readyToFailOver: false });
    expect((await rowOf(world, source.id)).readiness).toMatchObject({
      state: 'not-ready',
      reasons: [expect.stringContaining('SECONDARY_PREDICTION_RESOURCE_ID') as string],
    });
    expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual([]);
  });

  it('once there is one, the copy is published in place', async () => {
    world = await startWorld({ policy: { predictionResourceId: null } });
    const source = await copied(world);
    world.policy = { ...world.policy, predictionResourceId: PREDICTION_RESOURCE };
    await nextSweep(world);
    expect(publishedOn(await currentCopy(world, source.id))).toEqual({ production: 'Iteration 2' });
    expect((await statusOf(world)).summary.readyToFailOver).toBe(true);
    expect(copies(world).imports).toBe(1);
  });
});

describe.each(['yes', 'no'] as const)(
  'with importKeepsIterationNames no and importKeepsTrainedAt %s',
  (importKeepsTrainedAt) => {
    it('iterations are matched by their order', async () => {
      world = await startWorld({ secondary: { unknowns: { importKeepsIterationNames: 'no', importKeepsTrainedAt } } });
      const predictionId = PRIMARY_PREDICTION_RESOURCE;
      const source = await world.primary.resource.addProject({ ...FLOWERS, iterations: [{ name: 'spring' }] });
      await world.pass(60);
      world.primary.resource.addIteration(source.id, { name: 'summer', publishName: 'production', predictionId });
      await world.pass(60);
      world.primary.resource.addIteration(source.id, { name: 'autumn', publishName: 'beta', predictionId });
      await world.converge();
      const copy = await currentCopy(world, source.id);
      expect(publishedOn(copy)).toEqual({ production: 'Iteration 2', beta: 'Iteration 3' });
      expect((await currentOf(world, source.id)).differences).toMatchObject([{ what: 'revision' }]);
      await nextSweep(world, 2);
      expect(copies(world).imports).toBe(1);
      await expectInSync(world, source);
    });
  },
);

it('an iteration that has no counterpart is left unpublished, and said so', async () => {
  world = await startWorld();
  const source = await world.primary.resource.addProject(FLOWERS);
  world.secondary.on('ImportProject', 'after-reply', () => {
    const copy = world.secondary.resource.projects.at(-1);
    world.clock.schedule(5_001, () => copy?.iterations.clear());
  });
  await world.converge();
  expect((await rowOf(world, source.id)).readiness).toMatchObject({
    state: 'not-ready',
    reasons: [expect.stringContaining('production (Iteration 2)') as string],
  });
  expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual([]);
  expect((await rowOf(world, source.id)).sync).toBe('in-sync');
});

describe('where the service publishes to no such prediction resource', () => {
  it('a first copy is put into use, not ready, and the failure is shown until it is mended', async () => {
    world = await startWorld({
      secondary: { predictionResources: [PREDICTION_RESOURCE] },
      policy: { predictionResourceId: PRIMARY_PREDICTION_RESOURCE },
    });
    const source = await world.primary.resource.addProject(FLOWERS);
    await world.converge();
    const row = await rowOf(world, source.id);
    expect(row.failure).toMatchObject({
      code: 'BadRequestInvalidPublishTarget',
      hint: expect.stringContaining('prediction resource') as string,
    });
    expect(row.failure?.message).toContain('production');
    expect(row.readiness).toMatchObject({
      state: 'not-ready',
      reasons: [expect.stringContaining('production (Iteration 2)') as string],
    });
    const copy = await currentCopy(world, source.id);
    expect((await routeOf(world, source.id))?.secondary).toMatchObject({ projectId: copy.id, publishNames: [] });
    expect(row.replica?.verifiedAt).not.toBeNull();
    world.policy = { ...world.policy, predictionResourceId: PREDICTION_RESOURCE };
    await world.settle(86_400);
    await nextSweep(world);
    await expectInSync(world, source);
    expect(await rowOf(world, source.id)).toMatchObject({ readiness: { state: 'ready' }, failure: null });
    expect(copies(world).imports).toBe(1);
  });

  it('a copy that serves nothing is followed by the next all the same', async () => {
    world = await startWorld({
      secondary: { predictionResources: [PREDICTION_RESOURCE] },
      policy: { predictionResourceId: PRIMARY_PREDICTION_RESOURCE },
    });
    const source = await world.primary.resource.addProject(FLOWERS);
    await world.converge();
    const before = await currentCopy(world, source.id);
    addRose(world.primary, source);
    await world.settle(86_400);
    await nextSweep(world);
    const after = await currentCopy(world, source.id);
    expect(after.id).not.toBe(before.id);
    expect(after.images.size).toBe(source.images.size);
    expect(await rowOf(world, source.id)).toMatchObject({
      readiness: { state: 'not-ready' },
      failure: { code: 'BadRequestInvalidPublishTarget' },
    });
    expect(copies(world).imports).toBe(2);
  });

  it('the old copy serves, and the new one takes over once it is published', async () => {
    world = await startWorld({ secondary: { predictionResources: [PREDICTION_RESOURCE] } });
    const source = await copied(world);
    const before = await currentCopy(world, source.id);
    world.policy = { ...world.policy, predictionResourceId: PRIMARY_PREDICTION_RESOURCE };
    addRose(world.primary, source);
    await nextSweep(world);
    expect(await routeOf(world, source.id)).toMatchObject({
      secondary: { projectId: before.id, publishNames: ['production'] },
    });
    expect(publishedOn(before)).toEqual({ production: 'Iteration 2' });
    const row = await rowOf(world, source.id);
    expect(row).toMatchObject({ sync: 'behind', failure: { code: 'BadRequestInvalidPublishTarget' } });
    expect(row.failure?.message).toContain('production');
    expect(row.replica?.projectId).toBe(before.id);
    world.policy = { ...world.policy, predictionResourceId: PREDICTION_RESOURCE };
    await world.settle(86_400);
    await nextSweep(world);
    await expectInSync(world, source);
    expect((await currentCopy(world, source.id)).id).not.toBe(before.id);
    expect(copies(world).imports).toBe(2);
  });
});

it('a project that is named in routing is published there at every moment of a switch', async () => {
  world = await startWorld();
  const source = await copied(world);
  const lacking: string[] = [];
  world.secondary.on('*', 'after-reply', async ({ operation }) => {
    const route = await routeOf(world, source.id);
    const named = world.secondary.resource.projects.find(({ id }) => id === route?.secondary.projectId);
    if (named === undefined || publishedOn(named)['production'] === undefined) lacking.push(operation);
  });
  for (let round = 0; round < 3; round += 1) {
    addRose(world.primary, source);
    await nextSweep(world);
  }
  expect(copies(world).imports).toBe(4);
  expect(lacking).toEqual([]);
});
