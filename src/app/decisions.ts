import type { Decision, DecisionBody } from '../core/facts/decision.ts';
import { isFailedOver } from '../core/facts/decision.ts';
import type { HistoryEntry } from '../core/facts/history.ts';
import { historyEntry } from '../core/facts/history.ts';
import { asId, isGuid } from '../core/facts/guid.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { isPinned } from '../core/plan/shrinkage.ts';
import { workItem } from '../core/facts/work-item.ts';
import { readRecords, updateDocument } from '../replicator/documents.ts';
import { tellHistory } from '../replicator/tell-history.ts';
import type { OpenApp } from './app.ts';

export type Decided =
  | { readonly outcome: 'done'; readonly projectId: string }
  | { readonly outcome: 'unknown' | 'unverified' | 'changed' | 'nothing-to-release' | 'failed-over' };

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
  const { replicaProjectId } = copy;
  const evidence = { replicaProjectId, name: copy.name, revision: copy.holds.revision };
  const facts = { event: 'copy.restored', runId: copy.runId, evidence };
  await decide(opened, record, { frozen: true, replicaProjectId, by, reason }, facts);
  opened.deps.events.emit({ event: 'project.frozen', projectId: record.sourceProjectId, by, reason });
  return { outcome: 'done', projectId: record.sourceProjectId };
}

/** Copying goes on, and copies that were pinned may go. */
export async function releaseProject(opened: OpenApp, id: string, { by, reason }: DecisionBody): Promise<Decided> {
  const { store, clock, events } = opened.deps;
  const record = isGuid(id) ? (await store.record(id).read())?.value : undefined;
  if (record === undefined) return { outcome: 'unknown' };
  const decision = (await store.decision(record.sourceProjectId).read())?.value ?? null;
  // Released, the copy that clients are on could be replaced.
  if (isFailedOver(decision)) return { outcome: 'failed-over' };
  const isHeld = decision?.frozen === true || record.generations.some((generation) => isPinned(generation, decision));
  if (!isHeld) return { outcome: 'nothing-to-release' };
  const releasedAt = clock.now().toISOString();
  const wasPinned = record.generations.filter((generation) => isPinned(generation, decision)).length;
  const evidence = { wasFrozen: decision?.frozen === true, pinned: wasPinned };
  const made = { frozen: false, replicaProjectId: null, releasedAt, by, reason };
  await decide(opened, record, made, { event: 'copy.released', evidence });
  events.emit({ event: 'project.unfrozen', projectId: record.sourceProjectId, by, reason });
  return { outcome: 'done', projectId: record.sourceProjectId };
}

type Facts = Pick<HistoryEntry, 'event' | 'evidence'> & Partial<HistoryEntry>;

/** Stored first; the work that follows from it is found by the next sweep, should its message be lost. */
async function decide(
  { deps: { store, clock, queue, history } }: OpenApp,
  { sourceProjectId, name }: ReplicaRecord,
  made: Pick<Decision, 'frozen' | 'replicaProjectId' | 'by' | 'reason'> & Partial<Decision>,
  facts: Facts,
): Promise<void> {
  const since = clock.now().toISOString();
  const { by, reason } = made;
  const id = `${sourceProjectId}:${facts.event}:${since}`;
  const about = { projectId: sourceProjectId, projectName: name };
  const entry = historyEntry({ ...about, ...{ id, at: since, by, reason }, ...facts });
  const document = store.decision(sourceProjectId);
  await updateDocument(document, (stored) => {
    const base = stored ?? { schemaVersion: 1, active: 'primary', releasedAt: null };
    // Another copy for clients who are on the secondary: since when, by whom and why they are there stays as it was.
    const sent =
      isFailedOver(stored) && stored !== null ? { since: stored.since, by: stored.by, reason: stored.reason } : {};
    return { ...base, since, ...made, ...sent, untold: [...(stored?.untold ?? []), entry] };
  });
  await queue.enqueue(workItem(sourceProjectId, 'request'), 0);
  await tellHistory(document, { history });
}
