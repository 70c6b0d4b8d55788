import { recordFailure } from '../core/backoff.ts';
import { ReplicationFailure } from '../core/failure.ts';
import { newRecord } from '../core/record.ts';
import type { WorkItem } from '../core/work-item.ts';
import { updateDocument } from './documents.ts';
import type { Workshop } from './workshop.ts';

/**
 * A work item that failed so often that the host gave it up: shown on its project as a bug, and tried again with a
 * growing delay. It throws where somebody is at work on the project; the message then comes again.
 */
export async function takePoisonWork(item: WorkItem, workshop: Workshop): Promise<void> {
  const { leases, store, clock, queue, events, newId } = workshop;
  const { projectId } = item;
  const thrown = new ReplicationFailure('Work on this project failed again and again without an outcome.', {
    class: 'bug',
    code: 'WORK_POISONED',
    hint: 'The log of replicationWork shows what was thrown; the project is tried again with a growing delay.',
  });
  const lease = await leases.acquire(projectId);
  if (lease === null) {
    throw new ReplicationFailure(`The project ${projectId} is being worked on.`, {
      class: 'conflict',
      code: 'LEASE_HELD',
      hint: 'The message is delivered again; nothing has to be done.',
    });
  }
  try {
    const now = clock.now();
    const wakeId = newId();
    const changed = await updateDocument(store.record(projectId), (stored) => {
      const record = stored ?? newRecord(projectId, '');
      const failure = recordFailure(record.failure, thrown, now, record.failedImports);
      return { ...record, failure, wake: { id: wakeId, dueAt: failure.nextAttemptAt ?? now.toISOString() } };
    });
    const failure = changed?.failure;
    if (!failure) return;
    const { code, message, hint, attempts, nextAttemptAt } = failure;
    const runId = changed.run?.runId ?? null;
    events.emit({
      event: 'step.failed',
      ...{ projectId, runId, step: 'work', class: failure.class, code, message, hint, attempts, nextAttemptAt },
    });
    const delay = Math.max(0, (Date.parse(nextAttemptAt ?? now.toISOString()) - now.getTime()) / 1_000);
    await queue.enqueue({ schemaVersion: 1, projectId, reason: 'wake', wakeId }, delay);
  } finally {
    await lease.release();
  }
}
