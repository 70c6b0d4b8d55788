import { workItem } from '../../core/facts/work-item.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import { waits } from '../../core/facts/wake.ts';
import { oldestToYield } from '../../core/plan/retention.ts';
import { quotaLevel } from '../../core/status/thresholds.ts';
import type { Lists } from './lists.ts';
import type { Dependencies } from '../context.ts';

/**
 * Where the target has fewer free slots than copies are wanted, the projects with the oldest spare copies are asked to
 * give one up, each by its own worker under its own lease. A last good copy is never spare.
 */
export async function makeRoom(
  wantCopies: readonly string[],
  lists: Lists,
  { queue, events, clock, policy }: Dependencies,
): Promise<void> {
  const { records, targetProjects, targetProjectLimit } = lists;
  const held = targetProjects.length;
  if (quotaLevel(held, targetProjectLimit) !== null) {
    events.emit({ event: 'quota.low', targetProjects: held, targetProjectLimit, waiting: wantCopies.length });
  }
  const short = wantCopies.length - Math.max(0, targetProjectLimit - held);
  if (short <= 0) return;
  const now = clock.now();
  const able = [...records.values()]
    .filter((record) => canYield(record, lists, now))
    .flatMap((record) => {
      const decision = lists.decisions.get(record.sourceProjectId) ?? null;
      const yielding = oldestToYield({ record, policy, decision, now });
      return yielding === null ? [] : [{ id: record.sourceProjectId, runId: yielding.runId }];
    })
    .sort((left, right) => (left.runId < right.runId ? -1 : 1));
  for (const { id } of able.slice(0, short)) await queue.enqueue(workItem(id, 'make-room'), 0);
}

/**
 * Whoever is asked must be able to: one that is parked, frozen or at work on a copy, that waits, or whose copy
 * somebody changed, would end before it gave anything up. A project that is gone from the primary, or excluded, is asked like any other.
 */
function canYield(record: ReplicaRecord, { decisions, unreadable }: Lists, now: Date): boolean {
  const { sourceProjectId, failure, run } = record;
  const isFrozen = decisions.get(sourceProjectId)?.frozen === true;
  return (
    run === null &&
    !waits(record, now) &&
    failure?.needsPerson !== true &&
    failure?.class !== 'diverged' &&
    !isFrozen &&
    !unreadable.has(sourceProjectId)
  );
}
