import type { StoredProject } from '../../src/local/simulator/index.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import { takeNotification } from '../../src/replicator/intake.ts';
import { updateSweepState } from '../../src/replicator/documents.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import { guid } from '../support/builders.ts';
import { addRose, copied, copies, currentOf, expectInSync, FLOWERS, nextSweep } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

jest.setTimeout(120_000);

let world: World;

const IMPORT_IN_SECONDS = 20;

beforeEach(async () => {
  world = await startWorld({ secondary: { delays: { importInSeconds: IMPORT_IN_SECONDS } } });
});

function completed(projectId: string): string {
  const content = { projectId, iterationId: projectId, trainingStatus: 'TrainingCompleted' };
  return JSON.stringify({ version: '1.0', type: 'Training', Content: content });
}

const nowText = (): string => new Date(world.clock.now()).toISOString();

/** The calls to both resources since the last time this was asked for, and the imports among them. */
function callCounter(): () => { calls: number; imports: number } {
  const logs = [world.primary.calls, world.secondary.calls];
  for (const log of logs) log.clear();
  return () => {
    const counted = { calls: logs.reduce((sum, { all }) => sum + all.length, 0), imports: copies(world).imports };
    // The simulator keeps the last calls only.
    for (const log of logs) log.clear();
    return counted;
  };
}

async function projects(count: number): Promise<StoredProject[]> {
  const sources: StoredProject[] = [];
  for (let index = 0; index < count; index += 1) {
    sources.push(await world.primary.resource.addProject({ ...FLOWERS, name: `Flowers ${index}` }));
  }
  return sources;
}

/** Takes the notifications in the order of a real burst: some, then the work that is due, then a second passes. */
async function takeAll(texts: readonly string[], receivedAt: string, perSecond = 32): Promise<void> {
  for (let index = 0; index < texts.length; index += perSecond) {
    for (const text of texts.slice(index, index + perSecond)) {
      await world.take(text, { at: receivedAt, messageId: null });
    }
    await world.work();
    await world.pass(1);
  }
}

describe('1,000 notifications for 50 projects that were trained', () => {
  it('make 50 copies, leave the queue empty within 30 s of the last one, and cost no more than one each', async () => {
    const sources = await projects(50);
    await nextSweep(world);
    expect(copies(world).imports).toBe(50);
    const trained = async (name: string): Promise<void> => {
      for (const { id } of sources) world.primary.resource.addIteration(id, { name });
      await world.pass(60);
    };
    const once = sources.map(({ id }) => completed(id));
    // From the third copy on each retires one: the calls of one burst and the next can be compared.
    await trained('Iteration 3');
    await takeAll(once, nowText());
    await world.settle();
    const calls = callCounter();
    await trained('Iteration 4');
    await takeAll(once, nowText());
    await world.settle();
    const withoutDuplicates = calls();
    expect(withoutDuplicates.imports).toBe(50);

    await trained('Iteration 5');
    await takeAll(Array.from({ length: 20 }, () => once).flat(), nowText());
    await world.settle();
    const withDuplicates = calls();
    expect(withDuplicates.imports).toBe(50);
    expect(withDuplicates.calls).toBeLessThanOrEqual(withoutDuplicates.calls + 50);
    const verifiedAt = await Promise.all(sources.map(async ({ id }) => (await currentOf(world, id)).verifiedAt ?? ''));
    const last = Date.parse(verifiedAt.toSorted().at(-1) ?? '');
    expect(world.queue.queued).toEqual([]);
    expect(world.clock.now() - last).toBeLessThanOrEqual(30_000);
    for (const source of sources) await expectInSync(world, source);
  });
});

