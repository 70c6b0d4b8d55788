import { ReplicationFailure } from '../../core/facts/failure.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import type { Step } from '../../core/plan/types.ts';
import type { RunningRecord, StepContext, StepResult } from '../context.ts';
import { forget, noteHeld, noteProof, promote, route } from './copies.ts';
import { decideAsRouted, dropWork, leaveCopy, routeActive } from './decided.ts';
import { discard, endRun, keepUnverified } from './discard.ts';
import { beginImport } from './import.ts';
import { integrate, noteIntegration } from './integrate.ts';
import { keepWaiting, pin, recheck } from './keep.ts';
import { align, mark, rename, renamePredecessor } from './mark-and-rename.ts';
import { changePublication, notePublished } from './publish.ts';
import { rebuildGeneration } from './rebuild.ts';
import { retireGeneration } from './retire.ts';
import { adopt, intendNames, noteImported, noteVerified } from './run-notes.ts';
import { switchTo } from './switch.ts';
import { unlink } from './unlink.ts';

type Handler<Name extends Step['do']> = (
  record: ReplicaRecord,
  step: Extract<Step, { do: Name }>,
  context: StepContext,
) => Promise<StepResult>;

/** How each step is carried out. Every one can be run again after a crash, and looks for itself at what it destroys. */
const HANDLERS: { readonly [Name in Step['do']]: Handler<Name> } = {
  import: beginImport,
  adopt: ofRun(adopt),
  'note-imported': ofRun(noteImported),
  mark: ofRun(mark),
  unlink: ofRun(unlink),
  'note-verified': ofRun(noteVerified),
  'intend-names': ofRun(intendNames),
  'rename-predecessor': ofRun(renamePredecessor),
  rename: ofRun(rename),
  switch: ofRun(switchTo),
  discard: ofRun(discard),
  'end-run': ofRun(endRun),
  'keep-unverified': ofRun(keepUnverified),
  publish: changePublication,
  unpublish: changePublication,
  'note-published': notePublished,
  align,
  route,
  'note-held': noteHeld,
  'note-proof': noteProof,
  'route-active': routeActive,
  'decide-as-routed': decideAsRouted,
  leave: leaveCopy,
  'drop-work': dropWork,
  rebuild: rebuildGeneration,
  promote,
  pin,
  recheck,
  'keep-waiting': ofRun(keepWaiting),
  retire: retireGeneration,
  forget,
  integrate,
  'note-integration': noteIntegration,
};

/** Carries out one step and stores the facts it made. */
export async function runStep(step: Step, record: ReplicaRecord, context: StepContext): Promise<StepResult> {
  // The table has the handler of this very step; TypeScript can't tell that from the name alone.
  const handler = HANDLERS[step.do] as Handler<Step['do']>;
  return handler(record, step, context);
}

/** A handler of a step that takes the copy in the making further. */
function ofRun<S extends Step>(
  handler: (record: RunningRecord, step: S, context: StepContext) => Promise<StepResult>,
): (record: ReplicaRecord, step: S, context: StepContext) => Promise<StepResult> {
  return async (record, step, context) => {
    const { run } = record;
    if (run !== null) return handler({ ...record, run }, step, context);
    throw new ReplicationFailure(`The record of ${record.sourceProjectId} has no run.`, {
      class: 'bug',
      code: 'NO_RUN',
      hint: 'A step was planned for a run that is not there; please report this.',
    });
  };
}
