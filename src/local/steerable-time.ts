const SystemDate = globalThis.Date;

/** The system's time in ms since 1970, whatever `Date` has been made to say. */
export function systemNow(): number {
  return SystemDate.now();
}

/** What falls due; it takes care of its own errors. */
export type Task = () => void | Promise<void>;

/** What a timer of Node.js can wait at most; a longer one would run at once. */
const LONGEST_TIMER_IN_MS = 2 ** 31 - 1;

interface Entry {
  readonly dueAt: number;
  readonly task: Task;
  timer: NodeJS.Timeout | undefined;
}

/** Real time that can be moved ahead. What was scheduled by it falls due as it would have, had that time passed. */
export class SteerableTime {
  readonly #entries = new Set<Entry>();
  #aheadInMs = 0;

  /** Milliseconds since the epoch. */
  now(): number {
    return systemNow() + this.#aheadInMs;
  }

  get aheadInMs(): number {
    return this.#aheadInMs;
  }

  /** Runs the task once the delay is over; the answer cancels it. */
  schedule(delayInMs: number, task: Task): () => void {
    const entry: Entry = { dueAt: this.now() + delayInMs, task, timer: undefined };
    this.#entries.add(entry);
    this.#arm(entry);
    return () => this.#forget(entry);
  }

  /** Cancels everything that is still to come. */
  stop(): void {
    for (const entry of this.#entries) this.#forget(entry);
  }

  /** Moves time ahead at once, then runs what has fallen due, in order, each to its end. */
  async advance(byInMs: number): Promise<void> {
    this.#aheadInMs += byInMs;
    for (const entry of this.#entries) this.#arm(entry);
    for (let next = this.#due(); next !== undefined; next = this.#due()) {
      this.#forget(next);
      await next.task();
    }
  }

  #arm(entry: Entry): void {
    clearTimeout(entry.timer);
    const leftInMs = Math.max(0, entry.dueAt - this.now());
    const fall = (): void => {
      if (this.now() < entry.dueAt) {
        this.#arm(entry);
        return;
      }
      this.#forget(entry);
      void entry.task();
    };
    entry.timer = setTimeout(fall, Math.min(leftInMs, LONGEST_TIMER_IN_MS));
  }

  #due(): Entry | undefined {
    const now = this.now();
    let first: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.dueAt <= now && (first === undefined || entry.dueAt < first.dueAt)) first = entry;
    }
    return first;
  }

  #forget(entry: Entry): void {
    clearTimeout(entry.timer);
    this.#entries.delete(entry);
  }
}
