import { retireGeneration } from '../../../src/replicator/steps/retire.ts';
import type { StoredProject } from '../../../src/local/simulator/index.ts';
import { checkAtRest } from '../../support/invariants.ts';
import { addRose, copied, currentCopy, nextSweep, publishedOn, swapLabels } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import { PREDICTION_RESOURCE, PRIMARY_PREDICTION_RESOURCE, type World } from '../../support/world.ts';

/** An older copy is deleted only where everything that is looked at right before says that it may be. */

let world: World;

async function change(source: StoredProject, times = 1): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    addRose(world.primary, source);
    await nextSweep(world);
  }
}

function iterationOf({ iterations }: StoredProject, name: string): string {
  const found = [...iterations.values()].find((iteration) => iteration.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found.id;
}

/** A person has the copy answer under a name. */
function publish(copy: StoredProject, iteration: string, publishName: string): void {
  const request = { publishName, predictionId: PREDICTION_RESOURCE };
  world.secondary.resource.publish(copy.id, iterationOf(copy, iteration), request);
}

function forgetRecord({ id }: StoredProject): void {
  world.store.delete(`records/${id}.json`);
}

it('nothing is retired while routing names no copy of the project at all', async () => {
  world = await startWorld();
  const source = await copied(world);
  const older = await currentCopy(world, source.id);
  await change(source);
  const record = await world.record(source.id);
  const [generation] = record.generations;
  expect(generation?.replicaProjectId).toBe(older.id);
  world.store.delete('routing.json');
  const save = () => Promise.reject(new Error('Nothing is to be saved.'));
  const context = { ...world.context(source.id), save };
  const step = { do: 'retire', generation: generation!, reason: 'a test', source: record.source! } as const;
  await expect(retireGeneration(record, step, context)).rejects.toMatchObject({ code: 'ROUTING_NOT_IN_LINE' });
  expect(world.secondary.resource.projects).toContain(older);
  expect(publishedOn(older)).toEqual({ production: 'Iteration 2' });
});

it('an older copy whose labels somebody swapped stays, though the service hints at no change of it', async () => {
  world = await startWorld({ secondary: { unknowns: { editsBumpLastModified: 'no' } } });
  const source = await copied(world);
  await nextSweep(world);
  const older = await currentCopy(world, source.id);
  // Under a name of its own it has not to be renamed, and so was not written to since its labels were read.
  await world.primary.resource.updateProject(source.id, { name: 'Blooms' });
  await change(source);
  expect(older.name).toBe('Flowers');
  const swapBack = swapLabels(world.secondary, older);
  await change(source, 2);
  expect(world.secondary.resource.projects).toContain(older);
  expect((await world.record(source.id)).generations[0]).toMatchObject({ changedBySomebody: true });
  // Undone, it is ours again: the next look at it, a day later, finds that, and it goes.
  swapBack();
  await world.pass(86_400);
  await nextSweep(world, 2);
  expect(world.secondary.resource.projects).not.toContain(older);
  expect((await world.record(source.id)).generations.map(({ changedBySomebody }) => changedBySomebody)).toEqual([
    false,
    false,
  ]);
  await checkAtRest(world);
});

describe('an older copy that somebody published under a name of theirs is theirs, and stays,', () => {
  it('where its record was lost and made anew', async () => {
    world = await startWorld();
    const source = await copied(world);
    const older = await currentCopy(world, source.id);
    await change(source);
    publish(older, 'Iteration 1', 'trial');
    forgetRecord(source);
    await change(source, 3);
    expect(world.secondary.resource.projects).toContain(older);
    expect(publishedOn(older)).toMatchObject({ trial: 'Iteration 1' });
  });

  it('where the name is one that the source published once', async () => {
    world = await startWorld();
    const source = await copied(world);
    const one = iterationOf(source, 'Iteration 1');
    const request = { publishName: 'trial', predictionId: PRIMARY_PREDICTION_RESOURCE };
    world.primary.resource.publish(source.id, one, request);
    await nextSweep(world);
    const older = await currentCopy(world, source.id);
    expect(publishedOn(older)).toMatchObject({ trial: 'Iteration 1' });
    world.primary.resource.unpublish(source.id, one);
    await nextSweep(world);
    expect(publishedOn(older)).toEqual({ production: 'Iteration 2' });
    publish(older, 'Iteration 1', 'trial');
    await change(source, 3);
    expect(world.secondary.resource.projects).toContain(older);
    expect(publishedOn(older)).toMatchObject({ trial: 'Iteration 1' });
  });

  it('where the name is one that the source publishes, on another iteration', async () => {
    world = await startWorld();
    const source = await copied(world);
    const older = await currentCopy(world, source.id);
    await change(source);
    world.secondary.resource.unpublish(older.id, iterationOf(older, 'Iteration 2'));
    publish(older, 'Iteration 1', 'production');
    await change(source, 2);
    expect(world.secondary.resource.projects).toContain(older);
    expect(publishedOn(older)).toEqual({ production: 'Iteration 1' });
  });
});

it('an older copy that is published as we published it goes, though its record was lost and made anew', async () => {
  world = await startWorld();
  const source = await copied(world);
  const older = await currentCopy(world, source.id);
  await change(source);
  forgetRecord(source);
  await change(source, 2);
  expect(world.secondary.resource.projects).not.toContain(older);
});

it('a change that is undone is found undone, though a clock that was wrong says that it was looked at in a year', async () => {
  world = await startWorld();
  const source = await copied(world);
  const older = await currentCopy(world, source.id);
  await change(source);
  const swapBack = swapLabels(world.secondary, older);
  await change(source);
  const document = world.store.record(source.id);
  const stored = await document.read();
  expect(stored!.value.generations[0]).toMatchObject({ changedBySomebody: true });
  const generations = stored!.value.generations.map((generation) =>
    generation.changedBySomebody ? { ...generation, changeCheckedAt: '2027-03-01T08:00:00.000Z' } : generation,
  );
  await document.write({ ...stored!.value, generations }, stored!.etag);
  swapBack();
  await nextSweep(world, 2);
  expect(world.secondary.resource.projects).not.toContain(older);
});
