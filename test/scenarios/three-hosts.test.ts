import { contentOf, copyOf, storyOf } from '../support/at-rest.ts';
import type { RunningApp } from '../support/running-app.ts';
import { CARS, FLOWERS } from '../support/scenery.ts';
import { eventually, Theatre } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(1);
});
afterAll(() => theatre.close());

test('three hosts on one storage make each copy once, lose no trigger and hold no lease for ever', async () => {
  const stage = await theatre.stage({
    primary: { unknowns: { exportWhileTraining: 'allowed' } },
    env: { GENERATIONS_TO_KEEP: '20' },
  });
  const apps = await Promise.all([stage.start(), stage.start(), stage.start()]);
  const [app] = apps as [RunningApp, ...RunningApp[]];
  const { resource } = stage.primary;
  const { notificationQueueUri } = stage;
  const sources = [
    await resource.addProject({ ...FLOWERS, notificationQueueUri }),
    await resource.addProject({ ...FLOWERS, name: 'Herbs', notificationQueueUri }),
    await resource.addProject({ ...CARS, notificationQueueUri }),
  ];
  await Promise.all(apps.map((each) => each.sweep()));
  await Promise.all(apps.map((each) => each.sweep()));

  // Trainings end, and requests come, while first and second copies are being made.
  for (let round = 1; round <= 2; round += 1) {
    for (const { id, tags } of sources) {
      const [tag] = [...tags.values()];
      resource.addImages(id, round, { tags: tag === undefined ? [] : [tag.name] });
      resource.train(id);
    }
    await Promise.all(apps.map((each) => each.post('/api/replicate/all')));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
  }

  await eventually('copies of what was trained last', async () => {
    const copies = await Promise.all(sources.map(({ id }) => copyOf(stage, app, id).catch(() => null)));
    const wanted = sources.map((source) => JSON.stringify(contentOf(source)));
    return copies.every((copy, index) => copy !== null && JSON.stringify(contentOf(copy)) === wanted[index])
      ? true
      : undefined;
  });
  await stage.settle(app);
  let generations = 0;
  for (const { id } of sources) {
    const { record, sync } = await storyOf(app, id);
    expect(sync).toBe('in-sync');
    const held = record.generations.map(({ holds }) => holds.revision);
    expect(new Set(held).size).toBe(held.length);
    generations += held.length;
  }
  expect(stage.secondary.calls.of('ImportProject')).toHaveLength(generations);
  expect(stage.secondary.resource.projects).toHaveLength(generations);
  expect(stage.secondary.resource.projects.filter(({ name }) => /^cvr-|\(\d+\)$/.test(name))).toEqual([]);
  for (const each of apps) expect(each.eventsOf('step.failed')).toEqual([]);
  const protectedBy = apps.map((each) => each.eventsOf('project.protected').length);
  expect(protectedBy.reduce((sum, count) => sum + count)).toBe(generations);
});
