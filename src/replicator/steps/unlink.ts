import { tried, writeUris } from './write-uris.ts';
import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { URI_NAMES } from '../../core/plan/integration.ts';
import type { Project, TrainingApi } from '../../core/facts/model.ts';
import type { Difference, ReplicaRecord } from '../../core/facts/record.ts';
import { checkOurs } from './mark-and-rename.ts';
import type { RunningRecord, StepContext, StepResult } from '../context.ts';
import type { StepOf } from '../../core/plan/types.ts';

/** What clears a URI is not documented: each is tried. */
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
  // A version that shows none may be one that never shows any: they are then cleared unseen.
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

/** By the likeliest version that answers; the failure is what a likelier one gave instead. */
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
  // By no version at all: that is the resource's own business, and what follows would meet it too.
  if (failure?.class === 'auth' && !isLastTry) throw failure;
  return { project: null, failure };
}

/** What the service says no to stays so; what may pass is tried again a few times before it is left at that. */
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
