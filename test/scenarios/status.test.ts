import { storyOf } from '../support/at-rest.ts';
import { statusContract } from '../support/contract.ts';
import { CARS, FLOWERS } from '../support/scenery.ts';
import { Theatre } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(6);
});
afterAll(() => theatre.close());

const NOBODY = 'b2d6b6c3-5a51-4d1c-9d0a-3f8c4f9e1a77';

test.concurrent('a full secondary leaves a project behind, says what to do, and is got over by itself', async () => {
  const stage = await theatre.stage({ env: { SECONDARY_PROJECT_LIMIT: '1' } });
  const own = await stage.secondary.resource.addProject({ name: 'Somebody’s own' });
  const { id } = await stage.primary.resource.addProject(CARS);
  const app = await stage.start();
  await app.sweep();
  await app.logged('step.failed');
  const status = statusContract.parse(await app.status());
  expect(status.quota).toEqual({ targetProjects: 1, targetProjectLimit: 1 });
  expect(status.projects).toMatchObject([{ id, sync: 'behind', replica: null, generations: 0 }]);
  expect(status.projects[0]?.failure).toMatchObject({ code: 'NO_FREE_SLOT', needsPerson: false, attempts: 1 });
  expect(status.projects[0]?.failure?.message).toContain('1 of 1 projects');
  expect(status.projects[0]?.failure?.nextAttemptAt).not.toBeNull();
  expect(app.eventsOf('quota.low')).toMatchObject([{ targetProjects: 1, targetProjectLimit: 1, waiting: 1 }]);
  expect(stage.secondary.calls.of('ImportProject')).toEqual([]);

  stage.secondary.resource.removeProject(own.id);
  await stage.quiet();
  await stage.advance(900);
  await stage.settle(app);
  expect(await app.project(id)).toMatchObject({ sync: 'in-sync', failure: null });
});

test.concurrent(
  'a replica that somebody changed is parked with the reason, and goes on when that is undone',
  async () => {
    const stage = await theatre.stage();
    const { id } = await stage.primary.resource.addProject(FLOWERS);
    const app = await stage.start();
    await stage.settle(app);
    const replica = stage.secondary.resource.projectNamed('Flowers');
    await stage.secondary.resource.updateProject(replica.id, { name: 'Mine now' });
    await app.sweep();
    await app.logged('project.diverged');
    await stage.quiet();
    const status = statusContract.parse(await app.status());
    expect(status.summary).toMatchObject({ parked: 1, protected: 1 });
    expect(status.projects).toMatchObject([{ id, sync: 'parked', replica: { projectId: replica.id } }]);
    expect(status.projects[0]?.failure).toMatchObject({
      code: 'REPLICA_CHANGED',
      needsPerson: true,
      nextAttemptAt: null,
    });
    expect(status.projects[0]?.failure?.message).toContain('its name was Flowers and is Mine now');
    expect(stage.secondary.resource.project(replica.id).name).toBe('Mine now');

    await stage.secondary.resource.updateProject(replica.id, { name: 'Flowers' });
    await stage.settle(app);
    expect(await app.project(id)).toMatchObject({ sync: 'in-sync', failure: null });
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);
  },
);

test.concurrent('a list that lost half its projects is not believed until a person confirms it', async () => {
  const stage = await theatre.stage();
  const names = ['one', 'two', 'three', 'four'];
  for (const name of names) await stage.primary.resource.addProject({ name, tags: [{ name: 'a', images: 1 }] });
  const app = await stage.start();
  expect(await app.post('/api/brake/confirm')).toMatchObject({ status: 409, body: { code: 'NO_BRAKE' } });
  await stage.settle(app);
  for (const name of ['one', 'two']) stage.primary.resource.removeProject(stage.primary.resource.projectNamed(name).id);

  await app.sweep();
  const braked = await app.status();
  expect(braked.sweep).toMatchObject({ brake: { accepted: 4, missing: 2, confirmedAt: null } });
  expect(braked.sweep.problem).toContain('POST /api/brake/confirm');
  expect(braked.projects.map(({ sync }) => sync)).toEqual(['in-sync', 'in-sync', 'in-sync', 'in-sync']);
  expect(app.eventsOf('brake.tripped')).toHaveLength(1);

  expect(await app.post('/api/brake/confirm')).toMatchObject({ status: 202, body: { code: 'BRAKE_CONFIRMED' } });
  await app.sweep();
  const confirmed = statusContract.parse(await app.status());
  expect(confirmed.sweep.problem).toBeNull();
  expect(confirmed.projects.map(({ name, sync }) => `${name} ${sync}`)).toEqual([
    'four in-sync',
    'one source-missing',
    'three in-sync',
    'two source-missing',
  ]);
  expect(stage.secondary.resource.projects.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test.concurrent('people ask for a copy and get the story of one', async () => {
  const stage = await theatre.stage({ env: { GENERATIONS_TO_KEEP: '3' } });
  const { id } = await stage.primary.resource.addProject(FLOWERS);
  const other = await stage.primary.resource.addProject(CARS);
  const app = await stage.start();
  expect(await app.get('/api/routing')).toMatchObject({ status: 404, body: { code: 'NO_ROUTING' } });
  await stage.settle(app);

  stage.primary.resource.addImages(id, 1, { tags: ['rose'] });
  expect(await app.post(`/api/replicate/${id.toUpperCase()}`)).toEqual({ status: 202, body: { enqueued: 1 } });
  await app.process.until(() => (app.eventsOf('project.protected').length === 3 ? true : undefined));
  await stage.quiet();
  expect(await app.post('/api/replicate/all')).toEqual({ status: 202, body: { enqueued: 2 } });
  await stage.quiet();
  expect(stage.secondary.calls.of('ImportProject')).toHaveLength(3);

  const story = await storyOf(app, id);
  expect(story).toMatchObject({ id, name: 'Flowers', sync: 'in-sync', generations: 2 });
  expect(story.copies).toMatchObject([
    {
      kept: true,
      reason: 'one of the 3 newest copies (GENERATIONS_TO_KEEP)',
      name: expect.stringMatching(/^Flowers \[replica /) as unknown,
    },
    { kept: true, reason: 'current: routing names it', name: 'Flowers', projectId: story.replica?.projectId },
  ]);
  expect((await storyOf(app, other.id)).copies).toHaveLength(1);

  for (const unknown of [NOBODY, 'no-id-at-all']) {
    expect(await app.get(`/api/projects/${unknown}`)).toMatchObject({ status: 404, body: { code: 'NO_SUCH_PROJECT' } });
    expect(await app.post(`/api/replicate/${unknown}`)).toMatchObject({
      status: 404,
      body: { code: 'NO_SUCH_PROJECT' },
    });
  }
});
