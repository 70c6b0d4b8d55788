import type { LoggedEvent } from '../support/running-app.ts';
import { FLOWERS } from '../support/scenery.ts';
import { Theatre } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(2);
});
afterAll(() => theatre.close());

const operationsOf = (events: readonly LoggedEvent[]): Set<unknown> =>
  new Set(events.map(({ operationId }) => operationId));

test.concurrent(
  'whatever function called a resource tells so, and all that is told adds up to what was called',
  async () => {
    const stage = await theatre.stage();
    await stage.primary.resource.addProject(FLOWERS);
    const app = await stage.start();
    await stage.settle(app);
    const told = app.eventsOf('resource.calls');
    for (const [side, resource] of [['source', stage.primary] as const, ['target', stage.secondary] as const]) {
      const ofSide = told.filter((event) => event['side'] === side);
      const sum = ofSide.reduce((total, { calls }) => total + Number(calls), 0);
      expect([side, sum]).toEqual([side, resource.calls.all.length]);
      expect(ofSide.every(({ calls, answered }) => calls === answered)).toBe(true);
    }
    // Which of those that run at once tells a call is left to chance here, where all share one process.
    const sweeps = operationsOf(app.eventsOf('sweep.completed'));
    expect(told.some(({ operationId }) => !sweeps.has(operationId))).toBe(true);

    const before = app.eventsOf('sweep.metrics').length;
    expect((await app.post('/admin/functions/tellMetrics')).status).toBe(202);
    const { operationId } = await app.process.until(() => app.eventsOf('sweep.metrics')[before]);
    expect(app.eventsOf('project.metrics').filter((event) => event['operationId'] === operationId)).toHaveLength(1);
  },
);

test.concurrent('a resource that lets nobody in is told by the sweep that it kept from completing', async () => {
  const stage = await theatre.stage({ env: { PRIMARY_TRAINING_KEY: 'f'.repeat(32) } });
  const app = await stage.start();
  const { operationId, event } = await app.sweep();
  expect(event).toBe('sweep.failed');
  const told = await app.logged('resource.calls', (one) => one['side'] === 'source');
  expect(told).toMatchObject({ operationId, calls: 1, answered: 0, failureCode: 'HTTP_401' });
  const target = await app.logged('resource.calls', (one) => one['side'] === 'target');
  expect(target).toMatchObject({ operationId, answered: target['calls'] });
  const metrics = await app.logged('sweep.metrics');
  expect(metrics).toMatchObject({ operationId, nextDueAt: expect.stringMatching(/^\d{4}-/) as string });
});
