import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { isFailure } from '../../core/facts/failure.ts';
import { URI_NAMES } from '../../core/plan/integration.ts';
import type { Project, TrainingApi } from '../../core/facts/model.ts';
import type { Difference, ReplicaRecord, Run } from '../../core/facts/record.ts';
import { checkOurs } from './mark-and-rename.ts';
import type { StepContext } from '../context.ts';

/** What clears a URI is not documented: each is tried. */
const NOTHING = [null, ''] as const;

/**
 * Takes the primary's storage URIs off a copy that an import gave them to: what is trained on the copy would post to
 * the primary's queue. What can't be done about it is a difference, never a reason to do without the copy.
 */
export async function unlink(
  record: ReplicaRecord,
  run: Run,
  isLastTry: boolean,
  context: StepContext,
): Promise<ReplicaRecord> {
  const { deps, save } = context;
  const replicaProjectId = run.replicaProjectId ?? '';
  const { carried, differences } = await clearUris(replicaProjectId, record, isLastTry, context);
  if (carried || differences.length > 0) {
    const { sourceProjectId: projectId } = record;
    const cleared = differences.length === 0;
    deps.events.emit({ event: 'replica.unlinked', projectId, runId: run.runId, replicaProjectId, cleared });
  }
  const at = deps.clock.now().toISOString();
  return save({ ...record, run: { ...run, unlinked: { at, differences } } });
}

async function clearUris(
  replicaProjectId: string,
  record: ReplicaRecord,
  isLastTry: boolean,
  context: StepContext,
): Promise<{ carried: boolean; differences: Difference[] }> {
  const { target } = context.deps;
  const read = await readByAny(replicaProjectId, isLastTry, context);
  if (read.project === null) return { carried: false, differences: [unknown(read.failure)] };
  checkOurs(read.project, record, context);
  let { project } = read;
  // A version that shows none may be one that never shows any: they are then cleared unseen.
  const isShown = read.failure === null || carriesUris(project);
  if (isShown && !carriesUris(project)) return { carried: false, differences: [] };
  for (const api of target.storageApis) {
    for (const nothing of NOTHING) {
      const uris = { exportModelContainerUri: nothing, notificationQueueUri: nothing };
      try {
        await target.updateStorageUris(replicaProjectId, project, uris, api, context.signal);
        project = await target.getProject(replicaProjectId, context.signal, read.api);
      } catch (error) {
        if (!isEvidence(error, isLastTry, context.signal)) throw error;
      }
      if (isShown && !carriesUris(project)) return { carried: true, differences: [] };
    }
  }
  return { carried: isShown, differences: isShown ? leftOn(project) : [unknown(read.failure)] };
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
    try {
      return { project: await target.getProject(replicaProjectId, signal, api), api, failure };
    } catch (error) {
      if (!isEvidence(error, isLastTry, signal)) throw error;
      failure = error;
    }
  }
  // By no version at all: that is the resource's own business, and what follows would meet it too.
  if (failure?.class === 'auth' && !isLastTry) throw failure;
  return { project: null, failure };
}

/** What the service says no to stays so; what may pass is tried again a few times before it is left at that. */
function isEvidence(error: unknown, isLastTry: boolean, signal: AbortSignal): error is ReplicationFailure {
  if (signal.aborted || !isFailure(error)) return false;
  if (error.class === 'throttled') return false;
  return isLastTry || error.class === 'refused' || error.class === 'not-found' || error.class === 'auth';
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
