import type { ReplicaRecord, Run } from './record.ts';

/** How far a copy in the making has come; docs/http.md says what each means. */
export type RunStage =
  'discarding' | 'looking-for-import' | 'importing' | 'marking' | 'verifying' | 'naming' | 'switching';

/**
 * The copy that is being made; null where there is none. A run whose import the service refused for certain stays on
 * the record for its next try, but has nothing on the secondary: it is not going on.
 */
export function runInProgress(record: ReplicaRecord | null): Run | null {
  const run = record?.run ?? null;
  return run !== null && (run.intent !== null || run.discard !== null) ? run : null;
}

export function stageOf(run: Run): RunStage {
  if (run.discard !== null) return 'discarding';
  if (run.replicaProjectId === null) return 'looking-for-import';
  if (run.importedAt === null) return 'importing';
  if (run.markedAt === null) return 'marking';
  if (run.verified === null) return 'verifying';
  return run.naming?.namedAt ? 'switching' : 'naming';
}

/** When the import was asked for; how long it takes is counted from then. */
export function importBeganAt(run: Run): string {
  return run.intent?.requestedAt ?? run.startedAt;
}
