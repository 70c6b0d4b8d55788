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
  publishedOn,
  routeOf,
  rowOf,
  writesTo,
} from '../support/scenery.ts';
import { checkAtRest } from '../support/invariants.ts';
import { startWorld } from '../support/started-world.ts';
import { PREDICTION_RESOURCE, PRIMARY_PREDICTION_RESOURCE, type World } from '../support/world.ts';

/** What is published is what the service shows, by iteration, name and resource; not what was done once. */

const PRIMARY = { predictionId: PRIMARY_PREDICTION_RESOURCE };
const PUBLISHING = ['PublishIteration', 'UnpublishIteration'];

let world: World;

function iterationsOf(project: StoredProject) {
  return [...project.iterations.values()];
}

function published(project: StoredProject) {
  return iterationsOf(project).filter((iteration) => iteration.published);
}

function move(source: StoredProject, publishName: string, toIndex: number): void {
  const { resource } = world.primary;
  for (const { id } of published(source)) resource.unpublish(source.id, id);
  resource.publish(source.id, iterationsOf(source)[toIndex]!.id, { publishName, ...PRIMARY });
}

/** How often the copies were published or unpublished. */
function publishingCalls(): number {
  return writesTo(world.secondary).filter((operation) => PUBLISHING.includes(operation)).length;
}

describe('a model that was trained anew under the name of one that was deleted', () => {
  it('is copied, although all that can be compared between source and copy is the same', async () => {
    world = await startWorld();
    const source = await copied(world);
    const before = await currentCopy(world, source.id);
    const { resource } = world.primary;
    const old = iterationsOf(source)[1]!;
    resource.unpublish(source.id, old.id);
    source.iterations.delete(old.id);
    await world.pass(3_600);
    resource.addIteration(source.id, { name: old.name, publishName: 'production', ...PRIMARY });
    await nextSweep(world);
    const after = await currentCopy(world, source.id);
    expect(after.id).not.toBe(before.id);
    expect(published(after).map(({ trainedAt }) => trainedAt)).toEqual(published(source).map((now) => now.trainedAt));
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
    await nextSweep(world, 2);
    expect(copies(world).imports).toBe(2);
  });

  it('is copied too where two models exchanged their names', async () => {
    world = await startWorld();
    const source = await world.primary.resource.addProject({ ...FLOWERS, iterations: [{ name: 'one' }] });
    await world.pass(60);
    world.primary.resource.addIteration(source.id, { name: 'two', publishName: 'production', ...PRIMARY });
    await world.converge();
    const [one, two] = iterationsOf(source);
    [one!.name, two!.name] = ['two', 'one'];
    await nextSweep(world);
    expect(publishedOn(await currentCopy(world, source.id))).toEqual({ production: 'one' });
    expect(copies(world).imports).toBe(2);
  });
});

describe('two iterations of one name', () => {
  async function withNamesakes(publishNames: readonly [string | undefined, string | undefined]) {
    const source = await world.primary.resource.addProject({ ...FLOWERS, iterations: [] });
    for (const publishName of publishNames) {
      await world.pass(600);
      const seed = publishName === undefined ? {} : { publishName, ...PRIMARY };
      world.primary.resource.addIteration(source.id, { name: 'model', ...seed });
    }
    await world.converge();
    return source;
  }

  const timesOf = (project: StoredProject): Record<string, number | null> =>
    Object.fromEntries(published(project).map(({ publishName, trainedAt }) => [publishName ?? '', trainedAt]));

  it.each<[string, [string | undefined, string | undefined]]>([
    ['both', ['prod', 'beta']],
    ['the older', ['prod', undefined]],
    ['the newer', [undefined, 'prod']],
  ])('are told apart by when they were trained: %s published', async (_which, publishNames) => {
    world = await startWorld();
    const source = await withNamesakes(publishNames);
    const copy = await currentCopy(world, source.id);
    expect(timesOf(copy)).toEqual(timesOf(source));
    const calls = publishingCalls();
    expect(calls).toBe(published(source).length);
    await nextSweep(world, 3);
    expect(publishingCalls()).toBe(calls);
    await expectInSync(world, source);
    expect((await rowOf(world, source.id)).readiness.state).toBe('ready');
  });

  it('that nothing tells apart on the copy are left unpublished, and said so', async () => {
    world = await startWorld({ secondary: { unknowns: { importKeepsTrainedAt: 'no' } } });
    const source = await withNamesakes(['prod', 'beta']);
    expect(publishedOn(await currentCopy(world, source.id))).toEqual({});
    expect(publishingCalls()).toBe(0);
    const { readiness } = await rowOf(world, source.id);
    expect(readiness).toMatchObject({ state: 'not-ready' });
    expect(readiness.reasons.join()).toContain('prod (model)');
    await nextSweep(world, 2);
    expect(publishingCalls()).toBe(0);
  });
});

