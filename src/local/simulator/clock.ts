import type { Task } from '../steerable-time.ts';

/**
 * The simulator's time. Imports, trainings, model exports, token expiry and the rate limit all go by it, so that a
 * test can let a day pass at once.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs the task once the delay is over; the answer cancels it. The task takes care of its own errors. */
  schedule(delayInMs: number, task: Task): () => void;
  /** Cancels everything that is still to come. */
  stop(): void;
}

interface Entry {
  readonly dueAt: number;
  readonly task: Task;
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now: number;
  #entries: Entry[] = [];

  constructor(startAt: string | number = '2026-01-01T00:00:00Z') {
    this.#now = new Date(startAt).getTime();
  }

  now(): number {
    return this.#now;
  }

  schedule(delayInMs: number, task: Task): () => void {
    const entry = { dueAt: this.#now + delayInMs, task };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  stop(): void {
    this.#entries = [];
  }

  /** How many tasks are still to come. */
  get pending(): number {
    return this.#entries.length;
  }

  /**
   * Moves time on and runs what falls due on the way, in order, each to its end; what these tasks schedule within the
   * span runs too.
   */
  async advance(byInMs: number): Promise<void> {
    const until = this.#now + byInMs;
    for (let next = this.#takeDue(until); next !== undefined; next = this.#takeDue(until)) {
      this.#now = Math.max(this.#now, next.dueAt);
      await next.task();
    }
    this.#now = Math.max(this.#now, until);
  }

  #takeDue(until: number): Entry | undefined {
    const due = this.#entries.filter((entry) => entry.dueAt <= until);
    const first = due.reduce<Entry | undefined>(
      (best, entry) => (best === undefined || entry.dueAt < best.dueAt ? entry : best),
      undefined,
    );
    if (first !== undefined) this.#entries = this.#entries.filter((entry) => entry !== first);
    return first;
  }
}
