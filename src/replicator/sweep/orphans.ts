import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { toFailure } from '../../core/facts/failure.ts';
import { runIdOfStagingName } from '../../core/content/mark.ts';
import { secondsBetween } from '../../core/facts/time.ts';
import type { Project } from '../../core/facts/model.ts';
import type { ReplicaRecord, Run } from '../../core/facts/record.ts';
import type { SweepState } from '../../core/facts/sweep-state.ts';
import { deleteReplica } from '../delete-replica.ts';
import type { Dependencies } from '../context.ts';

/**
 * Staging projects of ours that no record wants: their imports appeared only after the run was given up.
 * Each is left alone for as long as a reply may be late, then deleted. One that is still wanted is adopted by its own
 * project's next work. Answers with those that were left, and since when each is known.
 */
export async function discardOrphans(
  targetProjects: readonly Project[],
  records: readonly ReplicaRecord[],
  deps: Dependencies,
  signal: AbortSignal,
): Promise<{ readonly orphans: SweepState['orphans']; readonly problems: readonly ReplicationFailure[] }> {
  const { policy, clock, store } = deps;
  const known = (await store.sweep.read(signal))?.value.orphans ?? {};
  const runs = new Map(records.flatMap(({ run }) => (run === null ? [] : [[run.runId, run]])));
  const copies = new Set(
    records.flatMap(({ generations }) => generations.map(({ replicaProjectId }) => replicaProjectId)),
  );
  const orphans = new Map<string, string>();
  const problems: ReplicationFailure[] = [];
  for (const project of targetProjects) {
    const runId = runIdOfStagingName(project.name, policy.owner);
    if (runId === null || copies.has(project.id) || isWanted(project, runs.get(runId))) continue;
    const now = clock.now();
    const since = known[project.id] ?? now.toISOString();
    orphans.set(project.id, since);
    if (policy.dryRun || secondsBetween(since, now) < policy.limits.lateImportInSeconds) continue;
    try {
      await discardOrphan(project, runId, deps, signal);
      orphans.delete(project.id);
    } catch (error) {
      problems.push(toFailure(error));
    }
  }
  return { orphans: Object.fromEntries(orphans), problems };
}

/** A run has one project: the one it knows, or as long as it knows none, the one of its very name. */
function isWanted(project: Project, run: Run | undefined): boolean {
  if (run === undefined) return false;
  return run.replicaProjectId === null ? run.intent?.stagingName === project.name : run.replicaProjectId === project.id;
}

async function discardOrphan(project: Project, runId: string, deps: Dependencies, signal: AbortSignal): Promise<void> {
  await deleteReplica(project.id, { sourceProjectId: null, stagingName: project.name }, deps, signal);
  deps.events.emit({
    event: 'import.discarded',
    projectId: null,
    runId,
    replicaProjectId: project.id,
    code: 'IMPORT_SUPERSEDED',
    message: 'The import appeared only after another one had replaced it.',
  });
}
