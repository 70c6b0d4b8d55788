import type { TriggerQueue } from '../../src/core/facts/functions.ts';
import type { VisibleMessage } from '../../src/core/facts/signs.ts';
import type { TriggerQueues } from '../../src/replicator/ports/storage.ts';

/** What lies in the queues that functions listen to, as a test lays it there; nothing takes it but the test. */
export class MemoryTriggerQueues implements TriggerQueues {
  readonly #messages = new Map<string, readonly VisibleMessage[]>();
  readonly #failures = new Map<string, Error>();

  /** From now on these are the messages that could be taken. */
  lay(functionName: string, ...messages: readonly VisibleMessage[]): void {
    this.#messages.set(functionName, messages);
    this.#failures.delete(functionName);
  }

  /** From now on nobody can look into that function's queue. */
  fail(functionName: string, failure: Error): void {
    this.#failures.set(functionName, failure);
  }

  peek({ functionName }: TriggerQueue): Promise<VisibleMessage[]> {
    const failure = this.#failures.get(functionName);
    if (failure !== undefined) return Promise.reject(failure);
    return Promise.resolve([...(this.#messages.get(functionName) ?? [])]);
  }
}
