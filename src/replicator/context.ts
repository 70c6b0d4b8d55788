import type { ReplicationFailure } from '../core/facts/failure.ts';
import type { ReplicaRecord, Run } from '../core/facts/record.ts';
import type { Policy } from '../core/plan/policy.ts';
import type { SweepSchedule } from '../core/status/next-sweep.ts';
import type { ContentReader } from './content-reader.ts';
import type { Clock, EventSink } from './ports/surroundings.ts';
import type { HistoryLog, IntegrationStorage, ProjectLeases, RecordStore, WorkQueue } from './ports/storage.ts';
import type { ProjectReader, ProjectWriter, StorageUriWriter } from './ports/custom-vision.ts';

/** Everything the replicator works with; made once by the app. */
export interface Dependencies {
  readonly source: ProjectReader & StorageUriWriter;
  readonly target: ProjectWriter;
  readonly store: RecordStore;
  readonly leases: ProjectLeases;
  readonly queue: WorkQueue;
  readonly history: HistoryLog;
  readonly integrationStorage: IntegrationStorage;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly policy: Policy;
  /** By what sweeps are due. */
  readonly schedule: SweepSchedule;
  /** A new id for a run or a wake: lower-case letters, digits and hyphens, at most 40 characters, never the same twice. */
  readonly newId: () => string;
}

/**
 * Saves the record under its ETag and answers with it; what follows builds on what was really stored. Where the record
 * has its run no more, `endCode` says how it ended; where it has a copy no more that we deleted, `retired` says why.
 */
type Save = (record: ReplicaRecord, endCode?: string, retired?: string) => Promise<ReplicaRecord>;

/** The record of a project of which a copy is being made. */
export type RunningRecord = ReplicaRecord & { readonly run: Run };

/** What looks and steps work with in one invocation. */
export interface WorkContext {
  readonly deps: Dependencies;
  readonly content: ContentReader;
  readonly signal: AbortSignal;
}

export interface StepContext extends WorkContext {
  readonly save: Save;
}

/** What a step leaves: the saved record, and a failure where the step itself established one. */
export interface StepResult {
  readonly record: ReplicaRecord;
  readonly failure?: ReplicationFailure;
  /** The service said no, which is noted in the record and holds up nothing else: no earlier failure is mended by that. */
  readonly wasRefused?: boolean;
}
