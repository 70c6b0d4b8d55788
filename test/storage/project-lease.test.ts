import type { BlobLeaseClient, BlobServiceClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { createProjectLeases, type Every } from '../../src/storage/project-lease.ts';
import { STATE_CONTAINER } from '../../src/core/facts/storage-names.ts';
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
  readonly #timers = new Set<() => Promise<void>>();

  readonly every: Every = (_periodInMs, run) => {
    const timer = (): Promise<void> => run();
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  get running(): number {
    return this.#timers.size;
  }

  /** Lets every timer go off so many times, and waits for what it does. */
  async tick(times = 1): Promise<void> {
    for (let tick = 0; tick < times; tick += 1) await Promise.all([...this.#timers].map((run) => run()));
  }
}

/** A container whose leases are renewed at once, while the answer takes its time. */
function answeringLate(container: ContainerClient, wait: () => void): ContainerClient {
  const after = <T extends object>(target: T, method: string, change: (answer: unknown) => unknown): T =>
    new Proxy(target, {
      get: (object, property) => {
        const member: unknown = Reflect.get(object, property);
        if (typeof member !== 'function') return member;
        const bound = (member as (...args: unknown[]) => unknown).bind(object);
        return property === method ? (...args: unknown[]) => change(bound(...args)) : bound;
      },
    });
  const lateRenewal = (leases: BlobLeaseClient): BlobLeaseClient =>
    after(leases, 'renewLease', async (answer) => {
      const renewed = await answer;
      wait();
      return renewed;
    });
  return after(container, 'getBlockBlobClient', (blob) =>
    after(blob as BlockBlobClient, 'getBlobLeaseClient', (leases) => lateRenewal(leases as BlobLeaseClient)),
  );
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
        await timers.tick(10);
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
    expect(timers.running).toBe(1);
    await lease?.release();
    expect(timers.running).toBe(0);
  });

  it('holds on for as long as the renewals succeed', async () => {
    const lease = await open().acquire(SHOP);
    for (let renewals = 0; renewals < 6; renewals += 1) {
      clock.advance(10);
      await timers.tick(10);
    }
    expect(lease?.signal.aborted).toBe(false);
    await lease?.release();
  });

  it('gives up a little before the end of a lease that could not be renewed', async () => {
    const lease = await open().acquire(SHOP);
    clock.advance(24);
    await timers.tick();
    expect(lease?.signal.aborted).toBe(false);
    clock.advance(1);
    await timers.tick();
    expect(lease?.signal.reason).toMatchObject({
      class: 'conflict',
      code: 'LEASE_LOST',
      message: `The lease on locks/${SHOP} could not be renewed in time.`,
    });
    expect(timers.running).toBe(0);
  });

  it('counts a renewal from when it was asked for, however late the answer comes', async () => {
    const answers = { lateInSeconds: 0 };
    const late = new Proxy(blobs, {
      get: (service, property) => {
        const member: unknown = Reflect.get(service, property);
        if (property !== 'getContainerClient') return member;
        return (name: string) =>
          answeringLate(service.getContainerClient(name), () => clock.advance(answers.lateInSeconds));
      },
    });
    const lease = await createProjectLeases(late, { clock, every: timers.every }).acquire(SHOP);
    clock.advance(10);
    // The service renews at once, and its answer is on its way for longer than the lease is trusted.
    answers.lateInSeconds = 20;
    await timers.tick(10);
    expect(lease?.signal.aborted).toBe(false);
    clock.advance(5);
    await timers.tick();
    expect(lease?.signal.reason).toMatchObject({ class: 'conflict', code: 'LEASE_LOST' });
  });

  it('gives up at once where the lock was deleted', async () => {
    const lease = await open().acquire(SHOP);
    await breakAll();
    await lock(SHOP).delete();
    await timers.tick(10);
    expect(lease?.signal.reason).toMatchObject({ class: 'conflict', code: 'LEASE_LOST' });
  });
});
