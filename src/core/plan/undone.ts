import { ReplicationFailure } from '../facts/failure.ts';
import type { ReplicaRecord } from '../facts/record.ts';
import type { Step } from './types.ts';

/**
 * How often one effect may be needed before a project comes to rest. Once it is made; once more where the service was
 * late to show it. What is needed yet again is being undone, by another step or by somebody.
 */
const MOST_TIMES = 2;

/** What a step brings about, as far as another could undo it; null where its own run or clock keeps count of it. */
function effectOf(step: Step): string | null {
  switch (step.do) {
    case 'publish':
    case 'unpublish': {
      const { iterationId, publishName } = step.publication;
      return JSON.stringify([step.do, iterationId, publishName]);
    }
    case 'route':
      return JSON.stringify([step.do, step.source.name, step.published.map(({ publishName }) => publishName)]);
    case 'align':
      return JSON.stringify([step.do, step.generation.runId, step.name, step.source.description]);
    case 'note-published':
      return JSON.stringify([step.do, step.generation.runId, step.published, step.foundPublished]);
    case 'promote':
    case 'pin':
      return JSON.stringify([step.do, step.generation.runId]);
    case 'rebuild':
      return JSON.stringify([step.do, step.project.id]);
    default:
      return null;
  }
}

/**
 * Steps that undo each other would go on for as long as they are let.
 *
 * @throws {ReplicationFailure} `STEP_UNDONE` where a step was carried out before, and is needed again and again
 */
export function refuseUndone({ effects = [] }: ReplicaRecord, step: Step): void {
  const effect = effectOf(step);
  const times = effects.find((other) => other.effect === effect)?.times ?? 0;
  if (times < MOST_TIMES) return;
  throw new ReplicationFailure(
    `The step ${step.do} was carried out ${times} times, and is needed again: something undoes it.`,
    {
      class: 'refused',
      code: 'STEP_UNDONE',
      hint: `See whether somebody, or another program, changes this replica: the last step was ${effect ?? step.do}. It is tried again more and more seldom; if nobody does, please report this.`,
    },
  );
}

/** The record after a step that was carried out. */
export function withEffect(record: ReplicaRecord, step: Step): ReplicaRecord {
  const effect = effectOf(step);
  if (effect === null) return record;
  const { effects = [] } = record;
  const times = effects.find((other) => other.effect === effect)?.times ?? 0;
  const others = effects.filter((other) => other.effect !== effect);
  return { ...record, effects: [...others, { effect, times: times + 1 }] };
}

/** The record of a project that rests, or waits: what was done so far counts no more. */
export function withoutEffects(record: ReplicaRecord): ReplicaRecord {
  const rested = { ...record };
  delete rested.effects;
  return rested;
}
