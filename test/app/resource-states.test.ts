import { keepResourceStates } from '../../src/app/resource-states.ts';
import { readStored } from '../../src/app/queries.ts';
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
  expect((await readStored(opened)).resources).toMatchObject({
    primary: { state: 'unreachable' },
    secondary: { state: 'answers' },
  });
});

it('nothing is read or written where nothing was asked, or nothing is new', async () => {
  const opened = openedApp(world);
  const calls: string[] = [];
  const { resources } = opened.deps.store;
  const counted: typeof resources = {
    read: (signal) => {
      calls.push('read');
      return resources.read(signal);
    },
    write: (...given) => {
      calls.push('write');
      return resources.write(...given);
    },
  };
  const counting = { ...opened, deps: { ...opened.deps, store: { ...opened.deps.store, resources: counted } } };
  await keepResourceStates(counting);
  expect(calls).toEqual([]);
  await world.sweep();
  await keepResourceStates(counting);
  await keepResourceStates(counting);
  expect(calls).toEqual(['read', 'write']);
});

it('what a sweep has met is kept before it tells its metrics', async () => {
  await onSchedule(openedApp(world));
  expect(world.eventsOf('resource.metrics')).toMatchObject([
    { side: 'primary', state: 'answers' },
    { side: 'secondary', state: 'answers' },
  ]);
});

it('what is damaged is told and hides nothing else', async () => {
  const opened = openedApp(world);
  world.store.put('resources.json', 'not JSON');
  await onSchedule(opened);
  expect((await readStored(opened)).resources).toBeNull();
  expect(world.eventsOf('storage.unavailable')).not.toHaveLength(0);
});

it('where it cannot be kept that is told, and nothing is spoilt', async () => {
  const opened = openedApp(world);
  await world.sweep();
  const refuses = { read: () => Promise.reject(new Error('no')), write: () => Promise.reject(new Error('no')) };
  const failing = { ...opened, deps: { ...opened.deps, store: { ...opened.deps.store, resources: refuses } } };
  await keepResourceStates(failing);
  expect(world.eventsOf('storage.unavailable')).toHaveLength(1);
});
