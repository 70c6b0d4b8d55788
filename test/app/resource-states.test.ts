import { keepResourceStates } from '../../src/app/resource-states.ts';
import { status } from '../../src/app/queries.ts';
import { onSchedule } from '../../src/app/scheduled-sweep.ts';
import { openedApp } from '../support/opened-app.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

const stored = async () => (await world.store.resources.read())?.value;

it('what calls have shown is kept, told when it changes, and read by status', async () => {
  const opened = openedApp(world);
  await onSchedule(opened);
  await keepResourceStates(opened);
  expect(await stored()).toMatchObject({ primary: { state: 'answers' }, secondary: { state: 'answers' } });
  world.primary.faults.order({ operation: '*', kind: 'drop', effect: 'none', times: 'always' });
  await world.pass(1_800);
  await expect(onSchedule(opened)).rejects.toThrow();
  await keepResourceStates(opened);
  expect(world.eventsOf('resource.state.changed')).toMatchObject([
    { side: 'primary', state: 'answers', before: 'unknown' },
    { side: 'secondary', state: 'answers', before: 'unknown' },
    { side: 'primary', state: 'unreachable', before: 'answers' },
  ]);
  const { report } = await status(opened);
  expect(report.resources.primary).toMatchObject({ state: 'unreachable' });
  expect(report.resources.secondary).toMatchObject({ state: 'answers' });
});

it('nothing is read or written where nothing was asked, or nothing is new', async () => {
  const opened = openedApp(world);
  let reads = 0;
  const resources = {
    ...opened.deps.store.resources,
    read: () => {
      reads += 1;
      return opened.deps.store.resources.read();
    },
  };
  const counting = { ...opened, deps: { ...opened.deps, store: { ...opened.deps.store, resources } } };
  await keepResourceStates(counting);
  expect(reads).toBe(0);
  await onSchedule(opened);
  await keepResourceStates(counting);
  await keepResourceStates(counting);
  expect(reads).toBe(1);
});

it('where it cannot be kept that is told, and nothing is spoilt', async () => {
  const opened = openedApp(world);
  await onSchedule(opened);
  const refuses = { read: () => Promise.reject(new Error('no')), write: () => Promise.reject(new Error('no')) };
  const failing = { ...opened, deps: { ...opened.deps, store: { ...opened.deps.store, resources: refuses } } };
  await keepResourceStates(failing);
  expect(world.eventsOf('storage.unavailable')).toHaveLength(1);
});
