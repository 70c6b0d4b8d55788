import { once } from 'node:events';
import type { BlobServiceClient } from '@azure/storage-blob';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { createProjectLeases, type Every } from '../../src/storage/project-lease.ts';
import { STATE_CONTAINER } from '../../src/storage/record-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryLeases } from '../support/memory-storage.ts';
import { describeProjectLeases } from './project-lease-conformance.ts';

const SHOP = '0f8fad5b-d9cb-469f-a165-70867728950e';

describeProjectLeases('in memory', () => {
  const leases = new MemoryLeases(new ManualClock());
  const loseAll = (): Promise<void> => {
    // Told later, as from a timer.
    setImmediate(() => {
      leases.expireAll();
    });
    return Promise.resolve();
  };
  return Promise.resolve({ leases, loseAll });
});

it('in memory, a lease outlives a holder that was killed by its length', async () => {
  const clock = new ManualClock();
  const leases = new MemoryLeases(clock);
  await leases.acquire(SHOP);
  leases.dropHolder(SHOP);
  clock.advance(leases.leaseInSeconds - 1);
  expect(await leases.acquire(SHOP)).toBeNull();
  clock.advance(1);
  expect(await leases.acquire(SHOP)).not.toBeNull();
});

/** Timers that go off when a test says so. */
class ManualTimers {
  readonly #timers = new Set<{ periodInMs: number; run: () => void }>();

  readonly every: Every = (periodInMs, run) => {
    const timer = { periodInMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  get running(): number {
    return this.#timers.size;
  }

  /** Lets each timer of that period, or all of them, go off once. */
  tick(periodInMs?: number): void {
    for (const timer of [...this.#timers]) {
      if (periodInMs === undefined || timer.periodInMs === periodInMs) timer.run();
    }
  }
}

describe('on Azurite', () => {
  let azurite: Azurite;
  let blobs: BlobServiceClient;
  let clock: ManualClock;
  let timers: ManualTimers;

  beforeAll(async () => {
    azurite = await startAzurite();
    ({ blobs } = connectStorage({ connectionString: azurite.connectionString() }));
  }, 60_000);
  afterAll(() => azurite.stop());

  beforeEach(async () => {
    clock = new ManualClock();
    timers = new ManualTimers();
    await breakAll();
  });

  const lock = (id: string) => blobs.getContainerClient(STATE_CONTAINER).getBlobClient(`locks/${id}`);

  async function breakAll(): Promise<void> {
    const container = blobs.getContainerClient(STATE_CONTAINER);
    await container.createIfNotExists();
    for await (const { name, properties } of container.listBlobsFlat({ prefix: 'locks/' })) {
      if (properties.leaseState === 'leased') await container.getBlobClient(name).getBlobLeaseClient().breakLease(0);
    }
  }

  const open = () => createProjectLeases(blobs, { clock, every: timers.every });

  describeProjectLeases('on blobs', () =>
    Promise.resolve({
      leases: open(),
      loseAll: async () => {
        await breakAll();
        timers.tick();
      },
    }),
  );

  it('makes the container where it is missing', async () => {
    await blobs.getContainerClient(STATE_CONTAINER).delete();
    const lease = await open().acquire(SHOP);
    expect((await lock(SHOP).getProperties()).leaseState).toBe('leased');
    await lease?.release();
    expect((await lock(SHOP).getProperties()).leaseState).toBe('available');
  });

  it('asks for half a minute, and runs its timers only while it is held', async () => {
    const lease = await open().acquire(SHOP);
    expect((await lock(SHOP).getProperties()).leaseDuration).toBe('fixed');
    expect(timers.running).toBe(2);
    await lease?.release();
    expect(timers.running).toBe(0);
  });

  it('holds on for as long as the renewals succeed', async () => {
    const lease = await open().acquire(SHOP);
    for (let renewals = 0; renewals < 5; renewals += 1) {
      clock.advance(10);
      timers.tick(10_000);
      // The renewal's answer has come once the next one is let through; the service is asked in the meantime.
      await lock(SHOP).getProperties();
      await new Promise((resolve) => setTimeout(resolve, 50));
      timers.tick(1_000);
    }
    expect(lease?.signal.aborted).toBe(false);
    await lease?.release();
  });

  it('gives up a little before the end of a lease that could not be renewed', async () => {
    const lease = await open().acquire(SHOP);
    clock.advance(24);
    timers.tick(1_000);
    expect(lease?.signal.aborted).toBe(false);
    clock.advance(1);
    timers.tick(1_000);
    expect(lease?.signal.reason).toMatchObject({
      class: 'conflict',
      code: 'LEASE_LOST',
      message: `The lease on locks/${SHOP} could not be renewed in time.`,
    });
    expect(timers.running).toBe(0);
  });

  it('gives up at once where the lock was deleted', async () => {
    const lease = await open().acquire(SHOP);
    await breakAll();
    await lock(SHOP).delete();
    const told = once(lease!.signal, 'abort');
    timers.tick(10_000);
    await told;
    expect(lease?.signal.reason).toMatchObject({ class: 'conflict', code: 'LEASE_LOST' });
  });
});
