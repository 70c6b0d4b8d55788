import type { HistoryEntry } from '../facts/history.ts';
import { historyEntry } from '../facts/history.ts';
import type { Difference, Generation, ReplicaRecord } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { isSame } from '../facts/snapshot.ts';

/** What the change of a record alone does not tell. */
export interface SaveNote {
  readonly at: Date;
  /** How the run ended that the record has no more. */
  readonly endCode: string;
  /** Why copies that the record has no more were deleted; null where they were found to be gone or not ours. */
  readonly retired: string | null;
}

type Facts = Pick<HistoryEntry, 'id' | 'event' | 'evidence'> & Partial<HistoryEntry>;

/** What happened to one project, from the record as it was and as it is stored next. */
export function historyOfRecord(
  before: ReplicaRecord | null,
  after: ReplicaRecord,
  { at, endCode, retired }: SaveNote,
): HistoryEntry[] {
  const facts = [
    ...begunImport(before, after),
    ...newCopyInUse(before, after),
    ...endedRun(before, after, endCode),
    ...pinnedCopies(before, after),
    ...publications(before, after, at.toISOString()),
    ...removedCopies(before, after, retired),
    ...parking(before, after, at.toISOString()),
  ];
  const { sourceProjectId: projectId, name: projectName } = after;
  const about = { at: at.toISOString(), projectId, projectName };
  return facts.map((fact) => historyEntry({ ...about, ...fact, id: `${projectId}:${fact.id}` }));
}

function begunImport(before: ReplicaRecord | null, { run }: ReplicaRecord): Facts[] {
  const known = before?.run?.runId === run?.runId ? (before?.run?.intent ?? null) : null;
  if (run?.intent == null || known !== null) return [];
  const { requestedAt, stagingName, exported, estimatedImportInSeconds } = run.intent;
  const evidence = { revision: run.before.revision, stagingName, ...exported, estimatedImportInSeconds };
  const id = `import.begun:${run.runId}:${requestedAt}`;
  return [{ id, at: requestedAt, event: 'import.begun', runId: run.runId, evidence }];
}

/** A copy that was just made, or one that was there already. */
function newCopyInUse(before: ReplicaRecord | null, after: ReplicaRecord): Facts[] {
  const current = currentGeneration(after);
  if (current === null || current.runId === before?.current) return [];
  const { runId, replicaProjectId, name, holds, verifiedAt, exported, differences } = current;
  const evidence = { replicaProjectId, name, revision: holds.revision, observedAt: holds.observedAt, verifiedAt };
  const wasMade = before?.run?.runId === runId;
  // One that was rebuilt, found again or put back comes into use once more: each time is a fact of its own.
  const turn = wasMade ? runId : `${runId}:${before?.current ?? ''}:${after.source?.observedAt ?? ''}`;
  const event = wasMade ? 'copy.protected' : 'copy.promoted';
  const more = wasMade ? { ...exported, differences: differences.length } : {};
  return [{ id: `${event}:${turn}`, event, runId, evidence: { ...evidence, ...more } }];
}

function endedRun(before: ReplicaRecord | null, { run }: ReplicaRecord, endCode: string): Facts[] {
  const ended = before?.run ?? null;
  if (ended === null || ended.runId === run?.runId) return [];
  const { runId, replicaProjectId, discard } = ended;
  const lacking = discard === null ? null : lossWords(discard.lacking);
  const evidence = { replicaProjectId, message: discard?.message ?? null, lacking };
  return [{ id: `run.ended:${runId}`, event: 'run.ended', runId, reason: endCode, evidence }];
}

function pinnedCopies(before: ReplicaRecord | null, after: ReplicaRecord): Facts[] {
  return after.generations.flatMap(({ runId, replicaProjectId, name, pinned }) => {
    const known = copyOf(before, runId)?.pinned ?? null;
    if (pinned === null || known?.at === pinned.at) return [];
    const evidence = { replicaProjectId, name, lost: lossWords(pinned.lost) };
    return [{ id: `copy.pinned:${runId}:${pinned.at}`, at: pinned.at, event: 'copy.pinned', runId, evidence }];
  });
}

function lossWords(lost: readonly Difference[]): string {
  return lost.map(({ what, expected, found }) => `${what}: ${expected} → ${found}`).join(', ');
}

interface Publishing {
  readonly runId: string;
  readonly replicaProjectId: string | null;
  readonly published: Generation['published'];
}

/** Of the copies in use and in the making; those of a copy that is being put into use are its own. */
function publications(before: ReplicaRecord | null, after: ReplicaRecord, at: string): Facts[] {
  return publishing(after).flatMap(({ runId, replicaProjectId, published }) => {
    const earlier = before === null ? undefined : publishing(before).find((other) => other.runId === runId);
    if (earlier === undefined) return [];
    const change = (publication: Generation['published'][number], now: 'published' | 'unpublished'): Facts => {
      const { iterationId, publishName } = publication;
      const id = `publication.changed:${runId}:${iterationId}:${publishName}:${now}:${at}`;
      return {
        ...{ id, event: 'publication.changed', runId },
        evidence: { replicaProjectId, iterationId, publishName, now },
      };
    };
    const isIn = (list: Generation['published'], one: Generation['published'][number]): boolean =>
      list.some((other) => isSame(other, one));
    return [
      ...published.filter((one) => !isIn(earlier.published, one)).map((one) => change(one, 'published')),
      ...earlier.published.filter((one) => !isIn(published, one)).map((one) => change(one, 'unpublished')),
    ];
  });
}

function publishing({ run, generations }: ReplicaRecord): Publishing[] {
  return run === null ? generations : [...generations.filter(({ runId }) => runId !== run.runId), run];
}

function removedCopies(before: ReplicaRecord | null, after: ReplicaRecord, retired: string | null): Facts[] {
  return (before?.generations ?? []).flatMap(({ runId, replicaProjectId, name, holds }) => {
    if (copyOf(after, runId) !== undefined) return [];
    const event = retired === null ? 'copy.lost' : 'copy.retired';
    const evidence = { replicaProjectId, name, revision: holds.revision };
    return [{ id: `${event}:${runId}:${replicaProjectId}`, event, runId, reason: retired, evidence }];
  });
}

function copyOf(record: ReplicaRecord | null, runId: string): Generation | undefined {
  return record?.generations.find((generation) => generation.runId === runId);
}

function parking(before: ReplicaRecord | null, after: ReplicaRecord, at: string): Facts[] {
  const [was, is] = [parkedFor(before), parkedFor(after)];
  if (was?.code === is?.code) return [];
  const runId = after.run?.runId ?? null;
  const facts: Facts[] = [];
  if (was !== null) {
    const id = `project.unparked:${was.code}:${at}`;
    facts.push({ id, event: 'project.unparked', runId, reason: was.code, evidence: { since: was.since } });
  }
  if (is !== null) {
    const evidence = { message: is.message, hint: is.hint, requestId: is.requestId };
    facts.push({ id: `project.parked:${is.code}:${at}`, event: 'project.parked', runId, reason: is.code, evidence });
  }
  return facts;
}

function parkedFor(record: ReplicaRecord | null) {
  return record?.failure?.needsPerson === true ? record.failure : null;
}
