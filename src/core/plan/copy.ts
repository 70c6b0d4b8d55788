import { namesServed } from './current.ts';
import { compareContent } from '../content/revision.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { copyLacksModels, noFreeSlot, sourceNotReady } from './blockers.ts';
import { oldestToYield } from './retention.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';

/** What comes next where the source holds what no copy in use holds: as a rule, another copy. */
export function copy(input: PlanInput, snapshot: Snapshot): Plan {
  const { record, observed, justCopied } = input;
  if (justCopied && record.triggeredAt === null) {
    const reason = 'the source changed while it was being copied; the next sweep copies it again';
    return { kind: 'settled', as: 'behind', reason, source: snapshot };
  }
  if (!observed.source || observed.targetProjects === undefined) return look('source');
  const { status } = observed.source.project;
  if (status !== 'Succeeded') return { kind: 'blocked', blocker: sourceNotReady(status) };
  const waiting = copyThatWaits(input, snapshot);
  if (waiting !== null) return waiting;
  const noRoom = makeOwnRoom(input, snapshot);
  if (noRoom !== null) return noRoom;
  if (observed.sourceContent === undefined) return look('source-content');
  const { source: observation, sourceContent: content } = observed;
  return step({ do: 'import', before: snapshot, observation, content });
}

/** A project gives up an older copy of its own where the limit is known to be reached; null where there is room. */
function makeOwnRoom(input: PlanInput, source: Snapshot): Plan | null {
  const { record, observed, policy } = input;
  const held = observed.targetProjects?.length ?? 0;
  const limit = observed.targetProjectLimit ?? policy.targetProjectLimit;
  if (held < limit) return null;
  const yielding = oldestToYield(input);
  if (yielding !== null) {
    return step({ do: 'retire', generation: yielding, reason: 'its slot is needed for a new copy', source });
  }
  return { kind: 'blocked', blocker: noFreeSlot(held, limit, policy.targetProjectLimit, record.current !== null) };
}

/**
 * A newer copy that was not put into use since it can't serve a name that the one in use serves: it is, once that
 * matters no more. As many as are wished for anyway are made in the hope of a better one.
 */
function copyThatWaits({ record, policy }: PlanInput, source: Snapshot): Plan | null {
  const current = currentGeneration(record);
  const waiting = record.generations.filter(
    ({ lacksModels, runId }) => lacksModels.length > 0 && runId !== record.current,
  );
  const newest = waiting.at(-1);
  if (current === null || newest === undefined) return null;
  const lacks = stillLacking(newest, current, source);
  const isSame = compareContent(newest.holds, source) !== 'different';
  if (isSame && lacks.length === 0) return step({ do: 'promote', generation: newest, because: 'no-longer-needed' });
  // New models, or other names, may make the next copy a better one.
  const isAnother = JSON.stringify(modelsOf(source)) !== JSON.stringify(modelsOf(newest.holds));
  if (!isSame && (isAnother || lacks.length === 0 || waiting.length < policy.generationsToKeep)) return null;
  return { kind: 'blocked', blocker: copyLacksModels(newest, lacks.length > 0 ? lacks : newest.lacksModels, isSame) };
}

function modelsOf({ iterations, publications }: Snapshot): unknown {
  return { iterations, publications };
}

/** The names that the source publishes and the copy in use serves, and that the other copy can't. */
function stillLacking({ lacksModels }: Generation, current: Generation, source: Snapshot): string[] {
  const wanted = new Set(source.publications.map(({ publishName }) => publishName));
  const served = namesServed(current);
  return lacksModels.filter((name) => wanted.has(name) && served.has(name));
}