describe('notifications that are equal', () => {
  it('200 of them where nothing is new cost two looks and copy nothing', async () => {
    const source = await copied(world);
    await world.pass(60);
    const calls = callCounter();
    await takeAll(
      Array.from({ length: 200 }, () => completed(source.id)),
      nowText(),
    );
    await world.settle();
    const counted = calls();
    expect(counted.calls).toBeLessThanOrEqual(2 * 12);
    expect(counted.imports).toBe(0);
    expect(world.queue.queued).toEqual([]);
    await expectInSync(world, source);
  });

  it('that come late, once the copy that holds what they are about is in use, cost no call', async () => {
    const source = await copied(world);
    const receivedAt = nowText();
    await world.pass(60);
    await nextSweep(world);
    const calls = callCounter();
    for (let count = 0; count < 20; count += 1) {
      await world.take(completed(source.id), { at: receivedAt, messageId: null });
      const item = { ...workItem(source.id, 'training-completed'), receivedAt };
      expect(await replicateProject(item, world.deps)).toBe('known');
    }
    expect(world.queue.queued).toEqual([]);
    expect(calls()).toEqual({ calls: 0, imports: 0 });
  });
});

describe('a training that completes', () => {
  it('just after a look began is copied at once, although the look has just been', async () => {
    const source = await copied(world);
    await nextSweep(world);
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    await world.take(completed(source.id), { at: nowText(), messageId: null });
    await world.settle(IMPORT_IN_SECONDS * 3);
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
  });

  it('after a storm of notifications for nothing is copied within a quarter of an hour', async () => {
    const source = await copied(world);
    for (let count = 0; count < 40; count += 1) {
      await world.notify(completed(source.id));
      await world.settle(60);
      await world.pass(60);
    }
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    await world.notify(completed(source.id));
    await world.settle(900 + IMPORT_IN_SECONDS * 3);
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
  });

  it('while the lease is held is left to the holder, which looks once more at its end', async () => {
    const source = await copied(world);
    await world.pass(60);
    addRose(world.primary, source);
    let told = 0;
    world.secondary.on('UpdateProject', 'before-effect', async () => {
      told += 1;
      if (told > 1) return;
      world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
      for (let count = 0; count < 20; count += 1) {
        await world.take(completed(source.id), { at: nowText(), messageId: null });
      }
      const items = world.queue.takeDue().filter(({ reason }) => reason === 'training-completed');
      expect(items).toHaveLength(1);
      for (const item of items) await replicateProject(item, world.deps);
    });
    await world.sweep();
    await world.settle();
    expect(copies(world).imports).toBe(3);
    expect(world.queue.queued).toEqual([]);
    await expectInSync(world, source);
  });

  it('is not lost where the process dies between noting a notification and sending its message', async () => {
    const source = await copied(world);
    await world.pass(60);
    world.primary.resource.addIteration(source.id, { name: 'Iteration 3' });
    const received = { at: nowText(), messageId: 'message-1' };
    world.killer.killAt(0, 'before', (effect) => effect === 'queue.enqueue');
    await expect(world.take(completed(source.id), received)).rejects.toThrow('killed');
    await world.restart();
    await world.take(completed(source.id), received);
    await world.settle();
    expect(copies(world).imports).toBe(2);
    await expectInSync(world, source);
  });
});

/** What whoever may post to the queue can spend in the first hour: docs/security.md says the same. */
const BOUND = { unknownInHour: 10 + 2 * 60, looksAProjectInHour: 10, callsALook: 12 };

