import { type Hold, type Holds, holdOn, withHold } from '../core/facts/hold.ts';
import { isFailure, type ReplicationFailure } from '../core/facts/failure.ts';
import { untilAborted } from '../deadline.ts';
import type { Document } from '../replicator/ports/storage.ts';
import { isOutOfVolume } from './classify.ts';
import { heldFailure, type Site } from './failures.ts';
import type { Timing } from './timing.ts';

/** How old what was read of the stored holds may be before a call: while one is in force a person may have ended it. */
const FRESH_FOR_MS = { held: 10_000, free: 60_000 } as const;

const WRITE_ATTEMPTS = 5;

/**
 * What a resource has asked to wait for, for longer than a call itself can wait. It is stored, since the next call may
 * be another project's, in another instance: a hundred projects then ask once and not a hundred times.
 */
export class HeldCalls {
  readonly #host: string;
  readonly #document: Document<Holds> | null;
  readonly #timing: Timing;
  #holds: readonly Hold[] = [];
  #readAtInMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(host: string, document: Document<Holds> | null, timing: Timing) {
    this.#host = host;
    this.#document = document;
    this.#timing = timing;
  }

  /** Throws the failure of a call that must not be sent yet, by what is known here. */
  throwIfHeld(site: Site): void {
    const now = this.#timing.now();
    const hold = holdOn(this.#holds, this.#host, site.operation.name, now);
    if (hold !== null) throw heldFailure(hold, site, now);
  }

  /** The same, by what is stored. One reading serves all who wait for it: a caller that gives up ends its own wait alone. */
  async throwIfStoredHold(site: Site, signal: AbortSignal): Promise<void> {
    const isHeld = holdOn(this.#holds, this.#host, site.operation.name, this.#timing.now()) !== null;
    const age = this.#timing.now().getTime() - this.#readAtInMs;
    if (this.#document !== null && age >= (isHeld ? FRESH_FOR_MS.held : FRESH_FOR_MS.free)) {
      this.#reading ??= this.#read(this.#document).finally(() => (this.#reading = null));
      await untilAborted(this.#reading, signal);
    }
    this.throwIfHeld(site);
  }

  /**
   * Notes the wait that an answer asked for, where it is longer than the caller waits by itself. It is stored for the others
   * also where the caller gives up meanwhile.
   */
  async note(error: unknown, { operation }: Site, longerThanInMs: number, signal: AbortSignal): Promise<void> {
    if (!isFailure(error, 'throttled') || (error.retryAfterInSeconds ?? 0) * 1_000 <= longerThanInMs) return;
    const hold = this.#holdFor(error, operation.name);
    this.#holds = withHold(this.#holds, hold, this.#timing.now()).holds;
    if (this.#document !== null) await untilAborted(this.#store(this.#document, hold), signal);
  }

  #holdFor({ code, message, retryAfterInSeconds }: ReplicationFailure, operation: string): Hold {
    const now = this.#timing.now();
    return {
      host: this.#host,
      // A rate is counted for each operation; a volume is used up for all.
      operation: isOutOfVolume(message) ? null : operation,
      since: now.toISOString(),
      until: new Date(now.getTime() + (retryAfterInSeconds ?? 0) * 1_000).toISOString(),
      code,
      message,
    };
  }

  /** Where storage does not answer the call is made: at worst the service refuses it once more. */
  async #read(document: Document<Holds>): Promise<void> {
    this.#readAtInMs = this.#timing.now().getTime();
    try {
      this.#holds = (await document.read())?.value.holds ?? [];
    } catch (error) {
      if (!isFailure(error)) throw error;
    }
  }

  /** Where it can't be stored it holds in this process alone, and each project's own wake keeps it all the same. */
  async #store(document: Document<Holds>, hold: Hold): Promise<void> {
    for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
      try {
        const stored = await document.read();
        const holds = withHold(stored?.value.holds ?? [], hold, this.#timing.now());
        await document.write(holds, stored?.etag ?? null);
        return;
      } catch (error) {
        if (!isFailure(error)) throw error;
        if (error.class !== 'conflict') return;
      }
    }
  }
}
