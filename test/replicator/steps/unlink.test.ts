import type { StoredProject, Unknowns } from '../../../src/local/simulator/index.ts';
import { NO_URIS, OUR_URIS } from '../../support/integration-scenery.ts';
import { currentCopy, currentOf, expectInSync, FLOWERS, nextSweep, rowOf } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World } from '../../support/world.ts';

let world: World;

/** A source project with storage URIs, which an import may bring along. */
async function start(unknowns: Partial<Unknowns> = {}): Promise<StoredProject> {
  world = await startWorld({ secondary: { unknowns: { importCarriesStorageUris: 'yes', ...unknowns } } });
  return world.primary.resource.addProject({ ...FLOWERS, ...OUR_URIS });
}

const UNKNOWNS = (['kept', 'cleared'] as const).flatMap((patchOmittedUris) =>
  (['honoured', 'ignored'] as const).flatMap((storageUrisByPatchOnV34) =>
    (['honoured', 'ignored'] as const).map((storageUrisOnV33) => ({
      patchOmittedUris,
      storageUrisByPatchOnV34,
      storageUrisOnV33,
    })),
  ),
);

describe.each(UNKNOWNS)('an import that brings the storage URIs along, %j', (unknowns) => {
  const canBeCleared = unknowns.storageUrisByPatchOnV34 === 'honoured' || unknowns.storageUrisOnV33 === 'honoured';

  it('makes a copy that is used, and that keeps them only where nothing clears them', async () => {
    const source = await start(unknowns);
    await world.converge();
    await nextSweep(world, 2);
    await expectInSync(world, source);
    expect(source).toMatchObject(OUR_URIS);
    expect(await currentCopy(world, source.id)).toMatchObject(canBeCleared ? NO_URIS : OUR_URIS);
    const left = Object.entries(OUR_URIS).map(([what, found]) => ({ what, expected: 'none', found }));
    const differences = canBeCleared ? [] : left;
    expect((await currentOf(world, source.id)).differences).toEqual(differences);
    expect(await rowOf(world, source.id)).toMatchObject({ failure: null, replica: { differences } });
  });
});

it('the copy never tells the primary’s queue of anything: the URIs go before it is verified', async () => {
  await start();
  let urisWhenRead: unknown = null;
  world.secondary.on('GetImages', 'before-effect', () => {
    const [copy] = world.secondary.resource.projects;
    urisWhenRead ??= { queue: copy?.notificationQueueUri };
  });
  await world.converge();
  expect(urisWhenRead).toEqual({ queue: null });
  expect(world.eventsOf('replica.unlinked')).toMatchObject([{ cleared: true }]);
});

it('a copy without storage URIs is read once and not written to', async () => {
  await start({ importCarriesStorageUris: 'no' });
  await world.converge();
  const { calls } = world.secondary;
  expect(calls.all.filter(({ version }) => version === 'v3.4-preview')).toMatchObject([{ operation: 'GetProject' }]);
  expect(world.eventsOf('replica.unlinked')).toEqual([]);
});

it('empty texts clear them where null does not', async () => {
  const source = await start();
  // A service that takes null for "not given": what its PATCH of null cleared comes back.
  let patches = 0;
  world.secondary.on('UpdateProject', 'before-reply', ({ version }) => {
    const [copy] = world.secondary.resource.projects;
    if (version !== 'v3.4-preview' || copy === undefined) return;
    patches += 1;
    if (patches === 1) Object.assign(copy, OUR_URIS);
  });
  await world.converge();
  expect(patches).toBe(2);
  expect(await currentCopy(world, source.id)).toMatchObject(NO_URIS);
  await expectInSync(world, source);
});

describe('a secondary that does not know the other version of the API', () => {
  it.each<[string, number, string]>([
    ['not found', 404, 'NotFound'],
    ['refused', 400, 'BadRequest'],
    ['forbidden', 403, 'Forbidden'],
    ['not answered', 500, 'ErrorUnknown'],
    ['busy', 503, 'ErrorUnknown'],
  ])('does not keep a copy from being used: %s', async (_, status, code) => {
    const source = await start();
    const fault = { status, code, pathContains: 'v3.4-preview', times: 'always' } as const;
    world.secondary.faults.order({ operation: '*', kind: 'answer', ...fault });
    await world.converge();
    await expectInSync(world, source);
    expect(world.eventsOf('project.parked')).toEqual([]);
    // Cleared as far as can be, and nothing shows it.
    expect(await currentCopy(world, source.id)).toMatchObject(NO_URIS);
    const differences = [{ what: 'storage URIs', found: expect.stringContaining(String(status)) as string }];
    expect(await currentOf(world, source.id)).toMatchObject({ differences });
    expect(world.eventsOf('replica.unlinked')).toMatchObject([{ cleared: false }]);
  });

  it('clears what the main version shows', async () => {
    const source = await start({ v33EchoesStorageUris: 'yes' });
    const gone = { status: 404, code: 'NotFound', pathContains: 'v3.4-preview', times: 'always' } as const;
    world.secondary.faults.order({ operation: '*', kind: 'answer', ...gone });
    await world.converge();
    expect(await currentCopy(world, source.id)).toMatchObject(NO_URIS);
  });
});

it('a read that fails once is tried again before anything is left at that', async () => {
  const source = await start();
  const fault = { status: 500, pathContains: 'v3.4-preview', times: 6 } as const;
  world.secondary.faults.order({ operation: 'GetProject', kind: 'answer', ...fault });
  await world.converge();
  expect(world.eventsOf('step.failed')).toMatchObject([{ step: 'unlink', class: 'transient' }]);
  expect(await currentCopy(world, source.id)).toMatchObject(NO_URIS);
  await expectInSync(world, source);
});

it('a copy that somebody takes over right before keeps its URIs: they are theirs', async () => {
  const source = await start();
  let theirs: StoredProject | undefined;
  world.secondary.on('GetProject', 'before-effect', ({ version, path }) => {
    if (version !== 'v3.4-preview' || theirs !== undefined) return;
    theirs = world.secondary.resource.projects.find(({ id }) => path.includes(id));
    if (theirs !== undefined) Object.assign(theirs, { name: 'Mine', description: 'Mine now' });
  });
  await world.converge();
  await nextSweep(world, 5);
  expect(theirs).toMatchObject({ name: 'Mine', description: 'Mine now', ...OUR_URIS });
  expect(await currentCopy(world, source.id)).toMatchObject({ name: 'Flowers', ...NO_URIS });
});
