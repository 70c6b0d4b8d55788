import { expectAtRest } from '../support/at-rest.ts';
import { routingContract, statusContract } from '../support/contract.ts';
import { CARS, FLOWERS, writesTo } from '../support/scenery.ts';
import { eventually, PRIMARY_PREDICTION_RESOURCE as predictionId, Theatre, type Stage } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(4);
});
afterAll(() => theatre.close());

/** Projects of every kind. */
async function addSixProjects({ primary: { resource } }: Stage): Promise<void> {
  await resource.addProject(FLOWERS);
  await resource.addProject(CARS);
  await resource.addProject({ name: 'Untrained', tags: [{ name: 'a', images: 1 }], untaggedImages: 3 });
  await resource.addProject({ name: 'Empty' });
  await resource.addProject({
    name: 'Ripe & raw — “Früchte” 🍎',
    description: 'Two lines,\nand a mark of its own: [replica of somebody]',
    classificationType: 'Multiclass',
    domain: 'General (compact)',
    tags: [
      { name: 'ripe', images: 2 },
      { name: 'Negative', type: 'Negative', images: 1 },
    ],
    iterations: [{ name: 'first' }, { name: 'failed', status: 'Failed' }, { name: 'second' }],
  });
  await resource.addProject({
    name: 'Published twice',
    tags: [{ name: 'a', images: 1 }],
    iterations: [
      { name: 'Iteration 1', publishName: 'stable', predictionId },
      { name: 'Iteration 2', publishName: 'beta', predictionId },
    ],
  });
}

test.concurrent('one sweep copies every project; the next one finds nothing to do and writes nothing', async () => {
  const stage = await theatre.stage();
  await addSixProjects(stage);
  const app = await stage.start();
  expect(await app.get('/api/health')).toEqual({ status: 200, body: { code: 'OK' } });
  expect(await app.sweep()).toMatchObject({
    event: 'sweep.completed',
    projects: 6,
    inScope: 6,
    enqueued: 6,
    failed: 0,
  });

  const status = await eventually('six projects in sync', async () => {
    const now = await app.status();
    return now.projects.filter(({ sync }) => sync === 'in-sync').length === 6 ? now : undefined;
  });
  await stage.quiet();
  await expectAtRest(stage, app);
  statusContract.parse(status);
  expect(status.summary).toMatchObject({ inScope: 6, protected: 6, parked: 0, breaches: 0 });
  // Until a look has shown that the service tells of edited labels, lag counts from when they were last read.
  expect(status.summary.worstLagSeconds).toBeLessThan(120);
  expect(status.summary.readyToFailOver).toBe(true);
  const { body: routing } = await app.get('/api/routing');
  expect(Object.keys(routingContract.parse(routing).projects).sort()).toEqual(
    stage.primary.resource.projects.map(({ id }) => id).sort(),
  );
  expect(await app.get('/api/health')).toEqual({ status: 200, body: { code: 'OK' } });
  expect(writesTo(stage.primary)).toEqual([]);
  expect(stage.primary.calls.of('ExportProject')).toHaveLength(6);
  expect(stage.secondary.calls.of('ImportProject')).toHaveLength(6);

  stage.primary.calls.clear();
  stage.secondary.calls.clear();
  expect(await app.sweep()).toMatchObject({ event: 'sweep.completed', enqueued: 0, failed: 0 });
  await stage.quiet();
  expect(stage.primary.calls.of('ExportProject')).toEqual([]);
  expect([...writesTo(stage.primary), ...writesTo(stage.secondary)]).toEqual([]);
  const { quota, sweep } = await app.status();
  expect(quota).toMatchObject({ targetProjects: 6, targetProjectLimit: 100 });
  expect(sweep).toMatchObject({ problem: null, brake: null });
});

test.concurrent('the timer sweeps by its schedule, again and again, unasked', async () => {
  const stage = await theatre.stage();
  const { id } = await stage.primary.resource.addProject(CARS);
  const app = await stage.start({ REPLICATION_SCHEDULE: '*/2 * * * * *' });
  await app.logged('project.protected', ({ projectId }) => projectId === id);
  await app.process.until(() => (app.eventsOf('sweep.completed').length >= 3 ? true : undefined));
  const { sweep } = statusContract.parse(await app.status());
  expect(Date.parse(sweep.nextDueAt ?? '') - Date.parse(sweep.lastCompletedAt ?? '')).toBeLessThanOrEqual(2_000);
  expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);
});

test.concurrent('a host that was stopped in order goes on where it was when it comes back', async () => {
  const stage = await theatre.stage({ secondary: { delays: { importInSeconds: 2 } } });
  await stage.primary.resource.addProject(FLOWERS);
  const first = await stage.start();
  await first.sweep();
  await first.logged('import.begun');
  expect(await first.process.end('SIGTERM')).toBe(0);
  const second = await stage.start();
  await second.logged('project.protected');
  await stage.settle(second);
  await expectAtRest(stage, second);
  expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);
});
