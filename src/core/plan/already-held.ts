import { compareContent } from '../content/revision.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';

/**
 * A source is read in several calls, and what is counted in one may have changed by the next. A copy that was made
 * after such a look holds more than the look says, and the next look differs from it although nothing is missing.
 * Where every image and its labels are those that were read for the copy, and the copy was found to have what the
 * source shows now, that is what it holds, and no other copy is made. Null where that is not so.
 */
export function alreadyHeld({ observed }: PlanInput, current: Generation, source: Snapshot): Plan | null {
  const { holds, baseline } = current;
  if (source.revision !== baseline.revision || holds.labels === null) return null;
  // All but what was counted has to be the same, the models included.
  if (compareContent({ ...holds, revision: source.revision }, source) === 'different') return null;
  if (observed.sourceContent === undefined) return look('source-content');
  return source.labels === holds.labels ? step({ do: 'note-held', generation: current, source }) : null;
}
