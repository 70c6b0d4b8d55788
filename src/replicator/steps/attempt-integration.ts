import { tried, writeUris } from './write-uris.ts';
import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { changedBesides, pointingElsewhere, rolesNeeded, showsBoth } from '../../core/plan/integration.ts';
import type { Project, TrainingApi } from '../../core/facts/model.ts';
import type { SourceIntegration } from '../../core/plan/types.ts';
import type { WantedUris } from '../../core/plan/policy.ts';
import type { Difference, Integration } from '../../core/facts/record.ts';
import type { Dependencies } from '../context.ts';

/** The outcome of an attempt. */
export type Attempt = Pick<Integration, 'state' | 'provenBy' | 'reason' | 'differences'>;

/** Whether the failure may be due to the API version, so that another one is worth a try. */
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
    return outcome('failed', `The queue and the container could not be found or made: ${inSentences(message, hint)}`);
  }
  const isAnswer = ({ settings }: Project): boolean =>
    showsBoth(settings, wanted) || pointingElsewhere(settings, wanted) !== null;
  const request = { project: before, readBy, spellings: [wanted], isAnswer, goesOn: isOfVersion };
  const { isAccepted, failure, comparable, shown } = await writeUris(source, request, signal);
  if (comparable === null || shown === null) return outcome('unproven', UNREADABLE);
  const differences = changedBesides(before, comparable);
  const refusal = failure === null ? null : explain(failure, source.host, wanted);
  const verdict = judge(shown, wanted, differences);
  if (verdict !== null) return verdict;
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
