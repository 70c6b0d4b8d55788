import type { BlobLeaseClient, BlobServiceClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { ReplicationFailure } from '../core/facts/failure.ts';
import { STATE_CONTAINER } from '../core/facts/storage-names.ts';
import type { Clock } from '../replicator/ports/surroundings.ts';
import type { Lease, ProjectLeases } from '../replicator/ports/storage.ts';
import { DeadlineExceeded, within } from '../deadline.ts';
import { guidOf } from './document-text.ts';
import { withContainer } from './json-document.ts';
import { asStorageFailure, hasCode } from './storage-failure.ts';

/**
 * Runs something again and again, whether or not the last run has ended, until the function it answers with is called.
 * It must not keep the process alive. What it runs never rejects.
 * @internal
 */
export type Every = (periodInMs: number, run: () => Promise<void>) => () => void;

export interface LeaseTime {
  readonly clock: Clock;
  readonly every: Every;
}

const LEASE_IN_SECONDS = 30;
const TICK_IN_MS = 1_000;
const TICKS_PER_RENEWAL = 10;
/** The work is stopped a little before the lease can end, so that nobody else has begun by then. */
const TRUSTED_IN_MS = 25_000;
/** A renewal that hangs leaves time for the next one. */
const RENEWAL_LIMIT_IN_MS = 8_000;

/** What the service says where the lease is no longer this holder's. */
const LOST_CODES = [
  'LeaseIdMismatchWithLeaseOperation',
  'LeaseIsBrokenAndCannotBeRenewed',
  'LeaseNotPresentWithLeaseOperation',
  'LeaseLost',
  'BlobNotFound',
  'ContainerNotFound',
];

/**
 * One lease per source project, on the blob `locks/{id}`: Azure Blob Storage sees to it that there is one holder.
 *
 * @param kind ends the blob's name; leases of another kind are other leases
 */
export function createProjectLeases(blobs: BlobServiceClient, time: LeaseTime, kind = ''): ProjectLeases {
  const container = blobs.getContainerClient(STATE_CONTAINER);
  return {
    leaseInSeconds: LEASE_IN_SECONDS,
    async acquire(sourceProjectId) {
      const name = `locks/${guidOf(sourceProjectId)}${kind}`;
      const client = container.getBlockBlobClient(name).getBlobLeaseClient();
      // Counted from before the request, which is earlier than what the service counts from: the safe side.
      const askedAt = time.clock.now().getTime();
      const taken = await asStorageFailure(`Leasing the blob ${name}`, () => takeLease(container, name, client));
      return taken ? new HeldLease(client, name, askedAt, time) : null;
    },
  };
}

/** False where somebody else holds it. */
async function takeLease(container: ContainerClient, name: string, client: BlobLeaseClient): Promise<boolean> {
  try {
    await client.acquireLease(LEASE_IN_SECONDS);
    return true;
  } catch (error) {
    if (hasCode(error, 'LeaseAlreadyPresent', 'LeaseIsBreakingAndCannotBeAcquired')) return false;
    if (!hasCode(error, 'BlobNotFound', 'ContainerNotFound')) throw error;
    await withContainer(container, undefined, () => createLock(container.getBlockBlobClient(name)));
    return takeLease(container, name, client);
  }
}

async function createLock(blob: BlockBlobClient): Promise<void> {
  try {
    await blob.upload('', 0, { conditions: { ifNoneMatch: '*' } });
  } catch (error) {
    // Another worker made it first, and may hold it already.
    if (!hasCode(error, 'BlobAlreadyExists', 'ConditionNotMet', 'LeaseIdMissing')) throw error;
  }
}

function hangs(): Error {
  return new DeadlineExceeded(`no answer within ${RENEWAL_LIMIT_IN_MS / 1_000} s`);
}

class HeldLease implements Lease {
  readonly #client: BlobLeaseClient;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #lost = new AbortController();
  readonly #stopTicking: () => void;
  #ticks = 0;
  #renewedAt: number;
  #renewing = false;
  #lastRenewalError: unknown;
  #ended = false;

  constructor(client: BlobLeaseClient, name: string, takenAt: number, { clock, every }: LeaseTime) {
    this.#client = client;
    this.#name = name;
    this.#clock = clock;
    this.#renewedAt = takenAt;
    this.#stopTicking = every(TICK_IN_MS, () => this.#tick());
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    try {
      await asStorageFailure(`Releasing the lease on ${this.#name}`, () => this.#client.releaseLease());
    } catch (error) {
      if (!(error instanceof ReplicationFailure && LOST_CODES.includes(error.code))) throw error;
    }
  }

  /** Renewals are counted in ticks and not by the clock: one that is set back would delay them. */
  async #tick(): Promise<void> {
    this.#ticks += 1;
    const ageInMs = this.#clock.now().getTime() - this.#renewedAt;
    if (ageInMs >= TRUSTED_IN_MS) this.#lose('could not be renewed in time', this.#lastRenewalError);
    else if (this.#ticks % TICKS_PER_RENEWAL === 0) await this.#renew();
  }

  async #renew(): Promise<void> {
    if (this.#renewing || this.#ended) return;
    this.#renewing = true;
    const askedAt = this.#clock.now().getTime();
    try {
      await within(RENEWAL_LIMIT_IN_MS, this.#lost.signal, hangs, (abortSignal) =>
        this.#client.renewLease({ abortSignal }),
      );
      this.#renewedAt = askedAt;
    } catch (error) {
      if (hasCode(error, ...LOST_CODES)) this.#lose('was taken over or broken', error);
      // Any other failure may pass: a later renewal tries again, and the lease counts as lost before it lapses.
      else this.#lastRenewalError = error;
    } finally {
      this.#renewing = false;
    }
  }

  #lose(how: string, cause: unknown): void {
    if (this.#ended) return;
    this.#end();
    this.#lost.abort(
      new ReplicationFailure(`The lease on ${this.#name} ${how}.`, {
        class: 'conflict',
        code: 'LEASE_LOST',
        hint: 'The work on this project stopped without saving; another worker goes on with it.',
        cause,
      }),
    );
  }

  #end(): void {
    this.#ended = true;
    this.#stopTicking();
  }
}
