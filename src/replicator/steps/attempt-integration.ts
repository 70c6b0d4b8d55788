import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { toFailure } from '../../core/facts/failure.ts';
import { changedBesides, pointingElsewhere, rolesNeeded, showsBoth } from '../../core/plan/integration.ts';
import type { Project, TrainingApi } from '../../core/facts/model.ts';
import type { SourceIntegration } from '../../core/plan/types.ts';
import type { WantedUris } from '../../core/plan/policy.ts';
import type { Difference, Integration } from '../../core/facts/record.ts';
import type { Dependencies } from '../context.ts';

/** What an attempt came to. */
export type Attempt = Pick<Integration, 'state' | 'provenBy' | 'reason' | 'differences'>;

/** An answer, or the failure in its place. Storage integration is an extra: what goes wrong there is told, not thrown. */
type Tried<T> = { readonly value: T } | { readonly failure: ReplicationFailure };

async function tried<T>(call: () => Promise<T>, signal: AbortSignal): Promise<Tried<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    // Without the lease nothing may be noted.
    signal.throwIfAborted();
    return { failure: toFailure(error) };
  }
}

/** Whether another version of the API may do what this one would not. */
function isOfVersion({ class: failureClass, code }: ReplicationFailure): boolean {
  return (failureClass === 'refused' || failureClass === 'not-found') && code !== 'BadRequestInvalidUri';
}

/** Reads the source project by the version that shows the storage URIs, else by the other one. */
export async function lookAtIntegration(
  { source }: Dependencies,
  projectId: string,
  signal: AbortSignal,
): Promise<SourceIntegration> {
  let problem = '';
  for (const api of source.storageApis) {
    const read = await tried(() => source.getProject(projectId, signal, api), signal);
    if ('value' in read) return { project: read.value, api };
    problem = `The storage URIs could not be read: ${inSentences(read.failure.message, read.failure.hint)}`;
    if (!isOfVersion(read.failure)) break;
  }
  return { problem };
}

/**
 * Writes both URIs, by one version of the API after the other, until one of them shows that they are there. What is not
 * theirs is sent as it was read.
 */
export async function attemptIntegration(
  before: Project,
  readBy: TrainingApi,
  wanted: WantedUris,
  { source, integrationStorage }: Dependencies,
  signal: AbortSignal,
): Promise<Attempt> {
  const ready = await tried(() => integrationStorage.ensure(signal), signal);
  if ('failure' in ready) {
    const { message, hint } = ready.failure;
    return outcome('failed', `The queue and the container can't be made sure of: ${inSentences(message, hint)}`);
  }
  let latest = before;
  let isAccepted = false;
  let refusal: string | null = null;
  let differences: Difference[] = [];
  for (const api of source.storageApis) {
    const written = await tried(() => source.updateStorageUris(before.id, latest, wanted, api, signal), signal);
    const refused = 'failure' in written ? written.failure : null;
    if (refused !== null) refusal = explain(refused, source.host, wanted);
    if (refused?.executed !== 'no') {
      isAccepted ||= refused === null;
      const after = await readAgain(before.id, readBy, wanted, source, signal);
      if (after === null) return outcome('unproven', UNREADABLE, differences);
      differences = changedBesides(before, after.comparable);
      const verdict = judge(after.shown, wanted, differences);
      if (verdict !== null) return verdict;
      latest = after.comparable;
    }
    if (refused !== null && !isOfVersion(refused)) break;
  }
  if (!isAccepted) return outcome('failed', refusal, differences);
  return outcome('unproven', inSentences(SILENT, refusal === null ? '' : `Besides: ${refusal}`), differences);
}

const UNREADABLE = 'Both URIs were sent, and the project could not be read again to see them.';
const SILENT =
  'Custom Vision took both URIs and does not show them; the ConnectionTest message that it sends then would prove them.';

function outcome(state: 'failed' | 'unproven', reason: string | null, differences: Difference[] = []): Attempt {
  return { state, provenBy: null, reason, differences };
}

/** Null where the project shows no storage URIs, or one of them only. */
function judge({ settings }: Project, wanted: WantedUris, differences: Difference[]): Attempt | null {
  if (showsBoth(settings, wanted)) return { state: 'integrated', provenBy: 'echo', reason: null, differences };
  const elsewhere = pointingElsewhere(settings, wanted);
  return elsewhere === null ? null : { state: 'elsewhere', provenBy: null, reason: elsewhere, differences };
}

function explain({ class: failureClass, message, hint }: ReplicationFailure, host: string, wanted: WantedUris): string {
  const roles = rolesNeeded(host, wanted);
  if (failureClass === 'refused') return inSentences(message, 'Most often a role is missing.', roles);
  if (failureClass !== 'auth') return inSentences(message, hint);
  return inSentences(
    message,
    'Either the app may not change the project, or Custom Vision may not write.',
    hint,
    roles,
  );
}

function inSentences(...parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(' ');
}

interface Reading {
  /** By the version that shows both URIs, where one does. */
  readonly shown: Project;
  /** By the same version as before the attempt. */
  readonly comparable: Project;
}

async function readAgain(
  projectId: string,
  readBy: TrainingApi,
  wanted: WantedUris,
  source: Dependencies['source'],
  signal: AbortSignal,
): Promise<Reading | null> {
  const comparable = await tried(() => source.getProject(projectId, signal, readBy), signal);
  if ('failure' in comparable) return null;
  if (showsBoth(comparable.value.settings, wanted)) return { shown: comparable.value, comparable: comparable.value };
  for (const api of source.storageApis.filter((other) => other !== readBy)) {
    const other = await tried(() => source.getProject(projectId, signal, api), signal);
    if ('value' in other && showsBoth(other.value.settings, wanted)) {
      return { shown: other.value, comparable: comparable.value };
    }
  }
  return { shown: comparable.value, comparable: comparable.value };
}
