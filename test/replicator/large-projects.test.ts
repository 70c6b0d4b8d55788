import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Image } from '../../src/core/facts/model.ts';
import type { WorkItem } from '../../src/core/facts/work-item.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import type { Dependencies } from '../../src/replicator/context.ts';
import { ContentReader } from '../../src/replicator/content-reader.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import { sweep } from '../../src/replicator/sweep/sweep.ts';
import { readingName } from '../../src/storage/document-text.ts';
import {
  anImage,
  anObservation,
  aPolicy,
  aProject,
  aTag,
  guid,
  SOURCE_ID,
  START,
  HALF_HOURLY,
} from '../support/builders.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryResource, MemoryService } from '../support/memory-resource.ts';
import { MemoryHistory } from '../support/memory-history.ts';
import { MemoryLeases, MemoryRecordStore, MemoryWorkQueue } from '../support/memory-storage.ts';

/** What the host allows an invocation, as host.json says. */
const FUNCTION_TIMEOUT_IN_SECONDS = 600;
const PAGE_IN_SECONDS = 1.6;

/** A resource that takes its time for a page of images. */
class SlowResource extends MemoryResource {
  pages = 0;
  /** What is done in the middle of a reading, by the number of the page. */
  readonly onPage = new Map<number, () => void>();
  readonly #clock: ManualClock;

  constructor(host: string, service: MemoryService) {
    super(host, service);
    this.#clock = service.clock;
  }

  override async getImages(...given: Parameters<MemoryResource['getImages']>): Promise<Image[]> {
    this.#clock.advance(PAGE_IN_SECONDS);
    this.pages += 1;
    this.onPage.get(this.pages)?.();
    return super.getImages(...given);
  }
}

class SlowWorld {
  readonly clock = new ManualClock(START.toISOString());
  readonly service = new MemoryService(this.clock, 1_000_000);
  readonly source = new SlowResource('primary.example', this.service);
  readonly target = new SlowResource('secondary.example', this.service);
  readonly store = new MemoryRecordStore();
  readonly queue = new MemoryWorkQueue(this.clock);
  /** How long each invocation took, in seconds. */
  readonly invocations: number[] = [];
  readonly leases = new MemoryLeases(this.clock);
  #ids = 0;

  readonly deps: Dependencies = {
    source: this.source,
    target: this.target,
    store: this.store,
    leases: this.leases,
    queue: this.queue,
    history: new MemoryHistory(),
    integrationStorage: { ensure: () => Promise.resolve() },
    events: { emit: () => undefined },
    clock: this.clock,
    schedule: HALF_HOURLY,
    policy: aPolicy({ predictionResourceId: null }),
    newId: () => `20260301t120000-${String((this.#ids += 1)).padStart(6, '0')}`,
  };

  addSource(images: number, id = SOURCE_ID): void {
    const of = Number.parseInt(id.slice(-6), 16) * 200_000;
    this.source.projects.set(id, {
      project: aProject({ id, name: `Project ${id.slice(-4)}` }),
      tags: [aTag({ imageCount: images })],
      iterations: [],
      images: Array.from({ length: images }, (_, at) => anImage({ id: guid(of + at), width: 100 + (at % 900) })),
    });
  }

  /** Messages as they become due, until none is left within the time. */
  async work(withinSeconds = 36_000): Promise<void> {
    const until = this.clock.now().getTime() + withinSeconds * 1_000;
    for (;;) {
      for (const item of this.queue.takeDue()) await this.#carryOut(item);
      const next = this.queue.nextDueAt();
      if (next === null || next.getTime() > until) return;
      this.clock.advance(Math.max(0, (next.getTime() - this.clock.now().getTime()) / 1_000));
    }
  }

  async #carryOut(item: WorkItem): Promise<void> {
    const beganAt = this.clock.now().getTime();
    try {
      await replicateProject(item, this.deps);
    } catch {
      // As it is when a process is gone: the message comes back once its lock is over, and nothing more was stored.
      await this.queue.enqueue(item, 600);
    }
    this.invocations.push((this.clock.now().getTime() - beganAt) / 1_000);
  }

  async sweep(): Promise<void> {
    await sweep(
      this.deps,
      { exclusionOf: () => null, names: () => false, unmatched: () => [] },
      new AbortController().signal,
    );
  }

  async record(id = SOURCE_ID) {
    return (await this.store.record(id).read())?.value ?? null;
  }
}

const readingOf = (world: SlowWorld, side: 'source' | 'target') =>
  JSON.parse(world.store.get(readingName(SOURCE_ID, side)) ?? '{}') as Record<string, unknown>;

it('100,000 images at 1.6 s a page are copied over several invocations, none of them near the time-out', async () => {
  const world = new SlowWorld();
  world.addSource(100_000);
  await world.queue.enqueue(workItem(SOURCE_ID, 'request'), 0);
  await world.work();
  const record = await world.record();
  expect(record).toMatchObject({ run: null, failure: null, wake: null });
  expect(record?.current).not.toBeNull();
  expect(Math.max(...world.invocations)).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS / 2);
  // Each side once: 391 pages of 1.6 s.
  expect(world.source.pages).toBe(391);
  expect(world.target.pages).toBe(391);
  expect(world.invocations.filter((seconds) => seconds > 60).length).toBeGreaterThanOrEqual(5);
  for (const side of ['source', 'target'] as const) {
    expect(readingOf(world, side)).toMatchObject({ pages: null, done: null });
  }
}, 60_000);

