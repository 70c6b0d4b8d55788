import type { Run } from '../../core/facts/record.ts';
import type { StepOf } from '../../core/plan/types.ts';
import type { RunningRecord, StepContext, StepResult } from '../context.ts';

/** Steps that only write down what a look has shown of the copy in the making, or what is to be done next. */

async function noteRun(record: RunningRecord, facts: Partial<Run>, { save }: StepContext): Promise<StepResult> {
  return { record: await save({ ...record, run: { ...record.run, ...facts } }) };
}

/** The import whose reply was lost is recognised. */
export async function adopt(
  record: RunningRecord,
  { replicaProjectId }: StepOf<'adopt'>,
  context: StepContext,
): Promise<StepResult> {
  const { clock, events } = context.deps;
  const adopted = await noteRun(record, { replicaProjectId, adoptedAt: clock.now().toISOString() }, context);
  const { sourceProjectId: projectId, run } = record;
  events.emit({ event: 'import.adopted', projectId, runId: run.runId, replicaProjectId });
  return adopted;
}

export function noteImported(record: RunningRecord, _step: StepOf<'note-imported'>, context: StepContext) {
  return noteRun(record, { importedAt: context.deps.clock.now().toISOString() }, context);
}

export function noteVerified(record: RunningRecord, { verified }: StepOf<'note-verified'>, context: StepContext) {
  return noteRun(record, { verified }, context);
}

/** The names are stored before any is given, so that neither the old nor the new one is taken for somebody's change. */
export function intendNames(record: RunningRecord, { naming }: StepOf<'intend-names'>, context: StepContext) {
  return noteRun(record, { naming }, context);
}
