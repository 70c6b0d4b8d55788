import type { Snapshot } from '../facts/record.ts';
import { noFreeSlot } from './blockers.ts';
import { namesLacking } from './current.ts';
import { oldestToYield } from './retention.ts';
import type { Plan, PlanInput } from './types.ts';
import { step } from './types.ts';

/** The project retires the oldest of its copies that gives its slot up; null where none does, or not now. */
export function giveUpSlot(input: PlanInput, source: Snapshot): Plan | null {
  const generation = oldestToYield(input);
  if (generation === null) return null;
  // What the copy in use was seen to lack is put right first: until then the older one does not go.
  const { replica } = input.observed;
  if (replica && namesLacking(replica, generation, source).length > 0) return null;
  return step({ do: 'retire', generation, reason: 'its slot is needed for a new copy', source });
}

/** A project gives up a slot of its own where the limit is known to be reached; null where there is room. */
export function makeOwnRoom(input: PlanInput, source: Snapshot): Plan | null {
  const { record, observed, policy } = input;
  const held = observed.targetProjects?.length ?? 0;
  const limit = observed.targetProjectLimit ?? policy.targetProjectLimit;
  if (held < limit) return null;
  const blocker = noFreeSlot(held, limit, policy.targetProjectLimit, record.current !== null);
  return giveUpSlot(input, source) ?? { kind: 'blocked', blocker };
}
