import { withTriggerLook } from '../core/plan/triggers.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import type { WorkItem } from '../core/facts/work-item.ts';

/** What one invocation's look has come of, where a notification alone brought it about. */
export class TriggerLook {
  readonly #isTriggered: boolean;
  readonly #before: ReplicaRecord;
  readonly #startedAt: Date;
  #foundNew = false;

  constructor(before: ReplicaRecord, reason: WorkItem['reason'], startedAt: Date) {
    const { triggeredAt, run } = before;
    this.#isTriggered = reason === 'training-completed' || (reason === 'wake' && triggeredAt !== null && run === null);
    this.#before = before;
    this.#startedAt = startedAt;
  }

  /** Something was done about the project. What is tried again because it failed before is nothing new. */
  noteChange(): void {
    this.#foundNew = this.#before.failure === null;
  }

  /** The record with what came of it; the same, however often it is asked for. */
  noteOn(record: ReplicaRecord): ReplicaRecord {
    if (!this.#isTriggered) return record;
    return withTriggerLook(record, this.#before.triggerLooks, this.#foundNew, this.#startedAt);
  }
}
