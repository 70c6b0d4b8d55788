import type { FaultOrder, StoredProject } from '../../../src/local/simulator/index.ts';
import { checkAtRest } from '../../support/invariants.ts';
import { addRose, copied, copies, currentCopy, expectInSync, FLOWERS, nextSweep } from '../../support/scenery.ts';
import { startWorld } from '../../support/started-world.ts';
import type { World, WorldOptions } from '../../support/world.ts';

let world: World;

type Fault = Omit<Extract<FaultOrder, { kind: string }>, 'operation'>;

async function start(options?: WorldOptions): Promise<StoredProject> {
  world = await startWorld(options);
  return world.primary.resource.addProject(FLOWERS);
}

function order(fault: object): void {
  world.secondary.faults.order({ operation: 'ImportProject', ...(fault as Fault) } as FaultOrder);
}

/** How long until each attempt, in seconds from the one before, as the calls of ImportProject show. */
function gaps(): number[] {
  const times = world.secondary.calls.of('ImportProject').map(({ at }) => at / 1_000);
  return times.slice(1).map((at, index) => at - (times[index] ?? 0));
}

describe('an import whose reply is lost', () => {
  it.each([
    ['after it took effect', { kind: 'drop', effect: 'done' }],
    ['in the middle of the answer', { kind: 'truncate' }],
    ['in an answer that makes no sense', { kind: 'not-json' }],
    ['behind a gateway that gave up', { kind: 'answer', status: 504, shape: 'html', effect: 'done' }],
    ['and which surfaces seconds later', { kind: 'late-effect', lateInMs: 7_000 }],
    ['and which surfaces minutes later', { kind: 'late-effect', lateInMs: 200_000 }],
  ])('%s is adopted and never asked for again', async (_name, fault) => {
    const source = await start();
    order(fault);
    await world.converge();
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(1);
    expect(world.eventsOf('import.adopted')).toHaveLength(1);
    expect(world.secondary.resource.projects).toHaveLength(1);
  });

  it('before it took effect is asked for anew, once it was looked for long enough', async () => {
    const source = await start();
    order({ kind: 'drop', effect: 'none' });
    await world.converge();
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(2);
    expect(gaps()[0]).toBeGreaterThan(world.policy.limits.lateImportInSeconds);
  });

  it.each(['no', 'published'] as const)(
    'and which surfaces after another took its place is discarded (publish names kept: %s)',
    async (importKeepsPublishName) => {
      const source = await start({ secondary: { unknowns: { importKeepsPublishName } } });
      order({ kind: 'late-effect', lateInMs: 1_500_000 });
      await world.converge();
      await expectInSync(world, source);
      await world.pass(1_500);
      expect(world.secondary.resource.projects).toHaveLength(2);
      await nextSweep(world, 2);
      expect(world.names).toEqual(['Flowers']);
      expect(world.eventsOf('import.discarded')).toMatchObject([{ code: 'IMPORT_SUPERSEDED' }]);
      await expectInSync(world, source);
    },
  );

  it('is left alone for as long as a reply may be late', async () => {
    await start();
    order({ kind: 'late-effect', lateInMs: 1_500_000 });
    await world.converge();
    await world.pass(1_500);
    await world.sweep();
    expect(world.names).toHaveLength(2);
  });
});

it('an import that the service made twice leaves no double behind', async () => {
  const source = await start();
  world.expectsDoubles = true;
  order({ kind: 'twice' });
  await world.converge();
  await nextSweep(world, 2);
  world.expectsDoubles = false;
  expect(world.names).toEqual(['Flowers']);
  await expectInSync(world, source);
});

describe('an import that ends Failed', () => {
  it('is discarded and made again', async () => {
    const source = await start();
    order({ kind: 'ends-failed' });
    await world.converge();
    await expectInSync(world, source);
    expect(copies(world)).toEqual({ exports: 2, imports: 2 });
    expect(world.secondary.resource.projects).toHaveLength(1);
    expect(world.eventsOf('import.discarded')).toMatchObject([{ code: 'IMPORT_FAILED' }]);
  });

  it('every time is tried again with a growing delay, never more than one at once', async () => {
    const source = await start();
    order({ kind: 'ends-failed', times: 'always' });
    await world.sweep();
    await world.settle(86_400);
    const delays = gaps();
    expect(copies(world).imports).toBeLessThan(25);
    for (const [index, delay] of delays.slice(1).entries()) expect(delay).toBeGreaterThanOrEqual(delays[index]! - 60);
    expect(delays.at(-1)).toBeGreaterThan(3_600);
    expect(world.secondary.resource.projects.length).toBeLessThanOrEqual(1);
    const { failure, failedImports } = await world.record(source.id);
    expect(failure).toMatchObject({ class: 'partial-import', code: 'IMPORT_FAILED', attempts: failedImports });
    expect(failure?.nextAttemptAt).not.toBeNull();

    world.secondary.faults.clear();
    await world.settle(86_400);
    await nextSweep(world);
    await expectInSync(world, source);
  });

  it('leaves the old copy in use', async () => {
    world = await startWorld();
    const source = await copied(world);
    const before = await currentCopy(world, source.id);
    addRose(world.primary, source);
    order({ kind: 'ends-failed', times: 3 });
    await world.sweep();
    await world.settle(60);
    expect(await currentCopy(world, source.id)).toBe(before);
    expect(before.name).toBe('Flowers');
    await world.settle();
    await expectInSync(world, source);
  });
});

