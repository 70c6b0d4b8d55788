import {
  aRestingProject,
  connectionTest,
  DAY_IN_SECONDS,
  integrationOf,
  QUIET_IN_SECONDS,
  sourceWrites,
  startIntegrating,
  TAKES_NO_URIS,
} from '../../support/integration-scenery.ts';
import { Killed } from '../../support/killer.ts';
import { copies, expectInSync, nextSweep } from '../../support/scenery.ts';
import type { World } from '../../support/world.ts';

let world: World;

async function request(projectId: string): Promise<void> {
  await world.queue.enqueue({ schemaVersion: 1, projectId, reason: 'request', wakeId: null }, 0);
  await world.settle();
}

describe('an attempt that nothing shows the outcome of', () => {
  beforeEach(async () => {
    world = await startIntegrating({ primary: { unknowns: TAKES_NO_URIS } });
  });

  it('is made once by each version, and not again within a day, however often it is swept', async () => {
    const source = await aRestingProject(world);
    await world.converge();
    expect(sourceWrites(world)).toEqual(['v3.4-preview', 'v3.3']);
    await nextSweep(world, 6);
    expect(sourceWrites(world)).toHaveLength(2);
    await world.pass(DAY_IN_SECONDS);
    await world.converge();
    expect(sourceWrites(world)).toHaveLength(4);
    await expectInSync(world, source);
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
  });

  it('is made again when a person asks for it, once', async () => {
    const source = await aRestingProject(world);
    await world.converge();
    await world.pass(QUIET_IN_SECONDS);
    await request(source.id);
    expect(sourceWrites(world)).toHaveLength(4);
    await expectInSync(world, source);
  });

  it('is proven by the message that the service sends', async () => {
    const source = await aRestingProject(world);
    await world.converge();
    await world.notify(connectionTest(source.id));
    expect(await integrationOf(world, source)).toMatchObject({
      state: 'integrated',
      provenBy: 'connection-test',
      reason: null,
    });
    expect(world.eventsOf('integration.configured')).toMatchObject([
      { state: 'unproven', provenBy: null },
      { state: 'integrated', provenBy: 'connection-test' },
    ]);
    await world.pass(2 * DAY_IN_SECONDS);
    await world.converge();
    expect(sourceWrites(world)).toHaveLength(2);
    await expectInSync(world, source);
  });
});

it.each(['before', 'after'] as const)(
  'a process that is killed %s an attempt is not followed by another attempt within a day',
  async (phase) => {
    world = await startIntegrating({ primary: { unknowns: TAKES_NO_URIS } });
    const source = await aRestingProject(world);
    world.killer.killAt(await effectsUntil('source.updateStorageUris'), phase);
    await world.converge().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    expect(world.killer.effects.at(-1)).toBe('source.updateStorageUris');
    const made = sourceWrites(world).length;
    await world.restart();
    await world.converge();
    expect(sourceWrites(world)).toHaveLength(made);
    await expectInSync(world, source);
    expect(await integrationOf(world, source)).toMatchObject({ state: 'unproven' });
  },
);

/** How many effects of a like process come before one of this name. */
async function effectsUntil(effect: string): Promise<number> {
  const other = await startIntegrating({ primary: { unknowns: TAKES_NO_URIS } });
  await aRestingProject(other);
  await other.sweep();
  return other.killer.effects.indexOf(effect);
}

it('a message about a project whose wake is still due proves as well, and leaves the wake', async () => {
  world = await startIntegrating({ primary: { unknowns: TAKES_NO_URIS } });
  const source = await aRestingProject(world);
  await world.sweep();
  const { wake } = await world.record(source.id);
  expect(wake).not.toBeNull();
  await world.notify(connectionTest(source.id));
  expect(await world.record(source.id)).toMatchObject({ wake, integration: { provenBy: 'connection-test' } });
  await world.settle();
  await expectInSync(world, source);
});

it('a message about a project that nobody knows is only noted as such', async () => {
  world = await startIntegrating();
  const projectId = '00000000-0000-4000-8000-000000000001';
  await world.notify(connectionTest(projectId));
  expect(world.eventsOf('notification.received')).toMatchObject([
    { outcome: expect.stringContaining('ignored') as string },
  ]);
  expect(world.queue.nextDueAt()).toBeNull();
});
