import { ReplicationFailure } from '../core/failure.ts';
import type { Step } from '../core/plan.ts';
import type { Generation, ReplicaRecord, Run } from '../core/record.ts';
import { currentGeneration } from '../core/record.ts';
import { align, mark, rename, renameAside } from './change-replica.ts';
import { beginImport } from './begin-import.ts';
import { deleteReplica } from './delete-replica.ts';
import { setRoute } from './set-route.ts';
import { unlessGone } from './observe.ts';
import type { Workshop } from './workshop.ts';

/** Saves the record under its ETag and answers with it; what follows builds on what was really stored. */
export type Save = (record: ReplicaRecord) => Promise<ReplicaRecord>;

export interface StepContext {
  readonly workshop: Workshop;
  readonly save: Save;
  readonly signal: AbortSignal;
}

/** What a step leaves: the saved record, and a failure where the step itself established one. */
export interface StepResult {
  readonly record: ReplicaRecord;
  readonly failure?: ReplicationFailure;
}

/** Carries out one step and stores the facts it made. It decides nothing: every step can be run again after a crash. */
export async function runStep(step: Step, record: ReplicaRecord, context: StepContext): Promise<StepResult> {
  const { save, workshop } = context;
  const now = workshop.clock.now().toISOString();
  const withRun = (facts: Partial<Run>) => save({ ...record, run: { ...runOf(record), ...facts } });
  switch (step.do) {
    case 'import':
      return { record: await beginImport(step, record, context) };
    case 'adopt': {
      const { projectId } = step;
      const { runId } = runOf(record);
      const adopted = await withRun({ projectId, adoptedAt: now });
      const { sourceProjectId } = record;
      workshop.events.emit({ event: 'import.adopted', projectId: sourceProjectId, runId, replicaProjectId: projectId });
      return { record: adopted };
    }
    case 'note-imported':
      return { record: await withRun({ importedAt: now }) };
    case 'mark':
      await mark(record, runOf(record), context);
      return { record: await withRun({ markedAt: now }) };
    case 'note-verified':
      return { record: await withRun({ verified: step.verified }) };
    case 'intend-names':
      return { record: await withRun({ naming: step.naming }) };
    case 'rename-aside':
      return { record: await renameAside(record, runOf(record), context) };
    case 'rename':
      return { record: await rename(record, runOf(record), context) };
    case 'switch':
      return { record: await switchTo(record, runOf(record), context) };
    case 'align':
      return { record: await align(record, step, context) };
    case 'discard':
      return discard(step, record, context);
    case 'end-run':
      return endRun(record, step.code, step.message, context);
    case 'forget':
      return { record: await forget(record, step.generation, context) };
  }
}

function runOf(record: ReplicaRecord): Run {
  if (record.run !== null) return record.run;
  throw new ReplicationFailure(`The record of ${record.sourceProjectId} has no run.`, {
    class: 'bug',
    code: 'NO_RUN',
    hint: 'A step was planned for a run that is not there; please report this.',
  });
}

/** Routing first, then the record: a crash between the two repeats a write that says the same. */
async function switchTo(record: ReplicaRecord, run: Run, { workshop, save, signal }: StepContext) {
  const { intent, projectId, importedAt, verified, naming } = run;
  if (intent === null || projectId === null || importedAt === null || verified === null || naming === null) {
    throw new ReplicationFailure(`The run ${run.runId} is not complete.`, {
      class: 'bug',
      code: 'RUN_INCOMPLETE',
      hint: 'Routing was about to name a copy that is not proven; please report this.',
    });
  }
  const generation: Generation = {
    runId: run.runId,
    projectId,
    name: naming.name,
    intendedName: null,
    holds: run.before,
    exported: intent.exported,
    adopted: run.adoptedAt !== null,
    importedAt,
    verifiedAt: verified.at,
    differences: verified.differences,
    baseline: verified.baseline,
  };
  await setRoute(record, generation, workshop, signal);
  const { observedAt } = run.before;
  const inSyncAt = record.inSyncAt !== null && record.inSyncAt > observedAt ? record.inSyncAt : observedAt;
  const earlier = record.generations.filter(({ runId }) => runId !== run.runId);
  const generations = [...earlier, generation];
  const saved = await save({
    ...record,
    generations,
    current: run.runId,
    run: null,
    inSyncAt,
    failure: null,
    failedImports: 0,
  });
  workshop.events.emit({
    event: 'project.protected',
    projectId: record.sourceProjectId,
    runId: run.runId,
    replicaProjectId: projectId,
    revision: generation.holds.revision,
    durationInSeconds: Math.round((workshop.clock.now().getTime() - Date.parse(observedAt)) / 1_000),
    differences: generation.differences.length,
  });
  return saved;
}

/** The reason is stored first, so that a crash after the deletion does not leave a run that waits for its project. */
async function discard(
  step: Step & { do: 'discard' },
  record: ReplicaRecord,
  context: StepContext,
): Promise<StepResult> {
  const run = runOf(record);
  const at = context.workshop.clock.now().toISOString();
  const { code, message } = step;
  const noted =
    run.discard === null ? await context.save({ ...record, run: { ...run, discard: { code, message, at } } }) : record;
  if (run.projectId !== null) {
    const owner = { sourceProjectId: record.sourceProjectId, stagingName: run.intent?.stagingName ?? null };
    await deleteReplica(run.projectId, owner, context.workshop, context.signal);
    const { runId, projectId: replicaProjectId } = run;
    const { sourceProjectId: projectId } = record;
    context.workshop.events.emit({ event: 'import.discarded', projectId, runId, replicaProjectId, code, message });
  }
  return endRun(noted, code, message, context);
}

async function endRun(
  record: ReplicaRecord,
  code: string,
  message: string,
  { save }: StepContext,
): Promise<StepResult> {
  const failure = new ReplicationFailure(message, {
    class: 'partial-import',
    code,
    hint: 'The project is exported and imported again after a delay; copies made earlier are kept meanwhile.',
  });
  return { record: await save({ ...record, run: null, failedImports: record.failedImports + 1 }), failure };
}

/** A list may be stale: only the service's own "no such project" takes a copy out of the record. */
async function forget(record: ReplicaRecord, generation: Generation, { workshop, save, signal }: StepContext) {
  const project = await unlessGone(workshop.target.getProject(generation.projectId, signal));
  if (project !== null) {
    throw new ReplicationFailure(`GetProjects did not list the replica ${generation.projectId}, which is there.`, {
      class: 'transient',
      code: 'STALE_LIST',
      hint: 'The list of projects lags behind; it is read again shortly.',
    });
  }
  const isCurrent = currentGeneration(record)?.runId === generation.runId;
  if (isCurrent) await setRoute(record, null, workshop, signal);
  const generations = record.generations.filter(({ runId }) => runId !== generation.runId);
  return save({ ...record, generations, current: isCurrent ? null : record.current });
}
