import type { HookCallback } from './core-api.ts';

/** What an app asked to be called around its start, its invocations, its log lines and its end. */
export class Hooks {
  readonly #callbacks = new Map<string, HookCallback[]>();

  register(name: string, callback: HookCallback): { dispose(): void } {
    const callbacks = this.#callbacks.get(name) ?? [];
    this.#callbacks.set(name, [...callbacks, callback]);
    return {
      dispose: () => {
        const left = (this.#callbacks.get(name) ?? []).filter((other) => other !== callback);
        this.#callbacks.set(name, left);
      },
    };
  }

  /** Runs a hook's callbacks one after the other, in the order of their registration. */
  async run(name: string, context: unknown): Promise<void> {
    for (const callback of this.#callbacks.get(name) ?? []) await callback(context);
  }

  /** The same for log lines, which wait for nothing. */
  runSync(name: string, context: unknown): void {
    for (const callback of this.#callbacks.get(name) ?? []) callback(context);
  }
}
