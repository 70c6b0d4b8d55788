import { tried, writeUris } from './write-uris.ts';
import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { URI_NAMES } from '../../core/plan/integration.ts';
import type { Project, TrainingApi } from '../../core/facts/model.ts';
import type { Difference, ReplicaRecord } from '../../core/facts/record.ts';
import { checkOurs } from './mark-and-rename.ts';
import type { RunningRecord, StepContext, StepResult } from '../context.ts';
import type { StepOf } from '../../core/plan/types.ts';

/** It is not documented which of these clears a URI, so each is tried. */
const NOTHING = [null, ''].map((nothing) => ({ exportModelContainerUri: nothing, notificationQueueUri: nothing }));

/**
 * Takes the primary's storage URIs off a copy that an import gave them to: what is trained on the copy would post to
 * the primary's queue. What can't be done about it is a difference, never a reason to do without the copy.
 */
export async function unlink(
  record: RunningRecord,
  { isLastTry }: StepOf<'unlink'>,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save } = context;
  const { run } = record;
  const replicaProjectId = run.replicaProjectId ?? '';
  const { carried, differences } = await clearUris(replicaProjectId, record, isLastTry, context);
  if (carried || differences.length > 0) {
    const { sourceProjectId: projectId } = record;
    const cleared = differences.length === 0;
    deps.events.emit({ event: 'replica.unlinked', projectId, runId: run.runId, replicaProjectId, cleared });
  }
  const at = deps.clock.now().toISOString();
  return { record: await save({ ...record, run: { ...run, unlinked: { at, differences } } }) };
}

async function clearUris(
  projectId: string,
  record: ReplicaRecord,
  isLastTry: boolean,
  context: StepContext,
): Promise<{ carried: boolean; differences: Difference[] }> {
  const { deps, signal } = context;
  const read = await readByAny(projectId, isLastTry, context);
  if (read.project === null) return { carried: false, differences: [unknown(read.failure)] };
  const { project, api: readBy } = read;
  checkOurs(project, record, context);
  // An API version that shows no URIs may never show any, so they are cleared without having been seen.
  const isShown = read.failure === null || carriesUris(project);
  if (isShown && !carriesUris(project)) return { carried: false, differences: [] };
  const isAnswer = (found: Project, by: TrainingApi): boolean => isShown && by === readBy && !carriesUris(found);
  const request = { project, readBy, spellings: NOTHING, isAnswer, goesOn: () => true };
  const { comparable, failure, isAnswered } = await writeUris(deps.target, request, signal);
  if (isAnswered) return { carried: true, differences: [] };
  if (failure !== null && !isEvidence(failure, isLastTry)) throw failure;
  return { carried: isShown, differences: isShown ? leftOn(comparable ?? project) : [unknown(read.failure)] };
}

type Read = { readonly failure: ReplicationFailure | null } & (
  { readonly project: Project; readonly api: TrainingApi } | { readonly project: null }
);

/** Reads the project by the first version that answers; `failure` is what a version before it answered. */
async function readByAny(
  replicaProjectId: string,
  isLastTry: boolean,
  { deps: { target }, signal }: StepContext,
): Promise<Read> {
  let failure: ReplicationFailure | null = null;
  for (const api of target.storageApis) {
    const read = await tried(() => target.getProject(replicaProjectId, signal, api), signal);
    if ('value' in read) return { project: read.value, api, failure };
    if (!isEvidence(read.failure, isLastTry)) throw read.failure;
    failure = read.failure;
  }
  // No version answers: that is no matter of API versions, and the steps that follow would fail in the same way.
  if (failure?.class === 'auth' && !isLastTry) throw failure;
  return { project: null, failure };
}

/** Whether a failure becomes a difference: a refusal at once, what may pass by itself only on the last try. */
function isEvidence({ class: failureClass }: ReplicationFailure, isLastTry: boolean): boolean {
  if (failureClass === 'throttled') return false;
  return isLastTry || failureClass === 'refused' || failureClass === 'not-found' || failureClass === 'auth';
}

function carriesUris({ settings }: Project): boolean {
  return URI_NAMES.some((name) => settings[name] !== null);
}

function leftOn({ settings }: Project): Difference[] {
  return URI_NAMES.flatMap((what) => {
    const found = settings[what];
    return found === null ? [] : [{ what, expected: 'none', found: found.replace(/\?.*$/s, '') }];
  });
}

function unknown(failure: ReplicationFailure | null): Difference {
  return { what: 'storage URIs', expected: 'none', found: `not known: ${failure?.message ?? 'no version shows them'}` };
}
