import type { Clock } from '../../src/replicator/ports/surroundings.ts';

/** A clock that stands still until it is told otherwise. */
export class ManualClock implements Clock {
  #nowInMs: number;

  constructor(start = '2026-01-05T08:00:00.000Z') {
    this.#nowInMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#nowInMs);
  }

  advance(seconds: number): void {
    this.#nowInMs += seconds * 1_000;
  }
}
