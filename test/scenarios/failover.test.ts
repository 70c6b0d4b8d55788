import type { FailoverPlan } from '../../src/core/status/failover-plan.ts';
import { routingContract } from '../support/contract.ts';
import type { RunningApp } from '../support/running-app.ts';
import { addRose, FLOWERS, publishedOn } from '../support/scenery.ts';
import { Theatre } from '../support/stage.ts';

jest.setTimeout(180_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(2);
});
afterAll(() => theatre.close());

const WHO = { by: 'Ada', reason: 'the region is down' };

async function routeOf(app: RunningApp, id: string) {
  return routingContract.parse((await app.get('/api/routing')).body).projects[id];
}

test('clients are sent to the copy while the primary is dead, stay there when it is back, and are sent back', async () => {
  const stage = await theatre.stage();
  const source = await stage.primary.resource.addProject(FLOWERS);
  const { id } = source;
  const app = await stage.start();
  await stage.settle(app);
  const { replica } = await app.project(id);
  const copy = replica?.projectId ?? '';

  stage.primary.faults.order({ operation: '*', kind: 'drop', times: 'always' });
  const { body } = await app.get('/api/failover/plan?project=Flowers');
  const { projects, problems } = body as FailoverPlan;
  expect(problems).toEqual([]);
  expect(projects).toMatchObject([
    {
      projectId: id,
      active: 'primary',
      readiness: { state: 'ready' },
      copy: { projectId: copy },
      publishNames: ['production'],
    },
  ]);
  expect(await app.get('/api/failover/plan?project=Trees')).toMatchObject({
    status: 404,
    body: { code: 'NO_SUCH_PROJECT' },
  });

  expect(await app.post('/api/failover', { projects: ['Flowers'], all: true, ...WHO })).toMatchObject({
    ...{ status: 400, body: { code: 'BAD_REQUEST' } },
  });
  const sent = await app.post('/api/failover', { projects: ['Flowers'], ...WHO });
  expect(sent).toMatchObject({ status: 200, body: { results: [{ projectId: id, name: 'Flowers', outcome: 'done' }] } });
  expect(await app.post('/api/failover', { all: true, ...WHO })).toMatchObject({
    body: { results: [{ outcome: 'already' }] },
  });
  const route = await routeOf(app, id);
  expect(route).toMatchObject({ active: 'secondary', secondary: { projectId: copy, publishNames: ['production'] } });

  // It comes back with newer content, then once more with what somebody restored from elsewhere.
  stage.primary.faults.clear();
  const images = [...source.images.keys()];
  const returns = [
    () => addRose(stage.primary, source),
    () => stage.primary.resource.removeImages(id, images.slice(0, 3)),
  ];
  for (const comesBack of returns) {
    comesBack();
    await stage.advance(1_800);
    await app.sweep();
    await stage.quiet();
    expect(await routeOf(app, id)).toEqual(route);
    const served = stage.secondary.resource.project(copy);
    expect([served.name, publishedOn(served)]).toEqual(['Flowers', { production: 'Iteration 2' }]);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);
  }
  const { frozen } = await app.project(id);
  expect(frozen).toMatchObject({ ...WHO, heldBack: 'what the primary holds now is not copied' });
  expect(await app.project(id)).toMatchObject({ active: 'secondary', failedOver: WHO });
  expect(await app.post(`/api/projects/${id}/release`, WHO)).toMatchObject({
    status: 409,
    body: { code: 'FAILED_OVER' },
  });

  const back = { by: 'Bob', reason: 'the region is up' };
  expect(await app.post('/api/failback', { all: true, ...back })).toMatchObject({
    ...{ status: 200, body: { results: [{ projectId: id, outcome: 'done' }] } },
  });
  expect(await routeOf(app, id)).toMatchObject({ active: 'primary' });
  await stage.settle(app);
  expect(stage.secondary.calls.of('ImportProject')).toHaveLength(2);
  expect(await app.project(id)).toMatchObject({ sync: 'in-sync', active: 'primary', failedOver: null, frozen: null });
  const { entries } = (await app.get(`/api/projects/${id}/history`)).body as { entries: { event: string }[] };
  expect(entries.filter(({ event }) => event.startsWith('fail'))).toMatchObject([
    { event: 'failover', ...WHO, evidence: { replicaProjectId: copy } },
    { event: 'failback', ...back },
  ]);
  for (const event of ['failover', 'failback']) expect(app.eventsOf(event)).toMatchObject([{ projectId: id }]);
});

test('outcomes that differ are told by 207, and nothing is sent anywhere under DRY_RUN', async () => {
  const stage = await theatre.stage();
  await stage.primary.resource.addProject(FLOWERS);
  await stage.primary.resource.addProject({ name: 'Unused', tags: [{ name: 'weed', images: 2 }] });
  const app = await stage.start();
  await stage.settle(app);
  expect(await app.post('/api/failover', { all: true, ...WHO })).toMatchObject({
    status: 207,
    body: {
      results: [
        { name: 'Flowers', outcome: 'done' },
        { name: 'Unused', outcome: 'not-ready' },
      ],
    },
  });
  await app.kill();
  const careful = await stage.start({ DRY_RUN: 'true' });
  expect(await careful.post('/api/failback', { all: true, ...WHO })).toMatchObject({
    status: 409,
    body: { code: 'DRY_RUN' },
  });
});
