/**
 * The time of an app whose clock can be steered: `Date`, and what is repeated by `setInterval`, as leases are renewed.
 * Timeouts guard against others, who are on real time, and stay on it themselves.
 */

const system = { Date: globalThis.Date, setInterval, clearInterval, clearTimeout };

interface Interval {
  readonly timer: NodeJS.Timeout;
  readonly periodInMs: number;
  readonly run: () => unknown;
  dueAt: number;
}

type Callback = (...given: unknown[]) => unknown;

/** Moves the time of the whole thread ahead, from construction until `restore`. */
export class SteerableClock {
  readonly #intervals = new Map<unknown, Interval>();
  #offsetInMs = 0;

  constructor() {
    const now = () => this.#now();
    globalThis.Date = new Proxy(system.Date, {
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
      apply: (target) => new target(now()).toString(),
      get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
    });
    globalThis.setInterval = new Proxy(system.setInterval, {
      apply: (_target, _this, [run, periodInMs, ...given]: [Callback, number | undefined, ...unknown[]]) =>
        this.#repeat(() => run(...given), Math.max(1, periodInMs ?? 1)),
    });
    globalThis.clearInterval = this.#clearingAs(system.clearInterval);
    globalThis.clearTimeout = this.#clearingAs(system.clearTimeout);
  }

  get offsetInSeconds(): number {
    return this.#offsetInMs / 1000;
  }

  /**
   * Moves `Date` ahead at once. An interval that has passed meanwhile runs, once however many have; resolves when what
   * these runs began has ended.
   */
  async advance(seconds: number): Promise<void> {
    this.#offsetInMs += seconds * 1000;
    const due = [...this.#intervals.values()].filter(({ dueAt }) => dueAt <= this.#now());
    await Promise.all(
      due.map((interval) => {
        interval.timer.refresh();
        return this.#run(interval);
      }),
    );
  }

  restore(): void {
    const { Date, setInterval, clearInterval, clearTimeout } = system;
    Object.assign(globalThis, { Date, setInterval, clearInterval, clearTimeout });
  }

  #now(): number {
    return system.Date.now() + this.#offsetInMs;
  }

  #repeat(run: () => unknown, periodInMs: number): NodeJS.Timeout {
    const timer = system.setInterval(() => void this.#run(interval), periodInMs);
    const interval: Interval = { timer, periodInMs, run, dueAt: this.#now() + periodInMs };
    this.#intervals.set(timer, interval);
    return timer;
  }

  #run(interval: Interval): unknown {
    interval.dueAt = this.#now() + interval.periodInMs;
    return interval.run();
  }

  /** Node.js takes an interval's handle, or its number, in either of the two. */
  #clearingAs(clear: typeof clearInterval): typeof clearInterval {
    return new Proxy(clear, {
      apply: (target, _this, [handle]: [Parameters<typeof clearInterval>[0]]) => {
        const timer = [...this.#intervals.keys()].find((one) => one === handle || Number(one) === Number(handle));
        this.#intervals.delete(timer);
        target(handle);
      },
    });
  }
}
