import { toFailure } from '../core/facts/failure.ts';
import { tellHistory } from '../replicator/tell-history.ts';
import type { BackupDependencies } from './context.ts';

/** Tells what a catalogue has that is not told yet. Where that fails it stays there for the next look, and holds up nothing. */
export async function tellBackups(
  projectId: string,
  { backups, history, events }: Pick<BackupDependencies, 'backups' | 'history' | 'events'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await tellHistory(backups.catalogue(projectId), { history }, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, hint } = toFailure(error);
    events.emit({ event: 'storage.unavailable', code, message, hint });
  }
}
