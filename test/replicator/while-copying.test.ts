import type { StoredProject } from '../../src/local/simulator/index.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import type { Dependencies } from '../../src/replicator/context.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import { checkAtRest } from '../support/invariants.ts';
import {
  addRose,
  copied,
  copies,
  currentCopy,
  currentOf,
  expectInSync,
  FLOWERS,
  nextSweep,
  rowOf,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

function trainingCompleted({ id }: StoredProject): string {
  const [iteration] = world.primary.resource.project(id).iterations.keys();
  const content = { projectId: id, iterationId: iteration, trainingStatus: 'TrainingCompleted' };
  return JSON.stringify({ version: '1.0', type: 'Training', Content: content });
}

/** A source that is in the middle of its first import. */
async function importing(): Promise<StoredProject> {
  const source = await world.primary.resource.addProject(FLOWERS);
  await world.sweep();
  expect((await world.record(source.id)).run?.replicaProjectId).not.toBeNull();
  return source;
}

describe('a source that is labelled all the while', () => {
  beforeEach(() => {
    // Just before each export and during each import somebody adds another picture.
    for (const [simulator, operation] of [
      [world.primary, 'ExportProject'],
      [world.secondary, 'ImportProject'],
    ] as const) {
      simulator.on(operation, 'before-effect', () => {
        for (const project of world.primary.resource.projects) addRose(world.primary, project);
      });
    }
  });

  it('is protected by one copy a sweep, a little behind, and nothing is thrown away', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    for (const sweeps of [1, 2, 3]) {
      await nextSweep(world);
      const copy = await currentCopy(world, source.id);
      expect(copies(world)).toEqual({ exports: sweeps, imports: sweeps });
      expect(copy.images.size).toBeGreaterThanOrEqual(source.images.size - 2);
      expect(await rowOf(world, source.id)).toMatchObject({ sync: 'behind', failure: null, inFlight: null });
    }
    expect(world.eventsOf('import.discarded')).toEqual([]);
    await checkAtRest(world);
  });

  it('is recorded as holding what was there before the export, and its lag says so', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    await world.converge();
    const { holds } = await currentOf(world, source.id);
    const row = await rowOf(world, source.id);
    expect(row.revision).not.toBe(holds.revision);
    const sinceTheLook = (world.clock.now() - Date.parse(holds.observedAt)) / 1_000;
    expect(row.lagSeconds).toBeGreaterThanOrEqual(Math.floor(sinceTheLook));
  });
});

describe('a source that changes in the middle of a look', () => {
  /** The parts of one process whose next look counts the images of each tag before a picture comes, and all after. */
  function tornLook(source: StoredProject): Dependencies {
    let noteTagsRead = (): void => undefined;
    const tagsRead = new Promise<void>((resolve) => (noteTagsRead = resolve));
    let isDone = false;
    const reader = new Proxy(world.deps.source, {
      get: (target, property) => {
        if (property === 'getTags') {
          return (...args: Parameters<typeof target.getTags>) => target.getTags(...args).finally(noteTagsRead);
        }
        if (property !== 'getImageCount') return Reflect.get(target, property) as unknown;
        return async (...args: Parameters<typeof target.getImageCount>) => {
          await tagsRead;
          if (!isDone) addRose(world.primary, source);
          isDone = true;
          return target.getImageCount(...args);
        };
      },
    });
    return { ...world.deps, source: reader };
  }

  it('is copied once: the copy holds what the next look shows', async () => {
    const source = await copied(world);
    await replicateProject(workItem(source.id, 'sweep'), tornLook(source));
    expect(copies(world).imports).toBe(2);
    await replicateProject(workItem(source.id, 'request'), world.deps);
    await world.settle();
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
    expect((await currentOf(world, source.id)).differences).toEqual([]);
  });

  it('is copied again where a picture was exchanged for one of the same size and tag', async () => {
    const source = await copied(world);
    await replicateProject(workItem(source.id, 'sweep'), tornLook(source));
    const [last] = [...world.primary.resource.project(source.id).images.keys()].slice(-1);
    world.primary.resource.removeImages(source.id, [last!]);
    addRose(world.primary, source);
    await world.settle();
    await nextSweep(world);
    expect(copies(world).imports).toBe(3);
    await expectInSync(world, source);
  });
});

describe('a training that completes during the copy', () => {
  it('leads to a further copy without another sweep', async () => {
    const source = await importing();
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    await world.notify(trainingCompleted(source));
    await world.settle();
    expect(copies(world)).toEqual({ exports: 2, imports: 2 });
    expect((await currentCopy(world, source.id)).iterations.size).toBe(3);
    await expectInSync(world, source);
  });

  it('leads to one further copy, however often it is told', async () => {
    const source = await importing();
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    for (let count = 0; count < 4; count += 1) await world.notify(trainingCompleted(source));
    await world.settle();
    expect(copies(world)).toEqual({ exports: 2, imports: 2 });
    await expectInSync(world, source);
  });

  it('leads to none where the copy holds it already', async () => {
    const source = await importing();
    await world.notify(trainingCompleted(source));
    await world.settle();
    expect(copies(world)).toEqual({ exports: 1, imports: 1 });
    await expectInSync(world, source);
  });
});

