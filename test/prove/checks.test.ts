import { checkReport } from './report-checks.ts';
import { PREDICTION_RESOURCE } from './installation.ts';
import { ProveWorld } from './prove-world.ts';
import type { Script } from './script.ts';
import { happen } from './happen.ts';

/** What checks everything is checked here: each wrong is done on purpose, and has to be noticed at once. */

const QUIET: Script = {
  seed: 1,
  days: 1,
  hosts: 1,
  settings: { generationsToKeep: 2, keepCopiesForDays: 0, projectLimit: 100, shrinkLimit: 20 },
  notifies: false,
  slowness: 0,
  unknowns: {},
  events: [],
};
const { signal } = new AbortController();

let world: ProveWorld;

/** Runs until what was begun is done; nothing else goes on in this world. */
async function pass(hours: number): Promise<void> {
  await world.time.runUntil(world.time.now() + hours * 3_600_000);
}

beforeEach(async () => {
  world = new ProveWorld(QUIET);
  await happen(world, { do: 'add', name: 'Flowers', images: 4, isDetector: false });
  world.begin();
  await pass(3);
  expect(world.breach).toBeNull();
});

const copyOf = (): string => Object.values(world.routing!.projects)[0]!.secondary.projectId;
const sourceOf = (): string => world.primary.resource.projects[0]!.id;

async function does(wrong: (target: ProveWorld['hosts'][number]['deps']) => Promise<unknown>): Promise<void> {
  const done = wrong(world.hosts[0]!.deps);
  await pass(0.1);
  await done;
}

test('the copy in use is deleted', async () => {
  const copy = copyOf();
  const [iteration] = [...world.truth.replica(copy)!.iterations.values()].filter(({ published }) => published);
  await does(async ({ target }) => {
    await target.unpublishIteration(copy, iteration!.id, signal);
    await target.deleteProject(copy, signal);
  });
  expect(world.breach?.message).toMatch(/invariant 2: .* is not published as production/);
});

test('the last good copy is deleted, though routing is taken away first', async () => {
  const copy = copyOf();
  const [iteration] = [...world.truth.replica(copy)!.iterations.values()].filter(({ published }) => published);
  world.storage.store.delete('routing.json');
  await does(async ({ target }) => {
    await target.unpublishIteration(copy, iteration!.id, signal);
    await target.deleteProject(copy, signal);
  });
  expect(world.breach?.message).toMatch(/invariant 1: the last good copy/);
});

test('the primary is written to', async () => {
  const { name, description } = world.primary.resource.projects[0]!;
  await does(async ({ source }) => {
    const { settings } = await source.getProject(sourceOf(), signal);
    const uris = { exportModelContainerUri: null, notificationQueueUri: null };
    return source.updateStorageUris(sourceOf(), { name, description, settings }, uris, 'main', signal);
  });
  expect(world.breach?.message).toMatch(/invariant 4: UpdateProject was sent to the primary/);
});

test('somebody else’s project is deleted', async () => {
  await happen(world, { do: 'stranger', name: 'Theirs' });
  const stranger = world.secondary.resource.projectNamed('Theirs');
  await does(({ target }) => target.deleteProject(stranger.id, signal).catch(() => null));
  expect(world.breach?.message).toMatch(/invariant 4: .* is not ours/);
});

test('a token is stored', async () => {
  await does(async ({ source, store }) => {
    const { token } = await source.exportProject(sourceOf(), signal);
    const stored = (await store.sweep.read())!;
    return store.sweep.write({ ...stored.value, problem: token }, stored.etag);
  });
  expect(world.breach?.message).toMatch(/invariant 7: sweep.json holds a secret/);
});

test('routing names what was never made', async () => {
  await does(async ({ store }) => {
    const stored = (await store.routing.read())!;
    const route = stored.value.projects[sourceOf()]!;
    const projects = { [sourceOf()]: { ...route, secondary: { ...route.secondary, projectId: sourceOf() } } };
    return store.routing.write({ ...stored.value, projects }, stored.etag);
  });
  expect(world.breach?.message).toMatch(/invariant 2: .* is no copy of it/);
});

describe('status is held to what is so', () => {
  const check = async (change: (row: Awaited<ReturnType<ProveWorld['status']>>['projects'][number]) => object) => {
    const report = await world.status();
    const projects = report.projects.map((row) => ({ ...row, ...change(row) }));
    checkReport(
      { ...report, projects },
      {
        truth: world.truth,
        now: () => world.time.now(),
        predictionResourceId: PREDICTION_RESOURCE,
        skewInSeconds: () => 0,
        noticedWithinSeconds: 0,
      },
    );
  };

  test('a lag that is larger than told', async () => {
    await happen(world, { do: 'edit', project: 0, change: 'add-images' });
    await pass(0.5);
    const hopeful = { lagSeconds: 0, observedAt: new Date(world.time.now()).toISOString() };
    await expect(check(() => hopeful)).rejects.toThrow(/invariant 8: .* is 1800 s behind/);
    await expect(check(() => ({ ...hopeful, lagSeconds: 1_800, atRiskSeconds: 60 }))).rejects.toThrow(
      /would lose 1800 s/,
    );
    await check(() => ({ lagSeconds: 1_800, atRiskSeconds: 1_800 }));
  });

  test('a copy that answers no more', async () => {
    await happen(world, { do: 'person', act: 'unpublish', copy: 0 });
    await world.checkStatus();
    await pass(0.1);
    const lookedAt = new Date(world.time.now()).toISOString();
    await expect(check(() => ({ readiness: { state: 'ready', reasons: [], lookedAt } }))).rejects.toThrow(
      /not published/,
    );
  });
});
