import { toFailure } from '../core/facts/failure.ts';
import { isNews, latest, noResources, type Resources } from '../core/facts/resource-health.ts';
import { updateDocument } from '../replicator/documents.ts';
import type { OpenApp } from './app.ts';

const SIDES = ['primary', 'secondary'] as const;

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
    const kept = await updateDocument(store.resources, (stored) => {
      before = stored ?? noResources();
      if (!hasNews(before, seen)) return null;
      const [primary, secondary] = SIDES.map((side) => latest(before[side], seen[side]));
      return { ...before, ...(primary && { primary }), ...(secondary && { secondary }) };
    });
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
