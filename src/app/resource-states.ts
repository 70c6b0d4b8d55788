import { isFailure, toFailure } from '../core/facts/failure.ts';
import { isNews, latest, noResources, SIDES, type Resources } from '../core/facts/resource-health.ts';
import { updateDocument } from '../replicator/documents.ts';
import type { RecordStore } from '../replicator/ports/storage.ts';
import { ANSWER_LIMITS, inTime } from './answer-limits.ts';
import type { OpenApp } from './app.ts';

/** What is kept; null where nothing is, or where it can't be read: status has more to tell than that. */
export async function readResources(store: RecordStore, signal?: AbortSignal): Promise<Resources | null> {
  try {
    return (await store.resources.read(signal))?.value ?? null;
  } catch (error) {
    if (isFailure(error, 'bug')) return null;
    throw error;
  }
}

/**
 * Keeps what the calls of an invocation have shown of both resources, where that is news. What cannot be kept is told, and
 * spoils no work: the next invocation sees for itself.
 */
export async function keepResourceStates({ deps, parts }: OpenApp): Promise<void> {
  const { store, events } = deps;
  const seen = parts.seenResources();
  if (!hasNews(parts.keptResources.value, seen)) return;
  let before: Resources = noResources();
  try {
    const change = (stored: Resources | null): Resources | null => {
      before = stored ?? noResources();
      const primary = latest(before.primary, seen.primary);
      const secondary = latest(before.secondary, seen.secondary);
      const merged: Resources = { schemaVersion: 1, primary, secondary };
      return hasNews(before, merged) ? merged : null;
    };
    // A storage that does not answer must not hold up the end of an invocation.
    const kept = await inTime(ANSWER_LIMITS.readingInMs, (signal) => updateDocument(store.resources, change, signal));
    if (kept === null) return;
    parts.keptResources.value = kept;
    for (const side of SIDES) {
      const { state, since, lastAnsweredAt, failure } = kept[side];
      if (state === before[side].state) continue;
      const facts = { side, state, before: before[side].state, since, lastAnsweredAt, code: failure?.code ?? null };
      events.emit({ event: 'resource.state.changed', ...facts });
    }
  } catch (error) {
    const { code, message, hint } = toFailure(error);
    events.emit({ event: 'storage.unavailable', code, message, hint });
  }
}

function hasNews(kept: Resources, seen: Resources): boolean {
  return SIDES.some((side) => isNews(kept[side], seen[side]));
}
