import type { WorkItem } from '../../src/core/facts/work-item.ts';
import { workItemSchema } from '../../src/core/facts/work-item.ts';
import { checkDelay } from '../../src/storage/work-queue.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** As host.json has it. */
const RETRY_IN_SECONDS = 30;
const MOST_DELIVERIES = 5;
/** For how long a message is hidden whose process is gone. */
const LOCK_IN_SECONDS = 600;
const POLL_IN_MS = 2_000;

/** What becomes of a message of some queue; each is a share of all messages. */
export interface Mischief {
  lost: number;
  doubled: number;
  /** Up to an hour. */
  late: number;
}

/** How the work of one delivery ended: `gone` where its process died meanwhile. */
export type Delivery = 'done' | 'thrown' | 'gone' | 'nobody';

export interface Receiver {
  /** Works on a message; never settles where its process dies, of which `onDeath` is told. */
  work(item: WorkItem, onDeath: () => void): Promise<Delivery>;
  poison(item: WorkItem, onDeath: () => void): Promise<Delivery>;
}

/** The work queue: at least once, in any order, and at times not at all. */
export class TwinQueue {
  readonly mischief: Mischief = { lost: 0, doubled: 0, late: 0 };
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #receiver: Receiver;
  readonly #onItem: (item: WorkItem) => void;
  #generation = 0;
  waiting = 0;

  constructor(time: VirtualTime, random: Random, receiver: Receiver, onItem: (item: WorkItem) => void) {
    this.#time = time;
    this.#random = random;
    this.#receiver = receiver;
    this.#onItem = onItem;
  }

  enqueue(given: WorkItem, delayInSeconds: number): Promise<void> {
    const item = workItemSchema.parse(given);
    this.#onItem(item);
    const delayInMs = checkDelay(delayInSeconds) * 1_000;
    if (this.#random.chance(this.mischief.lost)) return Promise.resolve();
    const copies = this.#random.chance(this.mischief.doubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const lateInMs = this.#random.chance(this.mischief.late) ? this.#random.between(1_000, 3_600_000) : 0;
      this.#deliverIn(delayInMs + lateInMs + this.#random.between(1, POLL_IN_MS), item, 1, 'work');
    }
    return Promise.resolve();
  }

  /** Every message is lost, those under way too where their work fails. */
  loseAll(): void {
    this.#generation += 1;
    this.waiting = 0;
  }

  #deliverIn(delayInMs: number, item: WorkItem, count: number, to: 'work' | 'poison'): void {
    const generation = this.#generation;
    this.waiting += 1;
    this.#time.schedule(delayInMs, () => {
      if (generation !== this.#generation) return;
      this.waiting -= 1;
      this.#deliver(item, count, to);
    });
  }

  #deliver(item: WorkItem, count: number, to: 'work' | 'poison'): void {
    let isOver = false;
    const again = (inSeconds: number): void => {
      if (isOver) return;
      isOver = true;
      if (count < MOST_DELIVERIES) this.#deliverIn(inSeconds * 1_000, item, count + 1, to);
      // Poison messages of the poison queue are gone for good, as on the real host.
      else if (to === 'work') this.#deliverIn(POLL_IN_MS, item, 1, 'poison');
    };
    void this.#receiver
      [to](item, () => again(LOCK_IN_SECONDS))
      .then((ended) => {
        if (ended === 'thrown') again(RETRY_IN_SECONDS);
        // Nobody was there to take it: it has not been delivered.
        if (ended === 'nobody' && !isOver) this.#deliverIn(POLL_IN_MS * 5, item, count, to);
        isOver = true;
      });
  }
}
