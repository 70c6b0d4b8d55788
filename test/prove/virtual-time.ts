import type { Clock } from '../../src/local/simulator/clock.ts';
import type { Task } from '../../src/local/steerable-time.ts';

interface Entry {
  readonly dueAt: number;
  readonly order: number;
  readonly task: Task;
  isCancelled: boolean;
}

/**
 * One clock for a whole world: it jumps from one thing that is due to the next, and nothing ever sleeps. Between two
 * jumps all that can go on without the clock does, in the same order each time.
 */
export class VirtualTime implements Clock {
  #now: number;
  #order = 0;
  /** A binary heap, the earliest first, and of those of one time the one that was scheduled first. */
  readonly #heap: Entry[] = [];

  constructor(startAt: string) {
    this.#now = Date.parse(startAt);
  }

  now(): number {
    return this.#now;
  }

  schedule(delayInMs: number, task: Task): () => void {
    const entry: Entry = {
      dueAt: this.#now + Math.max(0, delayInMs),
      order: (this.#order += 1),
      task,
      isCancelled: false,
    };
    this.#push(entry);
    return () => (entry.isCancelled = true);
  }

  stop(): void {
    this.#heap.length = 0;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.schedule(milliseconds, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Goes on until that time, and ends early where `isOver` says so. */
  async runUntil(until: number, isOver: () => boolean = () => false): Promise<void> {
    await quiet();
    for (let next = this.#heap[0]; next !== undefined && next.dueAt <= until; next = this.#heap[0]) {
      this.#pop();
      if (next.isCancelled) continue;
      this.#now = Math.max(this.#now, next.dueAt);
      void next.task();
      await quiet();
      if (isOver()) return;
    }
    this.#now = Math.max(this.#now, until);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, entry)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.dueAt < other.dueAt || (one.dueAt === other.dueAt && one.order < other.order);
}

/** Resolves once nothing goes on any more without the clock: all that was promised has been done. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
