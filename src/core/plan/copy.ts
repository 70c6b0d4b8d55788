import { matchIterations } from '../content/iterations.ts';
import { wantedPublications } from '../content/publications.ts';
import { namesInUse } from './current.ts';
import { compareContent } from '../content/revision.ts';
import type { Observation } from '../facts/model.ts';
import type { Generation, ReplicaRecord, Snapshot } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { copyLacksModels, sourceNotReady } from './blockers.ts';
import { makeOwnRoom } from './slots.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, lookToCopy, step } from './types.ts';

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
  if (observed.sourceContent === undefined) return lookToCopy();
  const { source: observation, sourceContent: content } = observed;
  return step({ do: 'import', before: snapshot, observation, content });
}

/** Copies that were not put into use since they can't serve what the one in use serves; the newest is the last. */
function waitingCopies({ generations, current }: ReplicaRecord): Generation[] {
  return generations.filter(({ lacksModels, runId }) => lacksModels.length > 0 && runId !== current);
}

export function newestWaiting(record: ReplicaRecord): Generation | null {
  return waitingCopies(record).at(-1) ?? null;
}

/**
 * A newer copy that was not put into use since it can't serve a name that the one in use serves: it is, once it can or
 * that matters no more. As many as are wished for anyway are made in the hope of a better one.
 */
function copyThatWaits({ record, policy, observed }: PlanInput, source: Snapshot): Plan | null {
  const current = currentGeneration(record);
  const newest = newestWaiting(record);
  if (current === null || newest === null) return null;
  const served = namesInUse(current, source);
  if (compareContent(newest.holds, source) === 'different') {
    const lacks = newest.lacksModels.filter((name) => served.includes(name));
    // New models, or other names, may make the next copy a better one.
    const isAnother = JSON.stringify(modelsOf(source)) !== JSON.stringify(modelsOf(newest.holds));
    if (isAnother || lacks.length === 0 || waitingCopies(record).length < policy.generationsToKeep) return null;
    return { kind: 'blocked', blocker: copyLacksModels(newest, lacks, false) };
  }
  if (served.length > 0 && observed.waitingCopy === undefined) return look('waiting-copy');
  const able = new Set(namesOn(observed.waitingCopy ?? null, source));
  const lacks = served.filter((name) => !able.has(name));
  if (lacks.length === 0) return step({ do: 'promote', generation: newest, because: 'no-longer-needed' });
  return { kind: 'blocked', blocker: copyLacksModels(newest, lacks, true) };
}

function modelsOf({ iterations, publications }: Snapshot): unknown {
  return { iterations, publications };
}

/** The names that a copy could serve, by the iterations that it has now: a name may have moved to one of them. */
function namesOn(copied: Observation | null, source: Snapshot): string[] {
  const matches = matchIterations(source.iterations, copied?.iterations ?? []);
  return wantedPublications(source.publications, matches).map(({ publishName }) => publishName);
}
