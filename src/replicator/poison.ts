import { workItem } from '../core/facts/work-item.ts';
import { recordFailure } from '../core/facts/backoff.ts';
import { isFailure, ReplicationFailure } from '../core/facts/failure.ts';
import { failureEvent } from '../core/facts/failure-event.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { newRecord } from '../core/facts/record.ts';
import type { WorkItem } from '../core/facts/work-item.ts';
import type { Dependencies } from './context.ts';
import { RecordOnHand } from './record-on-hand.ts';

/**
 * A work item that failed so often that the host gave it up: shown on its project as a bug, and tried again with a
 * growing delay. Where somebody is at work on the project it comes back as work, later. It throws where storage does
 * not answer; the message then comes again.
 */
export async function takePoisonWork(item: WorkItem, deps: Dependencies): Promise<void> {
  const { leases, clock, queue, newId } = deps;
  const { projectId } = item;
  const lease = await leases.acquire(projectId);
  if (lease === null) {
    // Whoever holds it may be at work for longer than a poison message is delivered again.
    await queue.enqueue(item, leases.leaseInSeconds);
    return;
  }
  try {
    const now = clock.now();
    const wakeId = newId();
    const record = await recordPoison(projectId, wakeId, now, deps, lease.signal);
    if (!record?.failure) return;
    deps.events.emit(failureEvent({ projectId, runId: record.run?.runId ?? null, step: 'work' }, record.failure));
    const { nextAttemptAt } = record.failure;
    // One that needs a person by now is looked at by each sweep, and by nobody in between.
    if (nextAttemptAt === null) return;
    const delay = Math.max(0, (Date.parse(nextAttemptAt) - now.getTime()) / 1_000);
    await queue.enqueue(workItem(projectId, 'wake', wakeId), delay);
  } finally {
    await lease.release();
  }
}

/** Null where the record itself is damaged. Nothing can be noted there; each sweep logs it until somebody mends it. */
async function recordPoison(
  projectId: string,
  wakeId: string,
  now: Date,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<ReplicaRecord | null> {
  const thrown = new ReplicationFailure('Work on this project failed again and again without an outcome.', {
    class: 'bug',
    code: 'WORK_POISONED',
    hint: 'The log of replicationWork shows what was thrown; the project is tried again with a growing delay.',
  });
  try {
    const onHand = await RecordOnHand.read(projectId, deps, signal);
    const record = onHand.value ?? newRecord(projectId, '');
    const failure = recordFailure(record.failure, thrown, now, record.failedImports, 'work');
    const { nextAttemptAt: dueAt } = failure;
    return await onHand.save({ ...record, failure, wake: dueAt === null ? null : { id: wakeId, dueAt } });
  } catch (error) {
    // Delivering the message again does not mend the document, so that it would come back for ever.
    if (!isFailure(error, 'bug')) throw error;
    const failure = { ...recordFailure(null, error, now, 0), nextAttemptAt: null };
    deps.events.emit(failureEvent({ projectId, runId: null, step: 'work' }, failure));
    return null;
  }
}
