import type { Timing } from './timing.ts';

/**
 * The slowest pace, however often the service refuses.
 * @internal
 */
export const SLOWEST_CALLS_PER_SECOND = 0.5;

/** The part of the full pace that is added back for each call that succeeds. */
const RECOVERY_PER_CALL = 1 / 64;

/**
 * Spaces the calls to one resource evenly. The limits of the service are per resource and shared with everybody else
 * who calls it, so the pace halves when it says 429 and comes back a little with each call that goes well.
 */
export class Pacer {
  readonly #fullRate: number;
  readonly #timing: Timing;
  #rate: number;
  #nextAtInMs = Number.NEGATIVE_INFINITY;
  #slowedAtInMs = Number.NEGATIVE_INFINITY;

  constructor(callsPerSecond: number, timing: Timing) {
    if (!(callsPerSecond > 0)) throw new RangeError(`callsPerSecond is ${callsPerSecond}; it must be more than 0.`);
    this.#fullRate = callsPerSecond;
    this.#rate = callsPerSecond;
    this.#timing = timing;
  }

  get callsPerSecond(): number {
    return this.#rate;
  }

  /** Waits for the next free slot, in the order of asking. Resolves to the slot's time, in ms since 1970. */
  async turn(signal: AbortSignal): Promise<number> {
    const now = this.#timing.now().getTime();
    const slot = Math.max(now, this.#nextAtInMs);
    this.#nextAtInMs = slot + 1000 / this.#rate;
    if (slot > now) await this.#timing.sleep(slot - now, signal);
    return slot;
  }

  /** The call of this slot was refused with 429. */
  slowDown(slotInMs: number): void {
    // Calls that were under way together are refused together. That is one overload, so the pace is halved once.
    if (slotInMs <= this.#slowedAtInMs) return;
    this.#slowedAtInMs = Math.max(this.#timing.now().getTime(), slotInMs);
    this.#rate = Math.max(Math.min(SLOWEST_CALLS_PER_SECOND, this.#fullRate), this.#rate / 2);
  }

  /** A call went well. */
  recover(): void {
    this.#rate = Math.min(this.#fullRate, this.#rate + this.#fullRate * RECOVERY_PER_CALL);
  }
}
