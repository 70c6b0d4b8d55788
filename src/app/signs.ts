import { METRICS_TIMER, SWEEP_TIMER, triggerQueues } from '../core/facts/functions.ts';
import { toFailure } from '../core/facts/failure.ts';
import { newSigns, withSign, type Signs } from '../core/facts/signs.ts';
import { secondsBetween } from '../core/facts/time.ts';
import { updateDocument } from '../replicator/documents.ts';
import type { Document } from '../replicator/ports/storage.ts';
import type { Clock, EventSink } from '../replicator/ports/surroundings.ts';
import { inTime } from './answer-limits.ts';

/** How often a process tells of one function; silence is told in minutes, and writes cost. */
const SIGN_EVERY_SECONDS = 300;

/** What a sign may cost its invocation, should storage hang. */
const SIGN_LIMIT_IN_MS = 5_000;

/** The signs of life that the functions of this process leave. */
export class SignsOfLife {
  readonly #document: Document<Signs>;
  readonly #clock: Clock;
  readonly #watched: ReadonlySet<string>;
  readonly #limitInMs: number;
  readonly #toldAt = new Map<string, string>();

  constructor(document: Document<Signs>, clock: Clock, notificationQueue: string, limitInMs = SIGN_LIMIT_IN_MS) {
    this.#document = document;
    this.#clock = clock;
    this.#limitInMs = limitInMs;
    const ofQueues = triggerQueues(notificationQueue).map(({ functionName }) => functionName);
    this.#watched = new Set([SWEEP_TIMER, METRICS_TIMER.name, ...ofQueues]);
  }

  /**
   * A function begins to run. Where that can't be stored it runs all the same, and an event tells: one that takes messages
   * is not called silent for want of a sign.
   */
  async ran(functionName: string, events: EventSink): Promise<void> {
    const now = this.#clock.now();
    const toldAt = this.#toldAt.get(functionName);
    const isRecent = toldAt !== undefined && Math.abs(secondsBetween(toldAt, now)) < SIGN_EVERY_SECONDS;
    if (isRecent || !this.#watched.has(functionName)) return;
    this.#toldAt.set(functionName, now.toISOString());
    const change = (signs: Signs | null): Signs => withSign(signs ?? newSigns(now), functionName, now);
    try {
      await inTime(this.#limitInMs, (signal) => updateDocument(this.#document, change, signal));
    } catch (error) {
      const { code, message, hint } = toFailure(error);
      events.emit({ event: 'function.sign.failed', functionName, code, message, hint });
    }
  }
}
