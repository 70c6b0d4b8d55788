import type { ReplicationFailure } from '../core/facts/failure.ts';
import { isFailure } from '../core/facts/failure.ts';
import type { Decision } from '../core/facts/decision.ts';
import type { Installation } from '../core/facts/installation.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { historyOfSweep } from '../core/history/sweep-history.ts';
import type { SweepState } from '../core/facts/sweep-state.ts';
import { newSweepState } from '../core/facts/sweep-state.ts';
import { isDueKept, nextSweep, type SweepSchedule } from '../core/status/next-sweep.ts';
import { forEachAtMost } from './for-each.ts';
import type { Clock } from './ports/surroundings.ts';
import type { Document, RecordStore } from './ports/storage.ts';

/** Few write one document, and quickly: so many conflicts in a row have another cause. */
const ATTEMPTS = 20;
const READS_AT_ONCE = 16;

/** Changes a document that others write too: read, change, write, and again where another was first. */
export async function updateDocument<T>(
  document: Document<T>,
  change: (value: T | null) => T | null | Promise<T | null>,
  signal?: AbortSignal,
): Promise<T | null> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await document.read(signal);
    const changed = await change(stored?.value ?? null);
    if (changed === null) return stored?.value ?? null;
    try {
      return (await document.write(changed, stored?.etag ?? null, signal)).value;
    } catch (error) {
      if (attempt === ATTEMPTS || !isFailure(error, 'conflict')) throw error;
    }
  }
}

/** The stored sweep state. Where there is none it is made now: from now on the first sweep is expected. */
export async function readSweepState(store: RecordStore, clock: Clock, signal?: AbortSignal): Promise<SweepState> {
  const stored = await store.sweep.read(signal);
  return stored?.value ?? (await updateSweepState(store, clock, (fresh) => fresh, signal));
}

/**
 * The stored sweep state, in which it is kept when the next sweep is due by this schedule: also where the setting was changed
 * since, so that every process, and every later look, counts from the same time.
 */
export async function expectSweep(
  store: RecordStore,
  clock: Clock,
  schedule: SweepSchedule,
  signal?: AbortSignal,
): Promise<SweepState> {
  const state = await readSweepState(store, clock, signal);
  const now = clock.now();
  if (isDueKept(state, schedule, now)) return state;
  const keepDue = (stored: SweepState): SweepState => {
    const at = nextSweep(stored, schedule, now).dueAt.toISOString();
    return { ...stored, nextDue: { at, schedule: schedule.expression } };
  };
  return updateSweepState(store, clock, keepDue, signal);
}

/** Changes what sweeps and notifications leave in `sweep.json`. */
export async function updateSweepState(
  store: RecordStore,
  clock: Clock,
  change: (state: SweepState) => SweepState,
  signal?: AbortSignal,
): Promise<SweepState> {
  const now = clock.now();
  const fresh = newSweepState(now.toISOString());
  const changed = await updateDocument(
    store.sweep,
    (stored) => {
      const state = change(stored ?? fresh);
      // What stays as it is is not written again.
      if (state === stored) return null;
      return { ...state, untold: [...state.untold, ...historyOfSweep(stored ?? fresh, state, now)] };
    },
    signal,
  );
  return changed ?? fresh;
}

/** The installation that this storage belongs to, which is made where there is none. */
export async function readInstallation(store: RecordStore, clock: Clock, newGuid: () => string): Promise<Installation> {
  const createdAt = clock.now().toISOString();
  const made = { schemaVersion: 1, id: newGuid(), createdAt } as const;
  return (await updateDocument(store.installation, (stored) => (stored === null ? made : null))) ?? made;
}

/** What people have decided, by source project id. */
export async function readDecisions(store: RecordStore, signal?: AbortSignal): Promise<Readings<Decision>> {
  return readEach(await store.listDecisions(signal), (id) => store.decision(id), signal);
}

export interface Records {
  /** By source project id. */
  readonly records: ReadonlyMap<string, ReplicaRecord>;
  readonly unreadable: ReadonlyMap<string, ReplicationFailure>;
}

/** Reads every record. One that is damaged is told apart: it must not hold up the others. */
export async function readRecords(store: RecordStore, signal?: AbortSignal): Promise<Records> {
  const { values, unreadable } = await readEach(await store.list(signal), (id) => store.record(id), signal);
  return { records: new Map([...values.values()].map((record) => [record.sourceProjectId, record])), unreadable };
}

export interface Readings<T> {
  readonly values: Map<string, T>;
  readonly unreadable: Map<string, ReplicationFailure>;
}

/** Reads the documents of many ids, by id: those that are there, and why others can't be read. */
export async function readEach<T>(
  ids: readonly string[],
  documentOf: (id: string) => Document<T>,
  signal?: AbortSignal,
): Promise<Readings<T>> {
  const values = new Map<string, T>();
  const unreadable = new Map<string, ReplicationFailure>();
  await forEachAtMost(ids, READS_AT_ONCE, signal, async (id, stopped) => {
    try {
      const stored = await documentOf(id).read(stopped);
      if (stored !== null) values.set(id, stored.value);
    } catch (error) {
      if (!isFailure(error, 'bug')) throw error;
      unreadable.set(id, error);
    }
  });
  return { values, unreadable };
}
