import type { Call } from './calls.ts';

/** Before the operation takes effect; after that, before its answer is sent; after the answer, or the lack of it. */
export type Phase = 'before-effect' | 'before-reply' | 'after-reply';

export type Hook = (call: Call) => void | Promise<void>;

/** Code to run at a certain point of every call of an operation; the call waits for it. */
export class Hooks {
  readonly #hooks = new Set<{ readonly operation: string; readonly phase: Phase; readonly hook: Hook }>();

  /** `*` is every operation. The answer takes the hook off again. */
  on(operation: string, phase: Phase, hook: Hook): () => void {
    const entry = { operation, phase, hook };
    this.#hooks.add(entry);
    return () => this.#hooks.delete(entry);
  }

  async run(phase: Phase, call: Call): Promise<void> {
    for (const entry of [...this.#hooks]) {
      const matches = entry.phase === phase && (entry.operation === '*' || entry.operation === call.operation);
      if (matches) await entry.hook(call);
    }
  }
}
