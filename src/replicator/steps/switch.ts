import { verifiedGeneration } from '../../core/facts/generation.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import type { StepOf } from '../../core/plan/types.ts';
import type { RunningRecord, StepContext, StepResult } from '../context.ts';
import { setRoute } from '../route.ts';

/** Puts a finished copy into use: routing first, then the record. A crash between the two repeats the same write. */
export async function switchTo(
  record: RunningRecord,
  { project, published }: StepOf<'switch'>,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save } = context;
  const { run } = record;
  const { id: replicaProjectId, lastModified } = project;
  const generation = verifiedGeneration(run, run.naming?.name ?? null, {
    ...{ replicaProjectId, lastModified },
    published: [...published],
  });
  const { observedAt } = run.before;
  const inSyncAt = record.inSyncAt !== null && record.inSyncAt > observedAt ? record.inSyncAt : observedAt;
  const switched: ReplicaRecord = {
    ...record,
    generations: [...record.generations.filter(({ runId }) => runId !== run.runId), generation],
    current: run.runId,
    run: null,
    inSyncAt,
    labelsSeenAt: observedAt,
    failure: null,
    failedImports: 0,
    lastLacking: [],
  };
  await setRoute(switched, context);
  const saved = await save(switched, 'PROTECTED');
  deps.events.emit({
    event: 'project.protected',
    projectId: record.sourceProjectId,
    runId: run.runId,
    replicaProjectId: generation.replicaProjectId,
    revision: generation.holds.revision,
    durationInSeconds: Math.round((deps.clock.now().getTime() - Date.parse(observedAt)) / 1_000),
    differences: generation.differences.length,
  });
  return { record: saved };
}
