import type { ProjectSeed, StoredProject, Unknowns } from '../../../src/local/simulator/index.ts';
import {
  aRestingProject,
  DAY_IN_SECONDS,
  integrationOf,
  NO_URIS,
  OUR_URIS,
  sourceWrites,
  startIntegrating,
  urisOf,
} from '../../support/integration-scenery.ts';
import { copied, copies, expectInSync, nextSweep, rowOf } from '../../support/scenery.ts';
import type { World, WorldOptions } from '../../support/world.ts';

let world: World;

/** Everything of a project that writing its storage URIs must not change. */
function besidesUris({ name, description, domainId, classificationType, augmentationMethods }: StoredProject) {
  return { name, description, domainId, classificationType, augmentationMethods: { ...augmentationMethods } };
}

const UNKNOWNS = (['honoured', 'ignored'] as const).flatMap((storageUrisByPatchOnV34) =>
  (['honoured', 'ignored'] as const).flatMap((storageUrisOnV33) =>
    (['no', 'yes'] as const).flatMap((v33EchoesStorageUris) =>
      (['kept', 'cleared'] as const).map((patchOmittedUris): Partial<Unknowns> => ({
        storageUrisByPatchOnV34,
        storageUrisOnV33,
        v33EchoesStorageUris,
        patchOmittedUris,
      })),
    ),
  ),
);

describe.each(UNKNOWNS)('a project that lacks both URIs, %j', (unknowns) => {
  const isTaken = unknowns.storageUrisByPatchOnV34 === 'honoured' || unknowns.storageUrisOnV33 === 'honoured';

  it('is given them before its first export, and that causes no copy', async () => {
    world = await startIntegrating({ primary: { unknowns } });
    const source = await aRestingProject(world);
    const before = besidesUris(source);
    await world.converge();
    expect(besidesUris(source)).toEqual(before);
    expect(urisOf(source)).toEqual(isTaken ? OUR_URIS : NO_URIS);
    expect(await integrationOf(world, source)).toMatchObject(
      isTaken
        ? { state: 'integrated', provenBy: 'echo', reason: null, differences: [] }
        : { state: 'unproven', provenBy: null, provenAt: null, differences: [] },
    );
    const order = world.primary.calls.all.map(({ operation }) => operation);
    expect(order.indexOf('UpdateProject')).toBeLessThan(order.indexOf('ExportProject'));
    await nextSweep(world, 3);
    await expectInSync(world, source);
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
  });
});

it('a project that was only just changed is copied first, and integrated once it rests', async () => {
  world = await startIntegrating();
  const source = await copied(world);
  expect(sourceWrites(world)).toEqual([]);
  expect(await rowOf(world, source.id)).toMatchObject({ integration: null });
  await nextSweep(world, 2);
  expect(urisOf(source)).toEqual(OUR_URIS);
  await expectInSync(world, source);
  expect(copies(world)).toEqual({ exports: 1, imports: 1 });
  const proven = { state: 'integrated', provenAt: expect.any(String) as string, reason: null, differences: [] };
  expect(await rowOf(world, source.id)).toMatchObject({ integration: proven });
  expect(world.eventsOf('integration.configured')).toMatchObject([{ state: 'integrated', provenBy: 'echo' }]);
});

it('a project that has both is found to, once a day, and is not written to', async () => {
  world = await startIntegrating();
  const source = await aRestingProject(world, OUR_URIS);
  await world.converge();
  const first = await integrationOf(world, source);
  expect(first).toMatchObject({ state: 'integrated', provenBy: 'echo' });
  await nextSweep(world, 3);
  expect(await integrationOf(world, source)).toEqual(first);
  await world.pass(DAY_IN_SECONDS);
  await world.converge();
  expect(Date.parse((await integrationOf(world, source))?.provenAt ?? '')).toBeGreaterThan(
    Date.parse(first?.provenAt ?? ''),
  );
  expect(sourceWrites(world)).toEqual([]);
  expect(world.eventsOf('integration.configured')).toHaveLength(1);
});

it('a project that loses its URIs is given them again within a day', async () => {
  world = await startIntegrating();
  const source = await aRestingProject(world);
  await world.converge();
  Object.assign(source, NO_URIS);
  await world.pass(DAY_IN_SECONDS);
  await world.converge();
  expect(urisOf(source)).toEqual(OUR_URIS);
});

it.each<[string, Partial<ProjectSeed>]>([
  ['queue', { notificationQueueUri: 'https://theirs.queue.core.windows.net/q' }],
  ['container', { exportModelContainerUri: 'https://theirs.blob.core.windows.net/c' }],
  [
    'queue, and the container is ours',
    { ...OUR_URIS, notificationQueueUri: 'https://theirs.queue.core.windows.net/q' },
  ],
])('a project whose URI points elsewhere is left alone and shown, and copied: its %s', async (_, uris) => {
  world = await startIntegrating();
  const source = await aRestingProject(world, uris);
  await world.converge();
  await nextSweep(world, 2);
  expect(sourceWrites(world)).toEqual([]);
  expect(urisOf(source)).toEqual({ ...NO_URIS, ...uris });
  await expectInSync(world, source);
  const reason = expect.stringContaining('https://theirs.') as string;
  expect(await rowOf(world, source.id)).toMatchObject({ integration: { state: 'elsewhere', provenAt: null, reason } });
  expect(world.eventsOf('integration.failed')).toMatchObject([{ state: 'elsewhere', reason }]);
});

