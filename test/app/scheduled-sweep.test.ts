import { onSchedule } from '../../src/app/scheduled-sweep.ts';
import { newCatalogue } from '../../src/core/backups/catalogue.ts';
import type { BackupStore } from '../../src/backups/ports.ts';
import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import { copied, FLOWERS } from '../support/scenery.ts';
import { openedApp, type Opened } from '../support/opened-app.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;
let opened: Opened;
beforeEach(async () => {
  world = await startWorld();
  opened = openedApp(world);
});
function failure(code: string): ReplicationFailure {
  return new ReplicationFailure(`${code} in this test.`, { class: 'transient', code, hint: 'Wait.' });
}

describe('what follows a sweep', () => {
  it('is to enqueue the backups that are due, and to tell what is stored', async () => {
    const { id } = await copied(world);
    world.events.length = 0;
    await onSchedule(opened);
    expect(world.queue.takeDue()).toContainEqual(expect.objectContaining({ projectId: id, reason: 'backups' }));
    expect(world.eventsOf('sweep.metrics')).toMatchObject([{ inScope: 1, protected: 1 }]);
    expect(world.eventsOf('project.metrics')).toMatchObject([{ projectId: id }]);
    expect(world.eventsOf('sweep.task.failed')).toEqual([]);
  });

  it('tells what the sweep itself found, not what was stored before', async () => {
    await world.primary.resource.addProject(FLOWERS);
    await onSchedule(opened);
    expect(world.eventsOf('sweep.metrics')).toMatchObject([{ inScope: 1, protected: 0, targetProjects: 0 }]);
  });

  it('reads records once besides the sweep, and catalogues once in all', async () => {
    const ids: string[] = [];
    for (const name of ['One', 'Two', 'Three']) ids.push((await copied(world, { ...FLOWERS, name })).id);
    for (const id of ids) await opened.catalogues.catalogue(id).write(newCatalogue(id, 'One'), null);
    const { store, backups, counts } = opened.counting();
    const { deps } = opened;
    await onSchedule({ ...opened, deps: { ...deps, store }, backups: { ...opened.backups, backups } });
    expect(world.eventsOf('sweep.failed')).toEqual([]);
    // Each record by the sweep, under its lease where the sweep notes that it has looked, and for what follows.
    expect(counts).toEqual({ listRecords: 2, record: 3 * ids.length, listCatalogues: 1, catalogue: ids.length });
  });
});

describe('a failure in what follows a sweep', () => {
  const sweepFails = () =>
    world.primary.faults.order({ operation: 'GetProjects', kind: 'answer', status: 401, times: 'always' });

  /** The catalogues as they are, but for a list of them. */
  function failingList(list: () => Promise<never>): BackupStore {
    const { catalogues } = opened;
    return new Proxy<BackupStore>(catalogues, {
      get: (_, name) => (name === 'listCatalogues' ? list : (Reflect.get(catalogues, name) as unknown)),
    });
  }

  /** The app, in which the tasks fail that are named. */
  function failing(tasks: readonly string[]): Opened {
    const { deps, backups, parts } = opened;
    const broken = (name: string) => Promise.reject(failure(name.toUpperCase()));
    return {
      ...opened,
      backups: {
        ...backups,
        ...(tasks.includes('read') && { backups: failingList(() => broken('read')) }),
        ...(tasks.includes('backups') && { queue: { enqueue: () => broken('backups') } }),
      },
      deps,
      parts: {
        ...parts,
        ...(tasks.includes('metrics') && { rejected: { ...parts.rejected, count: () => broken('metrics') } }),
      },
    };
  }

  it.each([
    { sweep: 'fails', tasks: ['read'], thrown: 'ErrorUnknown', told: ['read'], metrics: 0 },
    { sweep: 'fails', tasks: ['backups'], thrown: 'ErrorUnknown', told: ['backups'], metrics: 1 },
    { sweep: 'fails', tasks: ['metrics'], thrown: 'ErrorUnknown', told: ['metrics'], metrics: 0 },
    { sweep: 'fails', tasks: ['backups', 'metrics'], thrown: 'ErrorUnknown', told: ['backups', 'metrics'], metrics: 0 },
    { sweep: 'fails', tasks: [], thrown: 'ErrorUnknown', told: [], metrics: 1 },
    { sweep: 'succeeds', tasks: ['read'], thrown: 'READ', told: ['read'], metrics: 0 },
    { sweep: 'succeeds', tasks: ['backups'], thrown: 'BACKUPS', told: ['backups'], metrics: 1 },
    { sweep: 'succeeds', tasks: ['metrics'], thrown: 'METRICS', told: ['metrics'], metrics: 0 },
    { sweep: 'succeeds', tasks: ['backups', 'metrics'], thrown: 'BACKUPS', told: ['backups', 'metrics'], metrics: 0 },
  ])(
    'is told, and the first is thrown: sweep $sweep, failing $tasks',
    async ({ sweep, tasks, thrown, told, metrics }) => {
      await copied(world);
      if (sweep === 'fails') sweepFails();
      world.events.length = 0;
      await expect(onSchedule(failing(tasks))).rejects.toMatchObject({ code: thrown });
      expect(world.eventsOf('sweep.failed')).toHaveLength(sweep === 'fails' ? 1 : 0);
      expect(world.eventsOf('sweep.task.failed')).toMatchObject(
        told.map((task) => ({ task, code: task.toUpperCase() })),
      );
      expect(world.eventsOf('sweep.metrics')).toHaveLength(metrics);
    },
  );
});
