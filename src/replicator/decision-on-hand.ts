import type { Decision } from '../core/facts/decision.ts';
import type { Document } from './ports/storage.ts';

/** What a person has decided about one project, as it was last read. Work takes long, and they do not wait for its end. */
export class DecisionOnHand {
  value: Decision | null = null;
  readonly #document: Document<Decision>;
  readonly #signal: AbortSignal;

  constructor(document: Document<Decision>, signal: AbortSignal) {
    this.#document = document;
    this.#signal = signal;
  }

  /** Reads it anew; whether it is another one than before. */
  async changes(): Promise<boolean> {
    const before = decided(this.value);
    this.value = (await this.#document.read(this.#signal))?.value ?? null;
    return before !== decided(this.value);
  }
}

/** All but what is still to be told of it. */
function decided(decision: Decision | null): string {
  return JSON.stringify({ ...decision, untold: null });
}