/** Memory that is really in use, in bytes. */
function inUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it('the reading of 100,000 images takes less than 24 MB at any time', async () => {
  const world = new SlowWorld();
  let most = 0;
  const source: Dependencies['source'] = Object.assign(Object.create(world.source) as SlowResource, {
    getProject: () => Promise.resolve(aProject({ id: SOURCE_ID })),
    getImageCount: () => Promise.resolve(100_000),
    getImages: (_id: string, { skip, take }: { skip: number; take: number }) => {
      if (skip % (take * 40) === 0) most = Math.max(most, inUse());
      const count = Math.min(take, 100_000 - skip);
      return Promise.resolve(Array.from({ length: count }, (_, at) => anImage({ id: guid(skip + at) })));
    },
  });
  const { signal } = new AbortController();
  const deps = { ...world.deps, source };
  const reader = new ContentReader(deps, SOURCE_ID, new Date(START.getTime() + 240_000), signal);
  const before = inUse();
  const project = aProject({ id: SOURCE_ID });
  const content = await reader.read('source', anObservation({ project, imageCount: 100_000 }), null);
  expect(content.images).toBe(100_000);
  expect(Math.max(most, inUse()) - before).toBeLessThan(24 * 1024 * 1024);
}, 60_000);

it('what was read of one side is not read again because the other takes another invocation', async () => {
  const world = new SlowWorld();
  world.addSource(60_000);
  await world.queue.enqueue(workItem(SOURCE_ID, 'request'), 0);
  await world.work();
  world.source.pages = 0;
  world.target.pages = 0;
  // A week later a proof is due, which reads both.
  world.clock.advance(7 * 86_400);
  await world.sweep();
  await world.work();
  expect([world.source.pages, world.target.pages]).toEqual([235, 235]);
  const { verifiedAt } = (await world.record())!.generations[0]!;
  expect(Date.parse(verifiedAt!)).toBeGreaterThan(START.getTime() + 7 * 86_400_000);
}, 60_000);

it('a process that is killed in the middle of a reading loses a minute of it', async () => {
  const world = new SlowWorld();
  world.addSource(40_000);
  world.source.onPage.set(140, () => {
    world.leases.expireAll();
    throw new Error('killed');
  });
  await world.queue.enqueue(workItem(SOURCE_ID, 'request'), 0);
  await world.work();
  expect(await world.record()).toMatchObject({ run: null, failure: null });
  expect(world.source.pages).toBeGreaterThan(157);
  expect(world.source.pages).toBeLessThanOrEqual(157 + Math.ceil(60 / PAGE_IN_SECONDS) + 1);
}, 60_000);

it('a project that changes in the middle is read from the start, and copied as it is then', async () => {
  const world = new SlowWorld();
  world.addSource(20_000);
  const held = world.source.projects.get(SOURCE_ID)!;
  world.source.onPage.set(50, () => {
    held.images = held.images.slice(1);
    world.source.change(held);
  });
  await world.queue.enqueue(workItem(SOURCE_ID, 'request'), 0);
  await world.work();
  const record = (await world.record())!;
  expect(record).toMatchObject({ run: null, failure: null });
  expect(world.target.projects.get(record.generations.at(-1)!.replicaProjectId)!.images).toHaveLength(19_999);
  expect(world.source.pages).toBeLessThanOrEqual(2 * 80);
}, 60_000);

it('a project that never rests is copied all the same', async () => {
  const world = new SlowWorld();
  world.addSource(20_000);
  const held = world.source.projects.get(SOURCE_ID)!;
  for (let page = 10; page < 1_000; page += 10) world.source.onPage.set(page, () => world.source.change(held));
  await world.queue.enqueue(workItem(SOURCE_ID, 'request'), 0);
  await world.work();
  const record = (await world.record())!;
  expect(record.current).not.toBeNull();
  expect(record.generations[0]?.holds).toMatchObject({ digest: null, labels: null });
  expect(world.source.pages).toBeLessThan(1_000);
}, 60_000);

it('holds up neither a sweep nor the copies of others', async () => {
  const world = new SlowWorld();
  world.addSource(100_000);
  const others = [guid(2), guid(3), guid(4)];
  for (const id of others) world.addSource(10, id);
  await world.sweep();
  const beganAt = world.clock.now().getTime();
  // One worker: the large project is put down after its time, and taken up again behind the others.
  await world.work(300);
  for (const id of others) expect((await world.record(id))?.current).not.toBeNull();
  expect((world.clock.now().getTime() - beganAt) / 1_000).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS);
  expect((await world.record())?.current ?? null).toBeNull();
  await world.sweep();
  expect((await world.store.sweep.read())?.value).toMatchObject({ problem: null });
}, 60_000);
