import { once } from 'node:events';
import type { Lease, ProjectLeases } from '../../src/replicator/ports/storage.ts';

/** Leases to try, with a way to take them all from their holders. */
export interface LeasesUnderTest {
  readonly leases: ProjectLeases;
  /** Ends every lease behind its holder's back, and lets the holder notice. */
  readonly loseAll: () => Promise<void>;
}

const SHOP = '0f8fad5b-d9cb-469f-a165-70867728950e';
const FARM = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

/** What project leases promise; each test begins with none held. */
export function describeProjectLeases(name: string, open: () => Promise<LeasesUnderTest>): void {
  describe(`project leases ${name}`, () => {
    let leases: ProjectLeases;
    let loseAll: LeasesUnderTest['loseAll'];
    let held: Lease[];

    beforeEach(async () => {
      ({ leases, loseAll } = await open());
      held = [];
    });
    afterEach(() => Promise.all(held.map((lease) => lease.release())));

    const take = async (id: string): Promise<Lease> => {
      const lease = await leases.acquire(id);
      if (lease === null) throw new Error(`${id} is held already`);
      held.push(lease);
      return lease;
    };

    it('gives a project to one worker at a time', async () => {
      const lease = await take(SHOP);
      expect(await leases.acquire(SHOP)).toBeNull();
      expect(await leases.acquire(SHOP.toUpperCase())).toBeNull();
      expect(lease.signal.aborted).toBe(false);
    });

    it('gives several workers that come at once one lease', async () => {
      const leasesTaken = await Promise.all([1, 2, 3, 4].map(() => leases.acquire(SHOP)));
      held = leasesTaken.filter((lease) => lease !== null);
      expect(held).toHaveLength(1);
    });

    it('gives each project a lease of its own', async () => {
      await take(SHOP);
      await expect(take(FARM)).resolves.toBeDefined();
    });

    it('gives a project again once it was released', async () => {
      const lease = await take(SHOP);
      await lease.release();
      expect(lease.signal.aborted).toBe(false);
      await expect(take(SHOP)).resolves.toBeDefined();
    });

    it('ends nobody else’s lease where one is released twice', async () => {
      const lease = await take(SHOP);
      await lease.release();
      const second = await take(SHOP);
      await lease.release();
      expect(await leases.acquire(SHOP)).toBeNull();
      expect(second.signal.aborted).toBe(false);
    });

    it('tells the holder of a lease that was lost, and gives it to the next', async () => {
      const lease = await take(SHOP);
      const told = once(lease.signal, 'abort');
      await loseAll();
      await told;
      expect(lease.signal.reason).toMatchObject({ class: 'conflict', code: 'LEASE_LOST' });
      await expect(take(SHOP)).resolves.toBeDefined();
    });

    it('lets the holder of a lost lease release it, to no effect', async () => {
      const lease = await take(SHOP);
      const told = once(lease.signal, 'abort');
      await loseAll();
      await told;
      await take(SHOP);
      await lease.release();
      expect(await leases.acquire(SHOP)).toBeNull();
    });

    it('takes nothing but a GUID for a project id', async () => {
      await expect(leases.acquire('../sweep.json')).rejects.toMatchObject({ code: 'INVALID_PROJECT_ID' });
    });
  });
}