describe('a notification that a training is completed', () => {
  it('has the project copied without waiting for the next sweep', async () => {
    const source = await copied(world);
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    await world.notify(trainingCompleted(source));
    await world.settle();
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
  });

  it('has a project copied that no sweep has seen yet', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    await world.notify(trainingCompleted(source));
    await world.settle();
    await world.converge();
    expect(copies(world).imports).toBe(1);
    await expectInSync(world, source);
  });

  it('copies nothing where nothing changed, in base64 as well', async () => {
    const source = await copied(world);
    await world.notify(Buffer.from(trainingCompleted(source)).toString('base64'));
    await world.settle();
    expect(copies(world).imports).toBe(1);
    expect(world.eventsOf('notification.received')).toMatchObject([{ outcome: 'work enqueued' }]);
  });
});

describe('a notification that asks for nothing', () => {
  it('is ignored, and said so, where the project is another resource’s', async () => {
    await copied(world);
    const replica = world.secondary.resource.projectNamed('Flowers');
    const content = { projectId: replica.id, iterationId: replica.id, trainingStatus: 'TrainingCompleted' };
    await world.notify(JSON.stringify({ version: '1.0', type: 'Training', Content: content }));
    expect(world.queue.queued).toEqual([]);
    const received = [{ type: 'Training', projectId: replica.id, outcome: 'ignored: the primary has no such project' }];
    expect(world.eventsOf('notification.received')).toMatchObject(received);
    expect(await world.rejected.count()).toBe(0);
  });

  it('is ignored where it only tests the connection', async () => {
    const source = await copied(world);
    await world.notify(JSON.stringify({ version: '1.0', type: 'ConnectionTest', Content: { projectId: source.id } }));
    expect(world.queue.queued).toEqual([]);
    expect(world.eventsOf('notification.received')).toMatchObject([{ type: 'ConnectionTest' }]);
  });

  it.each(['not a notification', '{"type":"Training"}', '{"type":"Weather","Content":{}}', '[1]', ''])(
    'is kept with the reason where it makes no sense: %s',
    async (text) => {
      await world.notify(text);
      expect(world.rejected.messages).toMatchObject([{ text }]);
      expect(world.rejected.messages[0]?.reason).toMatch(/\w+ \w+/);
      expect(world.eventsOf('notification.rejected')).toHaveLength(1);
      expect(world.queue.queued).toEqual([]);
    },
  );
});

describe('triggers of one project', () => {
  it('collapse into the wake that is due, and the wake does their work', async () => {
    const source = await importing();
    const item = { schemaVersion: 1, projectId: source.id, wakeId: null } as const;
    for (const reason of ['sweep', 'training-completed', 'request'] as const) {
      expect(await replicateProject({ ...item, reason }, world.deps)).toBe('collapsed');
    }
    // One that may be the message that stored the wake, delivered again, has the wake sent once more: it is the same one.
    const { wake } = await world.record(source.id);
    expect(world.queue.queued.map(({ item }) => [item.wakeId, item.isRepeat ?? false])).toEqual([
      [wake?.id, false],
      [wake?.id, true],
    ]);
    await world.settle();
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(1);
    expect(world.queue.queued).toEqual([]);
  });

  it('leave a wake that another has replaced without effect', async () => {
    const source = await importing();
    const stale = { schemaVersion: 1, projectId: source.id, reason: 'wake', wakeId: 'long-gone' } as const;
    const before = await world.record(source.id);
    expect(await replicateProject(stale, world.deps)).toBe('stale');
    expect(await world.record(source.id)).toEqual(before);
  });

  it('are found by the next sweep where the wake’s message is lost', async () => {
    const source = await importing();
    world.queue.takeDue(new Date(world.clock.now() + 86_400_000));
    await nextSweep(world);
    await expectInSync(world, source);
    expect(copies(world).imports).toBe(1);
  });
});

it('a source that is training is copied once it is done, by itself', async () => {
  const source = await copied(world);
  world.primary.resource.train(source.id);
  await world.pass(1);
  addRose(world.primary, source);
  await world.sweep();
  expect((await world.record(source.id)).failure).toMatchObject({
    class: 'wait',
    code: 'BadRequestExportWhileTraining',
    needsPerson: false,
  });
  await world.settle();
  await expectInSync(world, source);
  expect(copies(world).imports).toBe(2);
});
