import { ReplicationFailure } from '../core/failure.ts';
import type { Step } from '../core/plan.ts';
import type { ReplicaRecord, Run } from '../core/record.ts';
import { beginImport } from './begin-import.ts';
import { align, mark, rename, renameAside } from './change-replica.ts';
import { discard, endRun, keepUnverified } from './end-run.ts';
import { forget, noteProof, takeUp } from './generations.ts';
import { integrate, noteIntegration } from './integrate.ts';
import { changePublication } from './publish-replica.ts';
import { rebuildGeneration } from './rebuild.ts';
import { retireGeneration } from './retire-generation.ts';
import { setRoute } from './set-route.ts';
import { switchTo } from './switch.ts';
import { unlink } from './unlink.ts';
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
  switch (step.do) {
    case 'adopt':
    case 'note-imported':
    case 'mark':
    case 'unlink':
    case 'note-verified':
    case 'intend-names':
    case 'rename-aside':
    case 'rename':
      return { record: await advanceRun(step, record, runOf(record), context) };
    case 'discard':
      return discard(step.discard, record, runOf(record), context);
    case 'end-run':
      return endRun(record, { class: 'partial-import', ...step, lacking: [] }, context);
    case 'keep-unverified':
      return keepUnverified(step, record, runOf(record), context);
    default:
      return { record: await changeCopies(step, record, context) };
  }
}

type RunStep = Extract<
  Step,
  { do: 'adopt' | 'note-imported' | 'mark' | 'unlink' | 'note-verified' | 'intend-names' | 'rename-aside' | 'rename' }
>;

/** Steps that take the copy in the making further. */
async function advanceRun(
  step: RunStep,
  record: ReplicaRecord,
  run: Run,
  context: StepContext,
): Promise<ReplicaRecord> {
  const { save, workshop } = context;
  const now = workshop.clock.now().toISOString();
  const noteRun = (facts: Partial<Run>) => save({ ...record, run: { ...run, ...facts } });
  switch (step.do) {
    case 'adopt': {
      const { projectId: replicaProjectId } = step;
      const adopted = await noteRun({ projectId: replicaProjectId, adoptedAt: now });
      const { sourceProjectId: projectId } = record;
      workshop.events.emit({ event: 'import.adopted', projectId, runId: run.runId, replicaProjectId });
      return adopted;
    }
    case 'note-imported':
      return noteRun({ importedAt: now });
    case 'mark':
      await mark(record, run, context);
      return noteRun({ markedAt: now });
    case 'unlink':
      return unlink(record, run, step.isLastTry, context);
    case 'note-verified':
      return noteRun({ verified: step.verified });
    case 'intend-names':
      return noteRun({ naming: step.naming });
    case 'rename-aside':
      return renameAside(record, run, context);
    case 'rename':
      return rename(record, run, context);
  }
}

type CopyStep = Exclude<Step, RunStep | { do: 'discard' | 'end-run' | 'keep-unverified' }>;

/** Steps that begin a copy, put it into use, bring one in line or let one go. */
async function changeCopies(step: CopyStep, record: ReplicaRecord, context: StepContext): Promise<ReplicaRecord> {
  switch (step.do) {
    case 'import':
      return beginImport(step, record, context);
    case 'switch':
      return switchTo(record, runOf(record), step.project, context);
    case 'publish':
    case 'unpublish':
      return changePublication(step, record, context);
    case 'align':
      return align(record, step, context);
    case 'route':
      await setRoute(routedAs(record, step), context);
      return record;
    case 'note-proof':
      return noteProof(record, step, context);
    case 'rebuild':
      return rebuildGeneration(record, step.project, context);
    case 'take-up':
      return takeUp(record, step.generation, context);
    case 'retire':
      return retireGeneration(record, step.generation, step.reason, context);
    case 'forget':
      return forget(record, step, context);
    case 'integrate':
      return integrate(record, step, context);
    case 'note-integration':
      return noteIntegration(record, step.integration, context);
  }
}

/** The record as routing is to show it. */
function routedAs(record: ReplicaRecord, { source, published }: Step & { do: 'route' }): ReplicaRecord {
  const generations = record.generations.map((generation) =>
    generation.runId === record.current ? { ...generation, published: [...published] } : generation,
  );
  return { ...record, source, generations };
}

function runOf(record: ReplicaRecord): Run {
  if (record.run !== null) return record.run;
  throw new ReplicationFailure(`The record of ${record.sourceProjectId} has no run.`, {
    class: 'bug',
    code: 'NO_RUN',
    hint: 'A step was planned for a run that is not there; please report this.',
  });
}
