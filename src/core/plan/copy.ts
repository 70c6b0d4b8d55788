import { publicationsSeen, publishedOn, isSame, publishesSame } from '../content/publications.ts';
import { holdsSameModels } from '../content/iterations.ts';
import { namesInUse } from './current.ts';
import { compareContent } from '../content/revision.ts';
import type { Generation, ReplicaRecord, Snapshot } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { copyLacksModels, sourceNotReady } from './blockers.ts';
import { wantedOn } from './publish.ts';
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
 * A newer copy that was not put into use since it can't serve a name that the one in use serves: it is, once it serves
 * each such name or that matters no more. As many as are wished for anyway are made in the hope of a better one.
 */
function copyThatWaits(input: PlanInput, source: Snapshot): Plan | null {
  const { record, policy, observed } = input;
  const current = currentGeneration(record);
  const newest = newestWaiting(record);
  if (current === null || newest === null) return null;
  const served = namesInUse(current, source);
  const isOutdated = compareContent(newest.holds, source) === 'different';
  if (isOutdated) {
    const isNeeded = newest.lacksModels.some((name) => served.includes(name));
    // New models, or other names, may make the next copy a better one.
    if (!isNeeded || !hasSameModels(newest.holds, source)) return null;
    if (waitingCopies(record).length < policy.generationsToKeep) return null;
  }
  if (served.length === 0) return step({ do: 'promote', generation: newest, because: 'no-longer-needed' });
  if (observed.waitingCopy === undefined) return look('waiting-copy');
  const iterations = observed.waitingCopy?.iterations ?? [];
  const wanted = wantedOn(newest, { iterations }, source).filter(({ publishName }) => served.includes(publishName));
  const lacks = served.filter((name) => !wanted.some(({ publishName }) => publishName === name));
  if (lacks.length > 0) return { kind: 'blocked', blocker: copyLacksModels(newest, lacks, !isOutdated) };
  const { held } = publicationsSeen(newest, publishedOn({ iterations }), policy.predictionResourceId);
  const next = wanted.find((publication) => !held.some((other) => isSame(other, publication)));
  // It serves before it takes over: a service that refuses to publish it leaves the one in use where it is.
  if (next !== undefined && policy.predictionResourceId !== null) {
    return step({ do: 'publish', publication: next, runId: newest.runId, isLast: true });
  }
  return step({ do: 'promote', generation: newest, because: 'no-longer-needed' });
}

/** Whether a copy was made of the models and publish names that the source has now. */
function hasSameModels(holds: Snapshot, source: Snapshot): boolean {
  const hasSameNames = JSON.stringify(holds.iterations) === JSON.stringify(source.iterations);
  return hasSameNames && publishesSame(holds, source) && holdsSameModels(holds, source);
}
