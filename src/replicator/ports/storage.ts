import type { TriggerQueue } from '../../core/facts/functions.ts';
import type { HistoryEntry } from '../../core/facts/history.ts';
import type { Decision } from '../../core/facts/decision.ts';
import type { Holds } from '../../core/facts/hold.ts';
import type { Installation } from '../../core/facts/installation.ts';
import type { StoredReading } from '../../core/facts/reading.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import type { Resources } from '../../core/facts/resource-health.ts';
import type { RoutingManifest } from '../../core/facts/routing.ts';
import type { Signs, VisibleMessage } from '../../core/facts/signs.ts';
import type { SweepState } from '../../core/facts/sweep-state.ts';
import type { Trigger } from '../../core/facts/trigger.ts';
import type { WorkItem } from '../../core/facts/work-item.ts';

/** What the replicator needs of Azure Storage; the rules of `custom-vision.ts` hold here too. */

/** A stored value and the ETag that a later write must still find. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** One JSON document. */
export interface Document<T> {
  /** Null where it does not exist. A document that does not fit its schema is a `bug` failure that names it. */
  read(signal?: AbortSignal): Promise<Versioned<T> | null>;
  /** Creates it (etag null) or replaces that very version; throws `conflict` where another writer was first. */
  write(value: T, etag: string | null, signal?: AbortSignal): Promise<Versioned<T>>;
}

/** Whose labels are read: a source project's, or those of a copy of it. */
export type ReadingSide = 'source' | 'target';

export interface RecordStore {
  /** The record of one source project; throws where the id is not a GUID. */
  record(sourceProjectId: string): Document<ReplicaRecord>;
  /** The source project ids that have a record, sorted. */
  list(signal?: AbortSignal): Promise<string[]>;
  /**
   * Takes that very version of a record out of the list and keeps it as `archive/{id}/{time}.json`; throws `conflict`
   * where another writer was first.
   */
  archive(stored: Versioned<ReplicaRecord>, at: Date, signal?: AbortSignal): Promise<void>;
  /** What a person has decided about one source project; throws where the id is not a GUID. */
  decision(sourceProjectId: string): Document<Decision>;
  /** The source project ids that somebody has decided something about, sorted. */
  listDecisions(signal?: AbortSignal): Promise<string[]>;
  /** How far the reading of a source project's labels has come, or of its copies'; throws where the id is not a GUID. */
  reading(sourceProjectId: string, side: ReadingSide): Document<StoredReading>;
  /** What notifications have said of one source project; throws where the id is not a GUID. */
  trigger(sourceProjectId: string): Document<Trigger>;
  readonly installation: Document<Installation>;
  /** What the resources have asked to wait for. */
  readonly holds: Document<Holds>;
  /** When functions last ran, and what waits for them. */
  readonly signs: Document<Signs>;
  /** What calls have shown of both resources. */
  readonly resources: Document<Resources>;
  readonly sweep: Document<SweepState>;
  readonly routing: Document<RoutingManifest>;
}

/** The right to work on one project, held by one worker at a time. */
export interface Lease {
  /** Aborts when the lease is lost: whatever is under way must stop, and save nothing. */
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

export interface ProjectLeases {
  /** How long a lease outlives a holder that was killed. */
  readonly leaseInSeconds: number;
  /** Null where somebody else holds it. */
  acquire(sourceProjectId: string): Promise<Lease | null>;
}

export interface WorkQueue {
  /** Makes the item visible to workers after the delay (0 to 7 days). */
  enqueue(item: WorkItem, delayInSeconds: number): Promise<void>;
}

/** The queues that functions listen to, seen from outside. */
export interface TriggerQueues {
  /**
   * The first messages that could be taken now, 32 at most; they stay as they are. A queue that is missing is made, since
   * the host only waits for it, save those for poison messages, which the host makes.
   */
  peek(queue: TriggerQueue, signal: AbortSignal): Promise<VisibleMessage[]>;
}

/** The queue and the container that Custom Vision itself writes to. */
export interface IntegrationStorage {
  /** Makes what is missing. */
  ensure(signal: AbortSignal): Promise<void>;
}

/** Notifications that nobody could act on: kept for a person, never dropped. */
export interface RejectedNotifications {
  add(rejection: { readonly reason: string; readonly text: string }): Promise<void>;
  /** About how many are kept. */
  count(): Promise<number>;
}

/**
 * Whose history: a source project's, by its id, or that of the app as a whole.
 * @internal
 */
export type HistoryOf = 'app' | (string & {});

/** What happened, for ever: lines are only ever added. */
export interface HistoryLog {
  /** Adds them to the history that each is about. One that is there already may be added again: it is read once. */
  append(entries: readonly HistoryEntry[], signal?: AbortSignal): Promise<void>;
  /** Oldest first, each once, from that month on; what can't be read is counted. Everything where nobody is named. */
  read(of: HistoryOf | null, since: Date | null, signal?: AbortSignal): Promise<HistoryReading>;
}

export interface HistoryReading {
  readonly entries: readonly HistoryEntry[];
  /** Lines that are no entry: damaged, or of a version to come. */
  readonly unreadable: number;
}
