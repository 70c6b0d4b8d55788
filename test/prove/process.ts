/** When a process is killed: so many effects from now, before one is sent, or after it with the reply lost. */
export interface KillOrder {
  readonly after: number;
  readonly phase: 'before' | 'after';
}

/**
 * One process of a host. Once it is dead nothing that it waited for ever comes, as for a process that is gone: no catch
 * block of it runs, and no finally.
 */
export class Process {
  #isAlive = true;
  #kill: { left: number; readonly phase: 'before' | 'after' } | null = null;
  readonly #onDeath: () => void;

  constructor(onDeath: () => void) {
    this.#onDeath = onDeath;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  killAt({ after, phase }: KillOrder): void {
    this.#kill = { left: after, phase };
  }

  die(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#onDeath();
  }

  async ask<T>(run: () => Promise<T>): Promise<T> {
    if (!this.#isAlive) return never();
    const [ended] = await Promise.allSettled([run()]);
    return this.isAlive ? settled(ended) : never();
  }

  /** Something that changes the world outside: a place where a process may be killed. */
  async effect<T>(run: () => Promise<T>): Promise<T> {
    const isHere = this.#isAlive && this.#kill !== null && this.#kill.left <= 0;
    if (this.#kill !== null) this.#kill.left -= 1;
    if (isHere && this.#kill?.phase === 'before') this.die();
    return this.ask(async () => {
      const answer = await run();
      if (isHere) this.die();
      return answer;
    });
  }
}

function settled<T>(ended: PromiseSettledResult<T>): T {
  if (ended.status === 'rejected') throw ended.reason;
  return ended.value;
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
