import type { Snapshot } from '../facts/record.ts';
import type { LabelEdits } from '../facts/sweep-state.ts';
import { comparableDigests } from './revision.ts';

/** Everything of a look that an edit of labels alone leaves as it was. */
function besidesLabels({ revision, name, description, publications, iterations }: Snapshot): string {
  return JSON.stringify([revision, name, description, publications, iterations]);
}

/**
 * What is known of the service's `lastModified` after the labels of a source were read. Other labels under the same
 * `lastModified` prove that it can't be relied on, and no later look proves the contrary. Other labels under another
 * `lastModified` speak for it only where nothing else was changed, which might have moved it.
 */
export function newEvidence(known: LabelEdits, held: Snapshot, seen: Snapshot): LabelEdits {
  const digests = comparableDigests(held, seen);
  if (digests === null || digests.held === digests.read || known === 'lies') return known;
  if (held.lastModified === seen.lastModified) return 'lies';
  return besidesLabels(held) === besidesLabels(seen) ? 'moves' : known;
}