it.each<[string, number, string]>([
  ['the service may not write there', 400, 'BadRequestInvalidUri'],
  ['the service refuses without a code of its own', 400, 'BadRequest'],
  ['the app may not change the project', 403, 'ForbiddenUserInsufficientCapability'],
  ['somebody else is changing the project', 409, 'Conflict'],
])('where %s, the project says which role lacks on what, and is copied all the same', async (_, status, code) => {
  world = await startIntegrating();
  world.primary.faults.order({ operation: 'UpdateProject', kind: 'answer', status, code, times: 'always' });
  const source = await aRestingProject(world);
  await world.converge();
  await expectInSync(world, source);
  const { state, provenAt, reason } = (await rowOf(world, source.id)).integration ?? {};
  expect({ state, provenAt }).toEqual({ state: 'failed', provenAt: null });
  expect(reason).toContain(code);
  expect(reason).toContain(`Storage Queue Data Contributor on ${OUR_URIS.notificationQueueUri}`);
  expect(reason).toContain(`Storage Blob Data Contributor on ${OUR_URIS.exportModelContainerUri}`);
  expect(world.eventsOf('integration.failed')).toHaveLength(1);
  world.primary.faults.clear();
  await nextSweep(world, 3);
  expect(urisOf(source)).toEqual(NO_URIS);
  await world.pass(DAY_IN_SECONDS);
  await world.converge();
  expect(await integrationOf(world, source)).toMatchObject({ state: 'integrated', reason: null });
});

it('what the storage itself refuses is told, and nothing is sent to the project', async () => {
  world = await startIntegrating();
  world.integrationStorage = { ensure: () => Promise.reject(new Error('no such account')) };
  const source = await aRestingProject(world);
  await world.converge();
  await expectInSync(world, source);
  expect(sourceWrites(world)).toEqual([]);
  const reason = expect.stringContaining('no such account') as string;
  expect(await integrationOf(world, source)).toMatchObject({ state: 'failed', reason });
});

it('what somebody changes while the URIs are written is shown as a difference', async () => {
  world = await startIntegrating();
  const source = await aRestingProject(world);
  const off = world.primary.on('UpdateProject', 'after-reply', () => void (source.name = 'Herbs'));
  await world.converge();
  off();
  const differences = [{ what: 'name', expected: '"Flowers"', found: '"Herbs"' }];
  expect(await rowOf(world, source.id)).toMatchObject({ integration: { state: 'integrated', differences } });
  await nextSweep(world);
  expect(source.name).toBe('Herbs');
});

it.each(['kept', 'cleared'] as const)(
  'works by the main version where the other is gone, omitted URIs %s',
  async (kept) => {
    world = await startIntegrating({ primary: { unknowns: { patchOmittedUris: kept, v33EchoesStorageUris: 'yes' } } });
    for (const operation of ['GetProject', 'UpdateProject']) {
      const gone = { status: 404, code: 'NotFound', pathContains: 'v3.4-preview', times: 'always' } as const;
      world.primary.faults.order({ operation, kind: 'answer', ...gone });
    }
    const source = await aRestingProject(world);
    await world.converge();
    expect(urisOf(source)).toEqual(OUR_URIS);
    expect(await integrationOf(world, source)).toMatchObject({ state: 'integrated', provenBy: 'echo' });
    await expectInSync(world, source);
  },
);

it('an answer that is lost is found out by reading again', async () => {
  world = await startIntegrating();
  world.primary.faults.order({ operation: 'UpdateProject', kind: 'drop', effect: 'done', times: 'always' });
  const source = await aRestingProject(world);
  await world.converge();
  expect(await integrationOf(world, source)).toMatchObject({ state: 'integrated', provenBy: 'echo' });
  await expectInSync(world, source);
});

it('a service that can’t be read for the URIs holds up nothing, and is asked the next day', async () => {
  world = await startIntegrating();
  const faulty = { status: 500, pathContains: 'v3.4-preview', times: 'always' } as const;
  world.primary.faults.order({ operation: 'GetProject', kind: 'answer', ...faulty });
  const source = await aRestingProject(world);
  await world.converge();
  await expectInSync(world, source);
  expect(await integrationOf(world, source)).toMatchObject({ state: 'failed' });
  expect(sourceWrites(world)).toEqual([]);
});

it.each<[string, NonNullable<WorldOptions['policy']>]>([
  ['in a dry run', { dryRun: true }],
  ['where it is not asked for', { integration: null }],
])('nothing is written or read for it %s', async (_, policy) => {
  world = await startIntegrating({ policy });
  const source = await aRestingProject(world);
  await world.converge();
  await nextSweep(world);
  expect(sourceWrites(world)).toEqual([]);
  expect(world.primary.calls.all.every(({ version }) => version === 'v3.3')).toBe(true);
  expect(await integrationOf(world, source)).toBeNull();
});

it('a project that is out of scope is left alone', async () => {
  world = await startIntegrating({ policy: { exclusionOf: () => 'excluded' } });
  const source = await aRestingProject(world);
  await world.converge();
  expect(urisOf(source)).toEqual(NO_URIS);
});
