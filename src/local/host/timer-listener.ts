import type { TypedData } from './core-api.ts';
import { systemNow } from '../steerable-time.ts';
import { delay } from './delay.ts';
import { errorMessage, type HostLog } from './host-log.ts';
import type { Listener } from './listener.ts';
import type { Schedule } from './schedule.ts';
import { resumeTimer, writtenStatus, type TimerStatus, type TimerStatusStore } from './timer-status.ts';

export interface TimerOptions {
  readonly functionName: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Null where nothing is remembered, so that no occurrence is ever past due. */
  readonly statuses: TimerStatusStore | null;
  /** Runs the function to its end; a failure is the caller's to report, and does not stop the schedule. */
  readonly invoke: (input: TypedData) => Promise<void>;
  readonly log: HostLog;
}

/** Node's longest timeout is a little under 25 days; a longer wait is made of several. */
const LONGEST_WAIT_IN_MS = 24 * 24 * 3600 * 1000;

type Occasion = 'scheduled' | 'past-due' | 'startup';

/** Fires a function by its schedule: the next occurrence is looked for only once the invocation has ended. */
export class TimerListener implements Listener {
  readonly #options: TimerOptions;
  readonly #stopping = new AbortController();
  #status: TimerStatus;
  #running: Promise<void> = Promise.resolve();

  constructor(options: TimerOptions) {
    this.#options = options;
    this.#status = resumeTimer(null, options.schedule, systemNow()).status;
  }

  async start(): Promise<void> {
    const { functionName, schedule, statuses, runOnStartup, log } = this.#options;
    const stored = (await statuses?.read(functionName)) ?? null;
    const resumed = resumeTimer(stored, schedule, systemNow());
    if (resumed.changed) await statuses?.write(functionName, resumed.status);
    this.#status = resumed.status;
    const next = new Date(resumed.status.next).toISOString();
    log.host('information', `${functionName} ${resumed.pastDue ? 'was due' : 'is next due'} at ${next}`);
    this.#running = this.#run(resumed.pastDue ? 'past-due' : runOnStartup ? 'startup' : null);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async runNow(): Promise<void> {
    await this.#options.invoke(this.#input(false));
  }

  async #run(first: Occasion | null): Promise<void> {
    const { signal } = this.#stopping;
    if (first !== null && !signal.aborted) await this.#fire(first);
    for (;;) {
      await this.#untilDue();
      if (signal.aborted) return;
      await this.#fire('scheduled');
    }
  }

  async #untilDue(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      const left = this.#status.next - systemNow();
      if (left <= 0 || signal.aborted) return;
      await delay(Math.min(left, LONGEST_WAIT_IN_MS), signal);
    }
  }

  async #fire(occasion: Occasion): Promise<void> {
    const { functionName, schedule, statuses, invoke, log } = this.#options;
    const firedAt = systemNow();
    await invoke(this.#input(occasion === 'past-due'));
    // The clock can be set back a little; counting from the occurrence itself keeps it from coming twice.
    const last = occasion === 'scheduled' ? Math.max(firedAt, this.#status.next) : firedAt;
    this.#status = { last, next: schedule.nextAfter(last), lastUpdated: last };
    try {
      await statuses?.write(functionName, this.#status);
    } catch (error) {
      // The schedule goes on; only the next start of the host would not know of this occurrence.
      log.host('error', `that ${functionName} has run could not be stored: ${errorMessage(error)}`);
    }
  }

  #input(isPastDue: boolean): TypedData {
    const { statuses } = this.#options;
    const info = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: statuses === null ? null : writtenStatus(this.#status),
      IsPastDue: isPastDue,
    };
    return { json: JSON.stringify(info) };
  }
}
