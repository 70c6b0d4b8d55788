import type { ReplicaRecord } from '../core/record.ts';
import { oldestToRetire } from '../core/retention.ts';
import type { Lists } from './sweep-look.ts';
import type { Workshop } from './workshop.ts';

/** From this share of the limit on, operators are told that the target fills up. */
const LOW_FROM = 0.85;

/**
 * Where the target has fewer free slots than copies are wanted, the projects with the oldest spare copies are asked to
 * give one up, each by its own worker under its own lease. A last good copy is never spare.
 */
export async function makeRoom(
  wantCopies: readonly string[],
  { records, targetProjects, targetProjectLimit }: Lists,
  { queue, events }: Workshop,
): Promise<void> {
  const held = targetProjects.length;
  if (held >= targetProjectLimit * LOW_FROM) {
    events.emit({ event: 'quota.low', targetProjects: held, targetProjectLimit, waiting: wantCopies.length });
  }
  const short = wantCopies.length - Math.max(0, targetProjectLimit - held);
  if (short <= 0) return;
  for (const projectId of projectsWithOldestSpare([...records.values()]).slice(0, short)) {
    await queue.enqueue({ schemaVersion: 1, projectId, reason: 'make-room', wakeId: null }, 0);
  }
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
