import type { z } from 'zod';
import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import { decisionSchema, type Decision } from '../../src/core/facts/decision.ts';
import { holdsSchema, type Holds } from '../../src/core/facts/hold.ts';
import { installationSchema, type Installation } from '../../src/core/facts/installation.ts';
import { readingSchema, type StoredReading } from '../../src/core/facts/reading.ts';
import { recordSchema, type ReplicaRecord } from '../../src/core/facts/record.ts';
import { routingSchema, type RoutingManifest } from '../../src/core/facts/routing.ts';
import { signsSchema, type Signs } from '../../src/core/facts/signs.ts';
import { resourcesSchema, type Resources } from '../../src/core/facts/resource-health.ts';
import { sweepStateSchema, type SweepState } from '../../src/core/facts/sweep-state.ts';
import { triggerSchema, type Trigger } from '../../src/core/facts/trigger.ts';
import { workItemSchema, type WorkItem } from '../../src/core/facts/work-item.ts';
import type { Clock } from '../../src/replicator/ports/surroundings.ts';
import type {
  Document,
  Lease,
  ProjectLeases,
  ReadingSide,
  RecordStore,
  RejectedNotifications,
  Versioned,
  WorkQueue,
} from '../../src/replicator/ports/storage.ts';
import {
  archiveName,
  conflictOn,
  formatDocument,
  guidOf,
  decisionName,
  idInName,
  parseDocument,
  readingName,
  recordName,
  triggerName,
} from '../../src/storage/document-text.ts';
import { rejectedMessage, type RejectedMessage } from '../../src/storage/rejected-notifications.ts';
import { checkDelay } from '../../src/storage/work-queue.ts';

interface StoredBlob {
  readonly text: string;
  readonly etag: string;
  /** What was read of it, frozen; absent before anybody has. */
  value?: unknown;
}

/**
 * The record store without a storage account. It keeps text, so nothing that it hands out is shared with anybody; where
 * it `sharesValues`, what it hands out is frozen instead, which is quicker.
 */
export class MemoryRecordStore implements RecordStore {
  readonly #blobs = new Map<string, StoredBlob>();
  readonly #lost = new Set<string>();
  readonly #sharesValues: boolean;
  #writes = 0;

  readonly installation: Document<Installation> = this.#document('installation.json', installationSchema);
  readonly holds: Document<Holds> = this.#document('holds.json', holdsSchema);
  readonly signs: Document<Signs> = this.#document('signs.json', signsSchema);
  readonly resources: Document<Resources> = this.#document('resources.json', resourcesSchema);
  readonly sweep: Document<SweepState> = this.#document('sweep.json', sweepStateSchema);
  readonly routing: Document<RoutingManifest> = this.#document('routing.json', routingSchema);

  constructor({ sharesValues = false }: { readonly sharesValues?: boolean } = {}) {
    this.#sharesValues = sharesValues;
  }

  record(sourceProjectId: string): Document<ReplicaRecord> {
    return this.#document(recordName(sourceProjectId), recordSchema);
  }

