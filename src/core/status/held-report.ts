import { compareContent } from '../content/revision.ts';
import type { Decision } from '../facts/decision.ts';
import type { Difference, Generation, ReplicaRecord } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { isPinned } from '../plan/shrinkage.ts';

/** What is held for a person's sake: copies that outlive their successors, and a project that a person froze. */

/** A copy that later ones lack much of, until somebody releases it. */
export interface PinnedCopy {
  /** On the secondary. */
  readonly projectId: string;
  readonly name: string;
  readonly since: string;
  /** What later copies lack: `expected` on this one, `found` on the one in use when it was pinned. */
  readonly lost: readonly Difference[];
  /** Whether it is the copy in use: somebody has put it back. */
  readonly inUse: boolean;
}

export interface Frozen {
  readonly since: string;
  readonly by: string;
  readonly reason: string;
  /** What the primary has and the copy in use does not get until somebody releases the project; null where it is the same. */
  readonly heldBack: string | null;
}

export function heldReport(record: ReplicaRecord | null, decision: Decision | null) {
  const pinnedCopies = record === null ? [] : pinnedOf(record, decision);
  return { pinned: pinnedCopies.length, pinnedCopies, frozen: frozenOf(record, decision) };
}

function pinnedOf(record: ReplicaRecord, decision: Decision | null): PinnedCopy[] {
  return record.generations
    .filter((generation) => isPinned(generation, decision))
    .map(({ replicaProjectId: projectId, name, pinned, runId }) => {
      const { at: since, lost } = pinned as NonNullable<Generation['pinned']>;
      return { projectId, name, since, lost, inUse: runId === record.current };
    });
}

function frozenOf(record: ReplicaRecord | null, decision: Decision | null): Frozen | null {
  if (decision?.frozen !== true) return null;
  const { since, by, reason } = decision;
  return { since, by, reason, heldBack: record === null ? null : heldBackOf(record, decision) };
}

function heldBackOf(record: ReplicaRecord, { replicaProjectId }: Decision): string | null {
  const current = currentGeneration(record);
  if (replicaProjectId !== null && current?.replicaProjectId !== replicaProjectId) {
    return 'the copy that was restored is not in use yet';
  }
  const { source } = record;
  if (current === null || source === null) return null;
  if (compareContent(current.holds, source) !== 'same') return 'what the primary holds now is not copied';
  const names = (publications: typeof source.publications) =>
    JSON.stringify(publications.map(({ publishName }) => publishName).sort());
  const isNamedAlike = current.holds.name === source.name && current.holds.description === source.description;
  const isPublishedAlike = names(source.publications) === JSON.stringify(publishedNames(current));
  return isNamedAlike && isPublishedAlike ? null : 'name, description and publications do not follow the primary';
}

const publishedNames = ({ published }: Generation): string[] => published.map(({ publishName }) => publishName).sort();
