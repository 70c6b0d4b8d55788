import { expectAtRest } from '../support/at-rest.ts';
import { killAndHold, killAt, restart } from '../support/killing.ts';
import { CARS, FLOWERS } from '../support/scenery.ts';
import { eventually, Theatre, type Stage } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(10);
});
afterAll(() => theatre.close());

const IN_IMPORT = { side: 'secondary', operation: 'ImportProject', phase: 'before-effect' } as const;

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Somebody uploads images, one after the other, until told to stop. */
function keepAddingImages({ primary }: Stage, projectId: string): () => void {
  const timer = setInterval(() => primary.resource.addImages(projectId, 1, { tags: ['rose'] }), 150);
  return () => clearInterval(timer);
}

describe('an import that comes to light long after its host was killed', () => {
  test.concurrent('is adopted where it comes in time', async () => {
    const stage = await theatre.stage();
    await stage.primary.resource.addProject(FLOWERS);
    const { killed, release } = killAndHold(stage, IN_IMPORT);
    const app = await stage.start();
    void app.sweep().catch(() => undefined);
    await killed;
    const next = await restart(stage);
    await next.sweep();
    await stage.quiet();
    await stage.advance(120);
    await next.sweep();
    await stage.quiet();
    expect(await next.status()).toMatchObject({ projects: [{ inFlight: { stage: 'looking-for-import' } }] });
    release();
    await stage.settle(next);
    await expectAtRest(stage, next);
    expect(next.eventsOf('import.adopted')).toHaveLength(1);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);
  });

  test.concurrent('is deleted where another import has taken its place', async () => {
    const stage = await theatre.stage();
    await stage.primary.resource.addProject(FLOWERS);
    const { killed, release } = killAndHold(stage, IN_IMPORT);
    const app = await stage.start();
    void app.sweep().catch(() => undefined);
    await killed;
    const next = await restart(stage);
    await stage.settle(next, 150);
    expect(next.eventsOf('step.failed')).toMatchObject([{ code: 'IMPORT_LOST' }]);
    release();
    await eventually('the first import', () => Promise.resolve(stage.secondary.resource.projects[1]));
    await stage.settle(next, 150);
    await expectAtRest(stage, next);
    expect(next.eventsOf('import.discarded')).toMatchObject([{ code: 'IMPORT_SUPERSEDED', projectId: null }]);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(2);
  });

  test.concurrent('is adopted where only the connection broke, and the host lives on', async () => {
    const stage = await theatre.stage();
    await stage.primary.resource.addProject(FLOWERS);
    stage.secondary.faults.order({ operation: 'ImportProject', kind: 'late-effect', lateInMs: 5_000 });
    const app = await stage.start();
    await app.sweep();
    await app.logged('import.adopted');
    await stage.settle(app);
    await expectAtRest(stage, app);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);
  });
});

test.concurrent('images are added all the while, and the host is killed in each stage of a copy', async () => {
  const stage = await theatre.stage();
  const { id } = await stage.primary.resource.addProject(FLOWERS);
  await stage.primary.resource.addProject(CARS);
  const stop = keepAddingImages(stage, id);
  let app = await stage.start();
  try {
    for (const operation of ['ImportProject', 'GetImages', 'UpdateProject', 'PublishIteration'] as const) {
      const killed = killAt(stage, { side: 'secondary', operation, phase: 'before-reply' }).then(() => 'killed');
      // A wake whose message went with a killed process is found overdue by a later sweep.
      for (let end = ''; end !== 'killed';) {
        void app.sweep().catch(() => undefined);
        end = await Promise.race([killed, sleep(5_000).then(() => 'alive')]);
        if (end === 'alive') await stage.advance(60).catch(() => undefined);
      }
      await stage.advance(60);
      app = await restart(stage);
    }
  } finally {
    stop();
  }
  await stage.settle(app);
  await expectAtRest(stage, app);
});

/** A small generator of numbers from 0 to 1, the same ones for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test.concurrent.each([1, 2])('a host that is killed at any time ends with one copy each (seed %i)', async (seed) => {
  const stage = await theatre.stage();
  const random = numbers(seed);
  const projects = [FLOWERS, CARS, { ...FLOWERS, name: 'Herbs' }, { ...CARS, name: 'Trains' }];
  for (const project of projects) await stage.primary.resource.addProject(project);
  for (let kill = 0; kill < 3; kill += 1) {
    const app = await restart(stage);
    void app.sweep().catch(() => undefined);
    await sleep(random() * 2_500);
    await stage.kill();
    await stage.advance(random() * 30);
    const [first] = stage.primary.resource.projects;
    if (first !== undefined && random() < 0.5) stage.primary.resource.addImages(first.id, 1, { tags: ['tulip'] });
  }
  const app = await restart(stage);
  await stage.settle(app, 150);
  await expectAtRest(stage, app);
});
