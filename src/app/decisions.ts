import type { Decision, DecisionBody } from '../core/facts/decision.ts';
import { asId, isGuid } from '../core/facts/guid.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { isPinned } from '../core/plan/shrinkage.ts';
import { workItem } from '../core/facts/work-item.ts';
import { readRecords, updateDocument } from '../replicator/documents.ts';
import type { OpenApp } from './app.ts';

export type Decided =
  | { readonly outcome: 'done'; readonly projectId: string }
  | { readonly outcome: 'unknown' | 'unverified' | 'changed' | 'nothing-to-release' };

/** Puts an older copy back into use and freezes the project: it stays in use, whatever the source does. */
export async function restoreReplica(opened: OpenApp, id: string, { by, reason }: DecisionBody): Promise<Decided> {
  const { records } = await readRecords(opened.deps.store);
  const found = [...records.values()].flatMap((record) =>
    record.generations
      .filter(({ replicaProjectId }) => replicaProjectId === asId(id))
      .map((copy) => ({ record, copy })),
  )[0];
  if (found === undefined) return { outcome: 'unknown' };
  const { record, copy } = found;
  if (copy.verifiedAt === null) return { outcome: 'unverified' };
  if (copy.changedBySomebody) return { outcome: 'changed' };
  await decide(opened, record, { frozen: true, replicaProjectId: copy.replicaProjectId, by, reason });
  opened.deps.events.emit({ event: 'project.frozen', projectId: record.sourceProjectId, by, reason });
  return { outcome: 'done', projectId: record.sourceProjectId };
}

/** Copying goes on, and copies that were pinned may go. */
export async function releaseProject(opened: OpenApp, id: string, { by, reason }: DecisionBody): Promise<Decided> {
  const { store, clock, events } = opened.deps;
  const record = isGuid(id) ? (await store.record(id).read())?.value : undefined;
  if (record === undefined) return { outcome: 'unknown' };
  const decision = (await store.decision(record.sourceProjectId).read())?.value ?? null;
  const isHeld = decision?.frozen === true || record.generations.some((generation) => isPinned(generation, decision));
  if (!isHeld) return { outcome: 'nothing-to-release' };
  const releasedAt = clock.now().toISOString();
  await decide(opened, record, { frozen: false, replicaProjectId: null, releasedAt, by, reason });
  events.emit({ event: 'project.unfrozen', projectId: record.sourceProjectId, by, reason });
  return { outcome: 'done', projectId: record.sourceProjectId };
}

/** Stored first; the work that follows from it is found by the next sweep, should its message be lost. */
async function decide(
  { deps: { store, clock, queue } }: OpenApp,
  { sourceProjectId }: ReplicaRecord,
  made: Pick<Decision, 'frozen' | 'replicaProjectId' | 'by' | 'reason'> & Partial<Decision>,
): Promise<void> {
  await updateDocument(store.decision(sourceProjectId), (stored) => {
    const base = stored ?? { schemaVersion: 1, active: 'primary', releasedAt: null };
    return { ...base, since: clock.now().toISOString(), ...made };
  });
  await queue.enqueue(workItem(sourceProjectId, 'request'), 0);
}
