import { isFailure } from '../core/facts/failure.ts';
import type { HistoryEntry } from '../core/facts/history.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import type { SaveNote } from '../core/history/record-history.ts';
import { historyOfRecord } from '../core/history/record-history.ts';
import type { Dependencies } from './context.ts';
import type { Document, Versioned } from './ports/storage.ts';

type Ports = Pick<Dependencies, 'store' | 'history' | 'clock' | 'events'>;

/**
 * One project's record as it is stored, under the project's lease. Each save stores what the change adds to the history
 * in the same write, and tells it then: where that fails, or the process dies in between, the record still has it, and
 * the next save tells it.
 */
export class RecordOnHand {
  readonly #deps: Ports;
  readonly #signal: AbortSignal;
  readonly #document: Document<ReplicaRecord>;
  #stored: Versioned<ReplicaRecord> | null;
  readonly #told = new Set<string>();

  private constructor(
    document: Document<ReplicaRecord>,
    stored: Versioned<ReplicaRecord> | null,
    deps: Ports,
    signal: AbortSignal,
  ) {
    this.#document = document;
    this.#stored = stored;
    this.#deps = deps;
    this.#signal = signal;
  }

  static async read(projectId: string, deps: Ports, signal: AbortSignal): Promise<RecordOnHand> {
    const document = deps.store.record(projectId);
    return new RecordOnHand(document, await document.read(signal), deps, signal);
  }

  /** As it was last read or saved; null where there is none yet. */
  get value(): ReplicaRecord | null {
    return this.#stored?.value ?? null;
  }

  /** @throws {ReplicationFailure} `conflict` where somebody else wrote it since */
  async save(record: ReplicaRecord, note: Partial<Omit<SaveNote, 'at'>> = {}): Promise<ReplicaRecord> {
    const before = this.value;
    const left = await this.#tell(before?.untold ?? []);
    const { endCode = 'NOT_NEEDED', retired = null } = note;
    const news = historyOfRecord(before, record, { at: this.#deps.clock.now(), endCode, retired });
    const untold = [...left, ...news];
    this.#stored = await this.#document.write({ ...record, untold }, this.#stored?.etag ?? null, this.#signal);
    if (left.length === 0) await this.#tell(news);
    this.#logEnd(before, this.#stored.value, endCode);
    return this.#stored.value;
  }

  /** Every end of a run is logged here, once it is stored, whatever ended it. */
  #logEnd(before: ReplicaRecord | null, { sourceProjectId: projectId, run }: ReplicaRecord, code: string): void {
    const runId = before?.run?.runId ?? null;
    if (runId !== null && runId !== run?.runId) this.#deps.events.emit({ event: 'run.ended', projectId, runId, code });
  }

  /**
   * What this invocation has told already is not told again. Answers with what could not be told: the record keeps it until
   * it can be, and a history that is out of reach holds up no copy.
   */
  async #tell(entries: readonly HistoryEntry[]): Promise<HistoryEntry[]> {
    const news = entries.filter(({ id }) => !this.#told.has(id));
    if (news.length === 0) return [];
    try {
      await this.#deps.history.append(news, this.#signal);
    } catch (error) {
      if (this.#signal.aborted || !isFailure(error)) throw error;
      const { code, message, hint } = error;
      this.#deps.events.emit({ event: 'storage.unavailable', code, message, hint });
      return news;
    }
    for (const { id } of news) this.#told.add(id);
    return [];
  }
}
