import type { HostLog } from './host-log.ts';
import type { Invoker } from './invoker.ts';
import type { Listener } from './listener.ts';

interface DrainStatus {
  readonly state: 'Disabled' | 'InProgress' | 'Completed';
  readonly outstandingInvocations: number;
}

/** Takes a host out of work, as the platform does before it takes an instance away: nothing new, and what runs may end. */
export class Drain {
  readonly #parts: { readonly listeners: readonly Listener[]; readonly invoker: Invoker; readonly log: HostLog };
  #stopped: Promise<unknown> | null = null;

  constructor(parts: { listeners: readonly Listener[]; invoker: Invoker; log: HostLog }) {
    this.#parts = parts;
  }

  get isDraining(): boolean {
    return this.#stopped !== null;
  }

  /** Stops the timers and queues; HTTP goes on. Resolves once what they began has ended. */
  async begin(): Promise<void> {
    const { listeners, log } = this.#parts;
    if (this.#stopped === null) log.host('information', 'takes nothing more from timers and queues');
    this.#stopped ??= Promise.all(listeners.map((listener) => listener.stop()));
    await this.#stopped;
  }

  status(): DrainStatus {
    const outstandingInvocations = this.#parts.invoker.running;
    const done = outstandingInvocations === 0 ? 'Completed' : 'InProgress';
    return { state: this.isDraining ? done : 'Disabled', outstandingInvocations };
  }
}