describe('what a person unpublishes on the secondary', () => {
  it('is noticed by the next sweep, leaves routing, and is published again', async () => {
    world = await startWorld();
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    world.unpublishByHand(copy.id);
    const named: (string[] | undefined)[] = [];
    const off = world.secondary.on('PublishIteration', 'before-effect', async () => {
      named.push((await routeOf(world, source.id))?.secondary.publishNames);
    });
    await nextSweep(world);
    off();
    expect(named).toEqual([[]]);
    expect(publishedOn(copy)).toEqual({ production: 'Iteration 2' });
    expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual(['production']);
    await expectInSync(world, source);
  });

  it('is published again although a newer copy is held up', async () => {
    world = await startWorld();
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    world.policy = { ...world.policy, targetProjectLimit: world.secondary.resource.projects.length };
    addRose(world.primary, source);
    await nextSweep(world);
    world.unpublishByHand(copy.id);
    await nextSweep(world);
    expect(await rowOf(world, source.id)).toMatchObject({ failure: { code: 'NO_FREE_SLOT' } });
    expect(publishedOn(copy)).toEqual({ production: 'Iteration 2' });
    expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual(['production']);
  });

  it('and gives another iteration: the name goes back to the right one', async () => {
    world = await startWorld();
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    const [one, two] = iterationsOf(copy);
    world.secondary.resource.unpublish(copy.id, two!.id);
    const wrong = { publishName: 'production', predictionId: PREDICTION_RESOURCE };
    world.secondary.resource.publish(copy.id, one!.id, wrong);
    await nextSweep(world);
    expect(publishedOn(copy)).toEqual({ production: 'Iteration 2' });
    await expectInSync(world, source);
  });
});

describe.each(['first', 'last', 'nothing'] as const)('with publishedResourceShown %s', (publishedResourceShown) => {
  describe.each(['allowed', 'refused'] as const)('and publishUnderOwnName %s', (publishUnderOwnName) => {
    it('a copy is published to the prediction resource that is set by now, once', async () => {
      world = await startWorld({ secondary: { unknowns: { publishedResourceShown, publishUnderOwnName } } });
      const source = await copied(world);
      const copy = await currentCopy(world, source.id);
      expect(published(copy).map(({ publishedTo }) => publishedTo)).toEqual([PREDICTION_RESOURCE]);
      const predictionResourceId = `${PREDICTION_RESOURCE}-2`;
      world.policy = { ...world.policy, predictionResourceId };
      await nextSweep(world);
      expect(published(copy).map(({ publishedTo }) => publishedTo)).toEqual([predictionResourceId]);
      expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual(['production']);
      await expectInSync(world, source);
      const calls = publishingCalls();
      await nextSweep(world, 3);
      expect(publishingCalls()).toBe(calls);
      expect(copies(world).imports).toBe(1);
    });
  });
});

it('a copy that somebody published to another resource is published to ours again, where the service shows it', async () => {
  world = await startWorld({ secondary: { unknowns: { publishedResourceShown: 'last' } } });
  const source = await copied(world);
  const copy = await currentCopy(world, source.id);
  const [iteration] = published(copy);
  world.secondary.resource.unpublish(copy.id, iteration!.id);
  const elsewhere = { publishName: 'production', predictionId: `${PREDICTION_RESOURCE}-3` };
  world.secondary.resource.publish(copy.id, iteration!.id, elsewhere);
  await nextSweep(world);
  expect(iteration!.publishedTo).toBe(PREDICTION_RESOURCE);
  await expectInSync(world, source);
});

