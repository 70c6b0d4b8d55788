import type { HistoryEntry } from '../core/facts/history.ts';
import type { Dependencies } from './context.ts';
import type { Document } from './ports/storage.ts';
import { updateDocument } from './documents.ts';

/** A document that keeps what happened until it stands in the history. */
interface Telling {
  readonly untold?: HistoryEntry[] | undefined;
}

/**
 * Tells what a document has that is not told yet, then takes it out of there. A process that dies in between leaves it
 * to whoever comes next; it is then told twice, and read once.
 */
export async function tellHistory<T extends Telling>(
  document: Document<T>,
  { history }: Pick<Dependencies, 'history'>,
  signal?: AbortSignal,
): Promise<void> {
  const untold = (await document.read(signal))?.value.untold ?? [];
  if (untold.length === 0) return;
  await history.append(untold, signal);
  const told = new Set(untold.map(({ id }) => id));
  await updateDocument(
    document,
    (stored) => stored && { ...stored, untold: stored.untold?.filter(({ id }) => !told.has(id)) },
    signal,
  );
}
