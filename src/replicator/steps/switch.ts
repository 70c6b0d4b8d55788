import { ReplicationFailure } from '../../core/facts/failure.ts';
import type { Project } from '../../core/facts/model.ts';
import type { Generation, ReplicaRecord, Run } from '../../core/facts/record.ts';
import type { StepContext } from '../context.ts';
import { setRoute } from '../set-route.ts';

function generationOf(run: Run, project: Project): Generation {
  const { intent, importedAt, verified, naming } = run;
  if (intent === null || importedAt === null || verified === null || naming === null) {
    throw new ReplicationFailure(`The run ${run.runId} is not complete.`, {
      class: 'bug',
      code: 'RUN_INCOMPLETE',
      hint: 'Routing was about to name a copy that is not proven; please report this.',
    });
  }
  return {
    runId: run.runId,
    replicaProjectId: project.id,
    name: naming.name,
    intendedName: null,
    holds: run.before,
    exported: intent.exported,
    adopted: run.adoptedAt !== null,
    importedAt,
    verifiedAt: verified.at,
    differences: verified.differences,
    baseline: verified.baseline,
    lastModified: project.lastModified,
    published: run.published,
    foundPublished: [],
    changedBySomebody: false,
  };
}

/** Puts a finished copy into use: routing first, then the record. A crash between the two repeats the same write. */
export async function switchTo(
  record: ReplicaRecord,
  run: Run,
  project: Project,
  context: StepContext,
): Promise<ReplicaRecord> {
  const { deps, save } = context;
  const generation = generationOf(run, project);
  const { observedAt } = run.before;
  const switched: ReplicaRecord = {
    ...record,
    generations: [...record.generations.filter(({ runId }) => runId !== run.runId), generation],
    current: run.runId,
    run: null,
    inSyncAt: record.inSyncAt !== null && record.inSyncAt > observedAt ? record.inSyncAt : observedAt,
    failure: null,
    failedImports: 0,
    lastLacking: [],
  };
  await setRoute(switched, context);
  const saved = await save(switched);
  deps.events.emit({
    event: 'project.protected',
    projectId: record.sourceProjectId,
    runId: run.runId,
    replicaProjectId: generation.replicaProjectId,
    revision: generation.holds.revision,
    durationInSeconds: Math.round((deps.clock.now().getTime() - Date.parse(observedAt)) / 1_000),
    differences: generation.differences.length,
  });
  return saved;
}
