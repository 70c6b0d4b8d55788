import { onSchedule } from '../../src/app/scheduled-sweep.ts';
import { openedApp } from '../support/opened-app.ts';
import { startWorld } from '../support/started-world.ts';

it('a setting that was changed is in the history after the next sweep, once', async () => {
  const world = await startWorld();
  await onSchedule(openedApp(world, { SHRINK_LIMIT: '20' }));
  await world.pass(1_800);
  const changed = { SHRINK_LIMIT: '50' };
  await onSchedule(openedApp(world, changed));
  await world.pass(1_800);
  await onSchedule(openedApp(world, changed));
  const told = world.history.entries.filter(({ event }) => event === 'settings.changed');
  expect(told).toMatchObject([{ projectId: null, evidence: { SHRINK_LIMIT: '20 → 50' } }]);
});
