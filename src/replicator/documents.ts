import { isFailure } from '../core/failure.ts';
import type { SweepState } from '../core/sweep-state.ts';
import { newSweepState } from '../core/sweep-state.ts';
import type { Clock, Document, RecordStore } from './ports.ts';

/** Writers of one document are few and quick; this many in a row is something else. */
const ATTEMPTS = 20;

/** Changes a document that others write too: read, change, write, and again where another was first. */
export async function updateDocument<T>(
  document: Document<T>,
  change: (value: T | null) => T | null,
  signal?: AbortSignal,
): Promise<T | null> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await document.read(signal);
    const changed = change(stored?.value ?? null);
    if (changed === null) return stored?.value ?? null;
    try {
      return (await document.write(changed, stored?.etag ?? null, signal)).value;
    } catch (error) {
      if (attempt === ATTEMPTS || !isFailure(error, 'conflict')) throw error;
    }
  }
}

/** Changes what sweeps and notifications leave in `sweep.json`. */
export async function updateSweepState(
  store: RecordStore,
  clock: Clock,
  change: (state: SweepState) => SweepState,
): Promise<SweepState> {
  const now = clock.now().toISOString();
  const changed = await updateDocument(store.sweep, (state) => change(state ?? newSweepState(now)));
  return changed ?? newSweepState(now);
}
