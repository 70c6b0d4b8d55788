import { sourcesOfCopies } from '../../core/content/mark.ts';
import { waits } from '../../core/facts/wake.ts';
import { workItem } from '../../core/facts/work-item.ts';
import type { Dependencies } from '../context.ts';
import { updateSweepState } from '../documents.ts';
import type { Lists } from './lists.ts';
import { discardOrphans } from './orphans.ts';

/**
 * What a sweep does where the source gives no list: all that needs the target alone. Copies in the making go on, those
 * that are there are looked at, lost ones and lost routes are put right, strays go, and wakes whose message is lost get
 * another. Nothing is said of the source, and nothing is retired.
 */
export async function lookAfterCopies(lists: Lists, deps: Dependencies, signal: AbortSignal): Promise<void> {
  const { queue, clock, store, policy } = deps;
  // Where the target is not ours to work on, nothing is done.
  if (lists.state.brake !== null && lists.state.brake.kind !== 'short-list') return;
  const records = [...lists.records.values()];
  const now = clock.now();
  const due = records.filter((record) => (record.run !== null || record.wake !== null) && !waits(record, now));
  // Those that wait for a person too: a key that the source refuses says nothing of the copy that clients may need now.
  const copied = records.filter(({ run, generations }) => run === null && generations.length > 0);
  const known = new Set(records.map(({ sourceProjectId }) => sourceProjectId));
  const readable = (id: string): boolean => !lists.unreadable.has(id);
  const unrecorded = sourcesOfCopies(lists.targetProjects, policy.owner).filter((id) => !known.has(id) && readable(id));
  for (const id of due.map(({ sourceProjectId }) => sourceProjectId).filter(readable)) {
    await queue.enqueue(workItem(id, 'sweep'), 0);
  }
  for (const id of [...copied.map(({ sourceProjectId }) => sourceProjectId), ...unrecorded].filter(readable)) {
    await queue.enqueue(workItem(id, 'look-after'), 0);
  }
  const { orphans } = await discardOrphans(lists.targetProjects, records, deps, signal);
  await updateSweepState(store, clock, (state) => ({ ...state, orphans, targetProjects: lists.targetProjects.length }));
}
