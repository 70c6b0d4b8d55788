import type { HistoryEntry } from '../../src/core/facts/history.ts';
import type { ReplicatorEvent } from '../../src/core/facts/events.ts';
import type { Document, RecordStore } from '../../src/replicator/ports/storage.ts';
import type { ReplicaRecord } from '../../src/core/facts/record.ts';

/** Keeps account of runs: each that ever stood in a stored record ends in exactly one `run.ended`. */
export class RunLedger {
  /** By run id: the project whose record it stood in. */
  readonly #begun = new Map<string, string>();
  readonly #ended: string[] = [];

  /** The same store; whatever run is written to one of its records counts as begun. */
  watch(store: RecordStore): RecordStore {
    return new Proxy(store, {
      get: (target, property) => {
        if (property === 'record') return (id: string) => this.#watchRecord(target.record(id));
        const member: unknown = Reflect.get(target, property);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  }

  #watchRecord(document: Document<ReplicaRecord>): Document<ReplicaRecord> {
    return {
      read: (signal) => document.read(signal),
      write: async (value, etag, signal) => {
        const written = await document.write(value, etag, signal);
        const { run, sourceProjectId } = written.value;
        if (run !== null) this.#begun.set(run.runId, sourceProjectId);
        return written;
      },
    };
  }

  note(event: ReplicatorEvent): void {
    if (event.event === 'run.ended') this.#ended.push(event.runId);
  }

  /**
   * The runs that are over and not in the history exactly once. Unlike events it survives a kill; only what stood in a
   * record that was lost may be missing.
   */
  async untoldRuns(store: RecordStore, history: readonly HistoryEntry[], isLost: (projectId: string) => boolean) {
    const problems: string[] = [];
    for (const [runId, projectId] of this.#begun) {
      const isGoingOn = (await store.record(projectId).read())?.value.run?.runId === runId;
      const ends = history.filter((entry) => entry.event === 'run.ended' && entry.runId === runId).length;
      const isRight = isGoingOn ? ends === 0 : ends === 1 || (ends === 0 && isLost(projectId));
      if (!isRight) problems.push(`${runId} ${isGoingOn ? 'goes on' : 'is over'} and is ${ends} times in the history`);
    }
    return problems;
  }

  /**
   * What does not add up. A run that is still in its record has not ended; one whose process was killed, or whose
   * record was lost, may have ended untold, but never twice.
   *
   * @param isExcused whether the end of a run of this project may be missing.
   */
  async problems(store: RecordStore, isExcused: (projectId: string) => boolean): Promise<string[]> {
    const problems = this.#ended.filter((id) => !this.#begun.has(id)).map((id) => `${id} ended and never began`);
    for (const [runId, projectId] of this.#begun) {
      const isGoingOn = (await store.record(projectId).read())?.value.run?.runId === runId;
      const ends = this.#ended.filter((id) => id === runId).length;
      const isRight = isGoingOn ? ends === 0 : ends === 1 || (ends === 0 && isExcused(projectId));
      if (!isRight)
        problems.push(`${runId} ${isGoingOn ? 'goes on and' : 'is over and'} was told to end ${ends} times`);
    }
    return problems;
  }
}