it('records of earlier versions are published once more, for nobody knows where they are, and then no more', async () => {
  world = await startWorld();
  const source = await copied(world);
  const { value, etag } = (await world.store.record(source.id).read())!;
  const forget = ({ iterationId, publishName }: { iterationId: string; publishName: string }) => {
    return { iterationId, publishName };
  };
  const holds = { ...value.generations[0]!.holds };
  delete holds.models;
  holds.publications = holds.publications.map(({ iteration, publishName }) => ({ iteration, publishName }));
  const generation = { ...value.generations[0]!, holds, published: value.generations[0]!.published.map(forget) };
  await world.store.record(source.id).write({ ...value, source: holds, generations: [generation] }, etag);
  const calls = publishingCalls();
  await nextSweep(world);
  expect(publishingCalls()).toBe(calls + 1);
  const { published: now, holds: filled } = await currentOf(world, source.id);
  expect(now).toMatchObject([{ resourceId: PREDICTION_RESOURCE, sourceIterationId: published(source)[0]!.id }]);
  expect(filled.models).toHaveLength(2);
  await nextSweep(world, 2);
  expect(publishingCalls()).toBe(calls + 1);
  expect(copies(world).imports).toBe(1);
  await expectInSync(world, source);
});

describe('a publication that the service refuses', () => {
  const refuse = () =>
    world.secondary.faults.order({
      operation: 'PublishIteration',
      kind: 'answer',
      status: 400,
      code: 'BadRequestInvalidPublishName',
      times: 'always',
    });

  it('where a name moved to another iteration: the copy is behind and not ready, and the old model stays', async () => {
    world = await startWorld();
    const source = await copied(world);
    const copy = await currentCopy(world, source.id);
    refuse();
    move(source, 'production', 0);
    await nextSweep(world, 2);
    expect(publishedOn(copy)).toEqual({ production: 'Iteration 2' });
    expect(await rowOf(world, source.id)).toMatchObject({
      sync: 'behind',
      readiness: {
        state: 'not-ready',
        reasons: ['production answers on the copy with another model than Iteration 1'],
      },
      failure: { code: 'BadRequestInvalidPublishName', needsPerson: false },
    });
    world.secondary.faults.clear();
    await world.settle(86_400);
    await nextSweep(world);
    expect(publishedOn(copy)).toEqual({ production: 'Iteration 1' });
    await expectInSync(world, source);
  });

  it('holds up neither the other names nor the copy’s own name', async () => {
    world = await startWorld({ secondary: { unknowns: { publishNameCharacters: 'letters-digits-hyphens' } } });
    const source = await world.primary.resource.addProject(FLOWERS);
    const [one] = iterationsOf(source);
    world.primary.resource.publish(source.id, one!.id, { publishName: 'not allowed', ...PRIMARY });
    await world.converge();
    const copy = await currentCopy(world, source.id);
    expect(publishedOn(copy)).toEqual({ production: 'Iteration 2' });
    expect((await routeOf(world, source.id))?.secondary.publishNames).toEqual(['production']);
    await world.primary.resource.updateProject(source.id, { name: 'Garden' });
    await nextSweep(world);
    expect(copy.name).toBe('Garden');
    const row = await rowOf(world, source.id);
    expect(row.readiness.reasons.join()).toContain('not allowed (Iteration 1)');
    expect(row.readiness.reasons.join()).not.toContain('production');
    await checkAtRest(world);
  });

  it('is tried again more and more seldom', async () => {
    world = await startWorld();
    await world.primary.resource.addProject(FLOWERS);
    refuse();
    await world.converge();
    const calls = publishingCalls();
    await world.settle(6 * 3_600);
    expect(publishingCalls() - calls).toBeGreaterThan(2);
    expect(publishingCalls() - calls).toBeLessThan(10);
  });
});

it('steps that undo each other stop with a failure that says so, and go on once nothing does', async () => {
  world = await startWorld();
  const source = await copied(world);
  const off = world.secondary.on('PublishIteration', 'after-reply', () => {
    for (const { id } of world.secondary.resource.projects) world.unpublishByHand(id);
  });
  move(source, 'live', 0);
  const before = publishingCalls();
  await world.pass(1_800);
  await world.sweep();
  await world.settle();
  expect(publishingCalls() - before).toBeLessThan(10);
  const row = await rowOf(world, source.id);
  expect(row).toMatchObject({ readiness: { state: 'not-ready' }, failure: { code: 'STEP_UNDONE' } });
  expect(row.failure?.nextAttemptAt).not.toBeNull();
  off();
  await world.settle(86_400);
  await nextSweep(world);
  expect(publishedOn(await currentCopy(world, source.id))).toEqual({ live: 'Iteration 1' });
  await expectInSync(world, source);
});