  list(signal?: AbortSignal): Promise<string[]> {
    return promised(() => {
      signal?.throwIfAborted();
      return [...this.#blobs.keys()].flatMap((name) => idInName('records', name) ?? []).sort();
    });
  }

  decision(sourceProjectId: string): Document<Decision> {
    return this.#document(decisionName(sourceProjectId), decisionSchema);
  }

  reading(sourceProjectId: string, side: ReadingSide): Document<StoredReading> {
    return this.#document(readingName(sourceProjectId, side), readingSchema);
  }

  listDecisions(signal?: AbortSignal): Promise<string[]> {
    return promised(() => {
      signal?.throwIfAborted();
      return [...this.#blobs.keys()].flatMap((name) => idInName('decisions', name) ?? []).sort();
    });
  }

  trigger(sourceProjectId: string): Document<Trigger> {
    return this.#document(triggerName(sourceProjectId), triggerSchema);
  }

  async archive({ value, etag }: Versioned<ReplicaRecord>, at: Date): Promise<void> {
    const name = recordName(value.sourceProjectId);
    await this.#document(archiveName(value.sourceProjectId, at), recordSchema).write(value, null);
    if (this.#blobs.get(name)?.etag !== etag) throw conflictOn(name);
    this.#blobs.delete(name);
  }

  /** Another store that holds the same by now. */
  copy(): MemoryRecordStore {
    const other = new MemoryRecordStore();
    for (const [name, blob] of this.#blobs) other.#blobs.set(name, blob);
    other.#writes = this.#writes;
    return other;
  }

  /** How many writes have succeeded. */
  get writes(): number {
    return this.#writes;
  }

  /** Stores a blob as it is, as somebody with another tool could. */
  put(name: string, text: string): void {
    this.#writes += 1;
    this.#blobs.set(name, { text, etag: `"${this.#writes}"` });
  }

  /** A blob's text, or null. */
  get(name: string): string | null {
    return this.#blobs.get(name)?.text ?? null;
  }

  /** Loses a blob, as it is when somebody deletes it. */
  delete(name: string): void {
    this.#lost.add(name);
    this.#blobs.delete(name);
  }

  /** Whether a project's record was lost at some time: nobody can tell then what went on by it. */
  lostRecordOf(sourceProjectId: string): boolean {
    return this.#lost.has(recordName(sourceProjectId));
  }

  /** Every blob that is there: its name and its text. */
  get texts(): ReadonlyMap<string, string> {
    return new Map([...this.#blobs].map(([name, { text }]) => [name, text]));
  }

  #document<T>(name: string, schema: z.ZodType<T>): Document<T> & { readonly name: string } {
    return {
      name,
      read: (signal) =>
        promised(() => {
          signal?.throwIfAborted();
          const blob = this.#blobs.get(name);
          return blob === undefined ? null : { value: this.#value(blob, schema, name), etag: blob.etag };
        }),
      write: (value, etag, signal) =>
        promised(() => {
          signal?.throwIfAborted();
          const text = formatDocument(schema, value, name);
          if ((this.#blobs.get(name)?.etag ?? null) !== etag) throw conflictOn(name);
          this.put(name, text);
          const blob = this.#blobs.get(name)!;
          return { value: this.#value(blob, schema, name), etag: blob.etag };
        }),
    };
  }

  #value<T>(blob: StoredBlob, schema: z.ZodType<T>, name: string): T {
    if (!this.#sharesValues) return parseDocument(schema, blob.text, name);
    blob.value ??= deepFrozen(parseDocument(schema, blob.text, name));
    return blob.value as T;
  }
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFrozen);
  }
  return value;
}

interface Holder {
  readonly lost: AbortController;
  /** Null while the holder lives, and so keeps renewing. */
  lapsesAt: number | null;
}

/** Leases that last as long as their holder lives, and `leaseInSeconds` longer. */
export class MemoryLeases implements ProjectLeases {
  readonly leaseInSeconds = 30;
  readonly #clock: Clock;
  readonly #holders = new Map<string, Holder>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  acquire(sourceProjectId: string): Promise<Lease | null> {
    return promised(() => {
      const id = guidOf(sourceProjectId);
      if (this.isHeld(id)) return null;
      const holder: Holder = { lost: new AbortController(), lapsesAt: null };
      this.#holders.set(id, holder);
      const release = (): Promise<void> =>
        promised(() => {
          if (this.#holders.get(id) === holder) this.#holders.delete(id);
        });
      return { signal: holder.lost.signal, release };
    });
  }

  isHeld(sourceProjectId: string): boolean {
    const holder = this.#holders.get(guidOf(sourceProjectId));
    return holder !== undefined && (holder.lapsesAt === null || this.#clock.now().getTime() < holder.lapsesAt);
  }

  /** The holder was killed: it renews no more, and the lease lapses `leaseInSeconds` from now. */
  dropHolder(sourceProjectId: string): void {
    const holder = this.#holders.get(guidOf(sourceProjectId));
    if (holder !== undefined) holder.lapsesAt = this.#clock.now().getTime() + this.leaseInSeconds * 1_000;
  }

  /** The process of every holder was killed. */
  dropHolders(): void {
    for (const id of this.#holders.keys()) this.dropHolder(id);
  }

  /** Every lease is lost at once, and every holder is told so. */
  expireAll(): void {
    const holders = [...this.#holders.values()];
    this.#holders.clear();
    for (const { lost } of holders) {
      lost.abort(
        new ReplicationFailure('The lease was lost.', {
          class: 'conflict',
          code: 'LEASE_LOST',
          hint: 'Another worker goes on.',
        }),
      );
    }
  }
}

/** A message that waits for its time, or for somebody to take it. */
export interface QueuedWork {
  readonly item: WorkItem;
  readonly dueAt: Date;
}

export class MemoryWorkQueue implements WorkQueue {
  readonly #clock: Clock;
  #queued: readonly QueuedWork[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  enqueue(item: WorkItem, delayInSeconds: number): Promise<void> {
    return promised(() => {
      const dueAt = new Date(this.#clock.now().getTime() + checkDelay(delayInSeconds) * 1_000);
      this.#queued = [...this.#queued, { item: workItemSchema.parse(item), dueAt }];
    });
  }

  /** Another queue, on another clock, in which the same waits by now. */
  copy(clock: Clock): MemoryWorkQueue {
    const other = new MemoryWorkQueue(clock);
    other.#queued = this.#queued;
    return other;
  }

  /** What waits, in the order of enqueueing. */
  get queued(): readonly QueuedWork[] {
    return structuredClone(this.#queued);
  }

  /** Takes the items that are due by a time (now, unless given) off the queue, the earliest due first. */
  takeDue(at: Date = this.#clock.now()): WorkItem[] {
    const due = this.#queued.filter(({ dueAt }) => dueAt.getTime() <= at.getTime());
    this.#queued = this.#queued.filter((queued) => !due.includes(queued));
    return due.toSorted((one, other) => one.dueAt.getTime() - other.dueAt.getTime()).map(({ item }) => item);
  }

  /** When the next item is due; null where none waits. */
  nextDueAt(): Date | null {
    if (this.#queued.length === 0) return null;
    return new Date(Math.min(...this.#queued.map(({ dueAt }) => dueAt.getTime())));
  }
}

export class MemoryRejectedNotifications implements RejectedNotifications {
  readonly #clock: Clock;
  readonly #mask: (text: string) => string;
  #messages: readonly RejectedMessage[] = [];

  constructor(clock: Clock, mask: (text: string) => string = (text) => text) {
    this.#clock = clock;
    this.#mask = mask;
  }

  add(rejection: { readonly reason: string; readonly text: string }): Promise<void> {
    return promised(() => {
      this.#messages = [...this.#messages, rejectedMessage(rejection, this.#clock.now(), this.#mask)];
    });
  }

  count(): Promise<number> {
    return Promise.resolve(this.#messages.length);
  }

  get messages(): readonly RejectedMessage[] {
    return structuredClone(this.#messages);
  }
}

/** What the function answers or throws, as the promise that the ports ask for. */
function promised<T>(run: () => T): Promise<T> {
  return new Promise((resolve) => resolve(run()));
}
