import { workItem } from '../../core/facts/work-item.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import type { SweepState } from '../../core/facts/sweep-state.ts';
import { oldestToRetire } from '../../core/plan/retention.ts';
import { quotaLevel } from '../../core/status/thresholds.ts';
import type { Lists } from './look.ts';
import type { Dependencies } from '../context.ts';

/**
 * Where the target has fewer free slots than copies are wanted, the projects with the oldest spare copies are asked to
 * give one up, each by its own worker under its own lease. A last good copy is never spare.
 */
export async function makeRoom(
  wantCopies: readonly string[],
  { records, state, targetProjects, targetProjectLimit }: Lists,
  { queue, events, clock }: Dependencies,
): Promise<void> {
  const held = targetProjects.length;
  if (quotaLevel(held, targetProjectLimit) !== null) {
    events.emit({ event: 'quota.low', targetProjects: held, targetProjectLimit, waiting: wantCopies.length });
  }
  const short = wantCopies.length - Math.max(0, targetProjectLimit - held);
  if (short <= 0) return;
  const able = [...records.values()].filter((record) => canYield(record, state, clock.now()));
  for (const projectId of projectsWithOldestSpare(able).slice(0, short)) {
    await queue.enqueue(workItem(projectId, 'make-room'), 0);
  }
}

/** One that is missing or parked, or that waits, would end before it gave anything up, and be asked in vain. */
function canYield({ sourceProjectId, failure, wake }: ReplicaRecord, { missing }: SweepState, now: Date): boolean {
  const waits = wake !== null && Date.parse(wake.dueAt) > now.getTime();
  return !waits && failure?.needsPerson !== true && !Object.hasOwn(missing, sourceProjectId);
}

function projectsWithOldestSpare(records: readonly ReplicaRecord[]): string[] {
  return records
    .flatMap((record) => {
      const spare = oldestToRetire(record, 1);
      return spare === null ? [] : [{ id: record.sourceProjectId, runId: spare.runId }];
    })
    .sort((left, right) => (left.runId < right.runId ? -1 : 1))
    .map(({ id }) => id);
}