describe('10,000 forged notifications in an hour', () => {
  /** Ten seconds' worth at a time. */
  async function storm(idOf: (index: number) => string): Promise<{ calls: number; imports: number }> {
    const calls = callCounter();
    const startedAt = world.clock.now();
    for (let index = 0; index < 10_000; index += 1) {
      await world.take(completed(idOf(index)), { at: nowText(), messageId: null });
      if (index % 28 !== 27) continue;
      await world.settle(10);
      await world.clock.advance(Math.max(0, startedAt + (index / 10_000) * 3_600_000 - world.clock.now()));
    }
    await world.settle();
    return calls();
  }

  it('of projects that do not exist cost a call each half minute', async () => {
    await copied(world);
    expect((await storm((index) => guid(100_000 + index))).calls).toBeLessThanOrEqual(BOUND.unknownInHour);
    expect(world.queue.queued).toEqual([]);
  });

  it('of one project cost a look each quarter of an hour, once the first few found nothing', async () => {
    const source = await copied(world);
    const most = BOUND.looksAProjectInHour * BOUND.callsALook;
    const { calls, imports } = await storm(() => source.id);
    expect(calls).toBeLessThanOrEqual(most);
    expect(imports).toBe(0);
    expect(world.queue.queued).toEqual([]);
  });

  it('of all projects cost as much for each', async () => {
    const sources = await projects(20);
    await nextSweep(world);
    const most = sources.length * BOUND.looksAProjectInHour * BOUND.callsALook;
    const { calls, imports } = await storm((index) => sources[index % sources.length]!.id);
    expect(calls).toBeLessThanOrEqual(most);
    expect(imports).toBe(0);
  });

  it('of a project that nobody can look at cost no more', async () => {
    const source = await copied(world);
    world.primary.faults.order({ operation: '*', kind: 'answer', status: 401, times: 'always' });
    expect((await storm(() => source.id)).calls).toBeLessThanOrEqual(BOUND.looksAProjectInHour);
  });

  it('of a project whose imports fail make no import each', async () => {
    const source = await world.primary.resource.addProject(FLOWERS);
    world.secondary.faults.order({ operation: 'ImportProject', kind: 'ends-failed', times: 'always' });
    await world.sweep();
    const { imports } = await storm(() => source.id);
    expect(imports).toBeLessThanOrEqual(25);
    expect(world.queue.queued.length).toBeLessThanOrEqual(1);
  });
});

describe('1,000 forged notifications of exports in an hour', () => {
  it('bring about 12 looks at the backups, one each five minutes after that, and one more for the rest', async () => {
    const source = await copied(world);
    let looks = 0;
    const exports = {
      asksForExports: false,
      take: () => Promise.resolve({ outcome: `look ${(looks += 1)}` }),
    };
    const content = { projectId: source.id, iterationId: guid(1), exportStatus: 'ExportCompleted', modelUri: '' };
    const text = JSON.stringify({ version: '1.0', type: 'Export', Content: content });
    let left = 0;
    for (let index = 0; index < 1_000; index += 1) {
      await takeNotification(text, world.deps, world.rejected, exports, new AbortController().signal);
      await world.pass(3.6);
      left += world.queue.takeDue().filter(({ reason }) => reason === 'backups').length;
    }
    expect(looks).toBeGreaterThanOrEqual(12);
    expect(looks).toBeLessThanOrEqual(12 + 12);
    expect(left).toBeLessThanOrEqual(12);
    expect(left).toBeGreaterThanOrEqual(1);
  });
});

describe('a new project that is trained in the middle of a storm of made-up ids', () => {
  it('is found by one listing of the primary, within two minutes', async () => {
    await copied(world);
    for (let index = 0; index < 50; index += 1) await world.take(completed(guid(100_000 + index)));
    const source = await world.primary.resource.addProject({ ...FLOWERS, name: 'New' });
    await world.take(completed(source.id));
    await world.settle(120 + IMPORT_IN_SECONDS * 3);
    await expectInSync(world, source);
    expect(world.primary.calls.of('GetProjects').length).toBeLessThanOrEqual(3);
  });

  it('is not taken for unknown by a listing under a brake, which looks for nothing new', async () => {
    await copied(world);
    for (let index = 0; index < 50; index += 1) await world.take(completed(guid(100_000 + index)));
    const source = await world.primary.resource.addProject({ ...FLOWERS, name: 'New' });
    const receivedAt = nowText();
    const brake = { kind: 'short-list', since: receivedAt, accepted: 10, missing: 9, confirmedAt: null } as const;
    await updateSweepState(world.store, world.deps.clock, (state) => ({ ...state, brake }));
    await world.settle(120);
    expect(world.primary.calls.of('GetProjects').length).toBe(2);
    expect(world.queue.queued).toEqual([]);
    await updateSweepState(world.store, world.deps.clock, (state) => ({ ...state, brake: null }));
    await world.take(completed(source.id), { at: receivedAt, messageId: null });
    await world.settle(120 + IMPORT_IN_SECONDS * 3);
    await expectInSync(world, source);
  });
});
