import { withFailures } from '../core/backups/catalogue-changes.ts';
import { ReplicationFailure, toFailure } from '../core/facts/failure.ts';
import type { BackupItem } from '../core/facts/work-item.ts';
import type { BackupDependencies } from './context.ts';
import { changeCatalogue } from './change-catalogue.ts';

/**
 * Work on backups that failed so often that the host gave it up: shown on the project and told as an event; a later
 * sweep looks again.
 */
export async function takePoisonBackupWork(
  { projectId }: BackupItem,
  { backups, clock, events }: BackupDependencies,
  signal: AbortSignal,
): Promise<void> {
  const failure = new ReplicationFailure('Work on the backups of this project failed again and again.', {
    class: 'bug',
    code: 'BACKUP_WORK_POISONED',
    hint: 'The log of replicationWork shows what was thrown; a later sweep looks at the project again.',
  });
  const report = ({ code, message, hint }: ReplicationFailure): void =>
    events.emit({
      event: 'backup.failed',
      ...{ projectId, iterationId: null, platform: null, flavor: null, code, message, hint },
    });
  report(failure);
  const outlook = { now: clock.now(), attempts: 1, nextAttemptAt: null, chasesGivenUp: false };
  const problem = { iteration: null, platform: null, flavor: null, failure };
  try {
    await changeCatalogue(
      backups,
      { id: projectId, name: '' },
      (catalogue) => withFailures(catalogue, null, [problem], outlook).catalogue,
      signal,
    );
  } catch (error) {
    // Handlers of poison queues must not throw on content: a catalogue that can't be written is told instead.
    report(toFailure(error));
  }
}
