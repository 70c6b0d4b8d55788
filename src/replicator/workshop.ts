import type { Policy } from '../core/policy.ts';
import type {
  Clock,
  EventSink,
  IntegrationStorage,
  ProjectLeases,
  ProjectReader,
  ProjectWriter,
  RecordStore,
  StorageUriWriter,
  WorkQueue,
} from './ports.ts';

/** Everything the replicator works with; made once by the app. */
export interface Workshop {
  readonly source: ProjectReader & StorageUriWriter;
  readonly target: ProjectWriter;
  readonly store: RecordStore;
  readonly leases: ProjectLeases;
  readonly queue: WorkQueue;
  readonly integrationStorage: IntegrationStorage;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly policy: Policy;
  /** A new id for a run or a wake: lower-case letters, digits and hyphens, at most 40 characters, never the same twice. */
  readonly newId: () => string;
}
