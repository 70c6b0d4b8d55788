import { invocationLimit } from '../../src/app/invocation.ts';
import { sweep } from '../../src/replicator/sweep/sweep.ts';
import { openedApp } from '../support/opened-app.ts';
import { startWorld } from '../support/started-world.ts';

const LIMIT_IN_MS = 60;

test('an invocation that takes too long ends as a failure that says so, and what comes next', async () => {
  const world = await startWorld();
  world.primary.faults.order({ operation: 'GetProjects', kind: 'timeout', effect: 'none', times: 'always' });
  const { deps, config } = openedApp(world);
  await expect(
    sweep({ ...deps, policy: world.policy }, config.scope, invocationLimit(LIMIT_IN_MS), null),
  ).rejects.toMatchObject({
    class: 'transient',
    code: 'INVOCATION_TOO_LONG',
    message: 'The invocation was ended after 0.06 s, before its work was done.',
  });
  expect(world.eventsOf('sweep.failed')).toMatchObject([{ code: 'INVOCATION_TOO_LONG' }]);
});
