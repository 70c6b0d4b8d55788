import type { HistoryEntry } from '../../src/core/facts/history.ts';
import { inOrder } from '../../src/core/facts/history.ts';
import type { HistoryLog, HistoryOf, HistoryReading } from '../../src/replicator/ports/storage.ts';
import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import { blocksOf, readLines } from '../../src/storage/history-log.ts';

/** The history without a storage account. */
export class MemoryHistory implements HistoryLog {
  #blocks: [name: string, lines: string][] = [];
  #calls = 0;
  /** Which call to add something fails, from 1 on; none where null. */
  failsAt: number | null = null;

  /** The next call fails, and those after it do not. */
  failNext(): void {
    this.failsAt = this.#calls + 1;
  }

  append(entries: readonly HistoryEntry[]): Promise<void> {
    this.#calls += 1;
    if (this.#calls === this.failsAt) return Promise.reject(unreachable());
    this.#blocks.push(...blocksOf(entries));
    return Promise.resolve();
  }

  read(of: HistoryOf | null, since: Date | null): Promise<HistoryReading> {
    const found = this.#blocks.filter(([name]) => of === null || name.startsWith(`history/${of}/`));
    return Promise.resolve(readLines(found.map(([, lines]) => lines).join(''), since));
  }

  /** What a reader sees of everything, oldest first. */
  get entries(): HistoryEntry[] {
    return inOrder(readLines(this.lines.join(''), null).entries);
  }

  /** As it was written, lines that are there twice included. */
  get lines(): string[] {
    return this.#blocks.map(([, lines]) => lines);
  }

  /** Adds a line as somebody with another tool could. */
  put(name: string, line: string): void {
    this.#blocks.push([name, line]);
  }

  copy(): MemoryHistory {
    const other = new MemoryHistory();
    other.#blocks = [...this.#blocks];
    return other;
  }
}

function unreachable(): ReplicationFailure {
  const details = { class: 'transient', code: 'STORAGE_UNREACHABLE', hint: 'Nothing: it is tried again.' } as const;
  return new ReplicationFailure('Writing the history failed.', details);
}
