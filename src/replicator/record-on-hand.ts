import type { HistoryEntry } from '../core/facts/history.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import type { SaveNote } from '../core/history/record-history.ts';
import { historyOfRecord } from '../core/history/record-history.ts';
import type { Dependencies } from './context.ts';
import type { Document, Versioned } from './ports/storage.ts';

type Ports = Pick<Dependencies, 'store' | 'history' | 'clock'>;

/**
 * One project's record as it is stored, under the project's lease. Each save stores what the change adds to the history
 * in the same write, and tells it then: where the process dies in between, the record still has it, and the next save
 * tells it.
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
    const { clock } = this.#deps;
    const before = this.value;
    await this.#tell(before?.untold ?? []);
    const { endCode = 'NOT_NEEDED', retired = null } = note;
    const untold = historyOfRecord(before, record, { at: clock.now(), endCode, retired });
    this.#stored = await this.#document.write({ ...record, untold }, this.#stored?.etag ?? null, this.#signal);
    await this.#tell(untold);
    return this.#stored.value;
  }

  /** What this invocation has told already is not told again. */
  async #tell(entries: readonly HistoryEntry[]): Promise<void> {
    const news = entries.filter(({ id }) => !this.#told.has(id));
    if (news.length === 0) return;
    await this.#deps.history.append(news, this.#signal);
    for (const { id } of news) this.#told.add(id);
  }
}
