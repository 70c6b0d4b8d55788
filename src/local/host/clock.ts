/**
 * Time for a host whose clock can be steered. The host's own schedules and deadlines are on the system's time; the
 * app in it sees `Date`, which `SteerableClock` can move ahead.
 */

const systemDate = globalThis.Date;

/** The system's time in ms since 1970, whatever `Date` has been made to say. */
export function systemNow(): number {
  return systemDate.now();
}

/** Moves `Date` ahead for the whole process, from construction until `restore`. */
export class SteerableClock {
  #offsetInMs = 0;

  constructor() {
    const now = () => systemDate.now() + this.#offsetInMs;
    const steered = new Proxy(systemDate, {
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
      apply: (target) => new target(now()).toString(),
      get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
    });
    globalThis.Date = steered;
  }

  get offsetInSeconds(): number {
    return this.#offsetInMs / 1000;
  }

  advance(seconds: number): void {
    this.#offsetInMs += seconds * 1000;
  }

  restore(): void {
    globalThis.Date = systemDate;
  }
}