describe.each(['allowed', 'refused'] as const)(
  'an import that never ends, deleteWhileImporting %s',
  (deleteWhileImporting) => {
    it('is given up after its deadline, and made again once it is gone', async () => {
      const source = await start({ secondary: { unknowns: { deleteWhileImporting } } });
      order({ kind: 'never-ends' });
      await world.sweep();
      await world.settle(3_500);
      expect(copies(world).imports).toBe(1);
      await world.settle(7_200);
      if (deleteWhileImporting === 'refused') {
        // At most one import that can't be deleted: it is waited for, visibly.
        expect(copies(world).imports).toBe(1);
        expect((await world.record(source.id)).failure).toMatchObject({ class: 'refused' });
        world.secondary.setUnknowns({ deleteWhileImporting: 'allowed' });
        await world.settle(86_400);
      }
      await nextSweep(world);
      await expectInSync(world, source);
      expect(copies(world).imports).toBe(2);
      expect(world.secondary.resource.projects).toHaveLength(1);
    });
  },
);

it('an import that takes long but within four times its own estimate is waited for', async () => {
  const source = await start({
    primary: { delays: { importInSeconds: 7_200 } },
    secondary: { delays: { importInSeconds: 20_000 } },
  });
  await world.sweep();
  await world.settle(30_000);
  await nextSweep(world);
  await expectInSync(world, source);
  expect(copies(world).imports).toBe(1);
});

describe('an import that is refused for certain', () => {
  it.each([
    ['429', { kind: 'throttle', afterInSeconds: 40 }, 'throttled'],
    ['400', { kind: 'answer', status: 400, code: 'BadRequestInvalidImportToken' }, 'refused'],
    ['409', { kind: 'answer', status: 409, code: 'Conflict' }, 'refused'],
    ['quota', { kind: 'answer', status: 400, code: 'BadRequestExceededQuota' }, 'quota'],
    ['DR mode', { kind: 'answer', status: 403, code: 'ForbiddenDRModeEnabled' }, 'wait'],
  ])('with %s is asked for again by the same run, with a new token', async (_name, fault, failureClass) => {
    const source = await start();
    order(fault);
    await world.sweep();
    const { run, failure } = await world.record(source.id);
    expect(run).toMatchObject({ intent: null });
    expect(failure).toMatchObject({ class: failureClass, needsPerson: false });
    await world.settle(86_400);
    await nextSweep(world);
    await expectInSync(world, source);
    expect(copies(world)).toEqual({ exports: 2, imports: 2 });
    expect(new Set(world.tokens).size).toBe(2);
    expect((await world.record(source.id)).current).toBe(run?.runId);
  });

  it.each([401, 403])('with %d is parked, tried in each sweep, and heals when that is mended', async (status) => {
    const source = await start();
    order({ kind: 'answer', status, shape: 'nested', times: 'always' });
    await nextSweep(world, 2);
    const { failure } = await world.record(source.id);
    expect(failure).toMatchObject({ class: 'auth', needsPerson: true, attempts: 2, nextAttemptAt: null });
    expect(failure?.message).toContain(new URL(world.secondary.url).host);
    expect(copies(world).imports).toBe(2);
    world.secondary.faults.clear();
    await nextSweep(world);
    await expectInSync(world, source);
  });

  it('is never asked for before the service wants it', async () => {
    await start();
    order({ kind: 'throttle', afterInSeconds: 5_000 });
    await world.sweep();
    await world.settle(10_000);
    expect(gaps()[0]).toBeGreaterThanOrEqual(5_000);
  });
});

it('an import whose project is deleted by somebody is made again', async () => {
  const source = await start();
  await world.sweep();
  const { run } = await world.record(source.id);
  await world.pass(120);
  world.secondary.resource.removeProject(run?.replicaProjectId ?? '');
  await world.settle();
  await expectInSync(world, source);
  expect(copies(world).imports).toBe(2);
  await checkAtRest(world);
});
