import type { Policy } from '../core/policy.ts';
import type { Clock, EventSink, ProjectLeases, ProjectReader, ProjectWriter, RecordStore, WorkQueue } from './ports.ts';

/** Everything the replicator works with; made once by the app. */
export interface Workshop {
  readonly source: ProjectReader;
  readonly target: ProjectWriter;
  readonly store: RecordStore;
  readonly leases: ProjectLeases;
  readonly queue: WorkQueue;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly policy: Policy;
  /** A new id for a run or a wake: lower-case letters, digits and hyphens, at most 40 characters, never the same twice. */
  readonly newId: () => string;
}
