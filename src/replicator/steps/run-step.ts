import { ReplicationFailure } from '../../core/facts/failure.ts';
import type { Step } from '../../core/plan/types.ts';
import type { ReplicaRecord, Run } from '../../core/facts/record.ts';
import { beginImport } from './import.ts';
import { align, mark, rename, renamePredecessor } from './mark-and-rename.ts';
import { discard, endRun, keepUnverified } from './discard.ts';
import { forget, noteProof, promote } from './copies.ts';
import { integrate, noteIntegration } from './integrate.ts';
import { changePublication } from './publish.ts';
import { rebuildGeneration } from './rebuild.ts';
import { retireGeneration } from './retire.ts';
import { setRoute } from '../set-route.ts';
import { switchTo } from './switch.ts';
import { unlink } from './unlink.ts';
import type { StepContext, StepResult } from '../context.ts';

/** Carries out one step and stores the facts it made. It decides nothing: every step can be run again after a crash. */
export async function runStep(step: Step, record: ReplicaRecord, context: StepContext): Promise<StepResult> {
  switch (step.do) {
    case 'adopt':
    case 'note-imported':
    case 'mark':
    case 'unlink':
    case 'note-verified':
    case 'intend-names':
    case 'rename-predecessor':
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
  {
    do:
      | 'adopt'
      | 'note-imported'
      | 'mark'
      | 'unlink'
      | 'note-verified'
      | 'intend-names'
      | 'rename-predecessor'
      | 'rename';
  }
>;

/** Steps that take the copy in the making further. */
async function advanceRun(
  step: RunStep,
  record: ReplicaRecord,
  run: Run,
  context: StepContext,
): Promise<ReplicaRecord> {
  const { save, deps } = context;
  const now = deps.clock.now().toISOString();
  const noteRun = (facts: Partial<Run>) => save({ ...record, run: { ...run, ...facts } });
  switch (step.do) {
    case 'adopt': {
      const { replicaProjectId } = step;
      const adopted = await noteRun({ replicaProjectId, adoptedAt: now });
      const { sourceProjectId: projectId } = record;
      deps.events.emit({ event: 'import.adopted', projectId, runId: run.runId, replicaProjectId });
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
    case 'rename-predecessor':
      return renamePredecessor(record, run, context);
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
    case 'promote':
      return promote(record, step.generation, context);
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
