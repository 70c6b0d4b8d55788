import { z } from 'zod';
import { ReplicationFailure, type FailureDetails } from '../core/facts/failure.ts';
import { createMask } from '../masking.ts';

/** What is read of an error of the Azure SDK; its request and response carry credentials and are not kept. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly statusCode: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | null;
  /** What the request carried and the service may repeat: signatures, its own and that of a blob to copy. */
  readonly secrets: readonly string[];
}

interface Headers {
  get(name: string): string | undefined;
}
const headersSchema = z.custom<Headers>(
  (value) => typeof value === 'object' && value !== null && typeof (value as { get?: unknown }).get === 'function',
);
const exchangeSchema = z.object({
  request: z.object({ url: z.string(), headers: headersSchema }).optional().catch(undefined),
  response: z.object({ headers: headersSchema }).optional().catch(undefined),
});

/** Request headers that hold a credential: of the caller, or for a blob that is copied. */
const SECRET_HEADERS = ['authorization', 'x-ms-copy-source', 'x-ms-copy-source-authorization'];

/** Another writer was first: the blob exists already, or is no longer the version that was read. */
const CONFLICT_CODES = new Set(['BlobAlreadyExists', 'ConditionNotMet', 'TargetConditionNotMet']);

const HEALS_BY_ITSELF =
  'It is tried again by itself. If it stays so, check that the storage settings name an account that is there.';
const CHECK_ACCESS =
  "Check the storage setting. With an identity, the app's needs the roles Storage Blob Data Contributor and Storage " +
  "Queue Data Contributor on the account; with a connection string, its key has to be current and the account's " +
  'network rules have to let the app in.';

function readError(error: unknown): SdkError {
  if (!(error instanceof Error)) {
    return {
      ...{ name: '', message: String(error), statusCode: undefined, code: undefined, requestId: null, secrets: [] },
    };
  }
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  const { request, response } = exchangeSchema.parse(error);
  const headers = SECRET_HEADERS.flatMap((name) => request?.headers.get(name) ?? []);
  return {
    name: error.name,
    // The service puts its request id and the time on lines of their own.
    message: error.message.split('\n', 1)[0] ?? '',
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
    code: typeof code === 'string' ? code : undefined,
    requestId: response?.headers.get('x-ms-request-id') ?? null,
    secrets: [
      ...headers.flatMap((value) => [value, value.replace(/^\w+ (?:\w+:)?/, '')]),
      ...signaturesIn(request?.url),
    ],
  };
}

function signaturesIn(url: string | undefined): string[] {
  const signature = url === undefined || !URL.canParse(url) ? null : new URL(url).searchParams.get('sig');
  // `searchParams` reads a plus sign as a space; in a signature it is a plus sign.
  return signature === null ? [] : [signature.replaceAll(' ', '+')];
}

/** True where the service answered with one of these codes, e.g. `BlobNotFound`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const { code } = readError(error);
  return code !== undefined && codes.includes(code);
}

/** What a container answers that lets nothing be written twice, or deleted: it has a retention policy or a legal hold. */
export const IMMUTABLE_CODES: ReadonlySet<string> = new Set([
  'BlobImmutableDueToPolicy',
  'BlobImmutableDueToLegalHold',
]);

export function isImmutable(error: unknown): boolean {
  return IMMUTABLE_CODES.has(readError(error).code ?? '');
}

export function isConflict(error: unknown): boolean {
  const { code } = readError(error);
  return code !== undefined && CONFLICT_CODES.has(code);
}

const BROKEN_OFF = /^Data corruption failure: received less data than required/;

type Kind = Pick<FailureDetails, 'class' | 'code' | 'hint'>;

function kindOf({ name, message, statusCode: status, code }: SdkError): Kind {
  if (/Authentication|CredentialUnavailable/.test(name)) {
    return { class: 'auth', code: 'STORAGE_NO_TOKEN', hint: `No token for Azure Storage. ${CHECK_ACCESS}` };
  }
  if (status === undefined) {
    // A connection that broke has a code such as ECONNRESET, one that fell silent too. Where that happens in the middle of
    // a blob's content, and again after it was resumed, the SDK says only how far it came.
    const isOutage = code !== undefined || name === 'AbortError' || name === 'RestError' || BROKEN_OFF.test(message);
    if (!isOutage) {
      return { class: 'bug', code: 'UNEXPECTED', hint: 'This was not foreseen. Please report it with the log line.' };
    }
    return { class: 'transient', code: 'STORAGE_UNREACHABLE', hint: HEALS_BY_ITSELF };
  }
  const named = code ?? `STORAGE_${status}`;
  if (status === 401 || status === 403) return { class: 'auth', code: named, hint: CHECK_ACCESS };
  if (status === 429 || code === 'ServerBusy') return { class: 'throttled', code: named, hint: HEALS_BY_ITSELF };
  if (status >= 500 || status === 408 || code?.endsWith('BeingDeleted') === true) {
    return { class: 'transient', code: named, hint: HEALS_BY_ITSELF };
  }
  if (status === 404) {
    return { class: 'not-found', code: named, hint: 'It may have been deleted; the next attempt makes it anew.' };
  }
  return {
    class: 'refused',
    code: named,
    hint: 'Azure Storage does not accept this request: check that the setting names a general-purpose account.',
  };
}

/**
 * A failure of the Azure SDK as one of ours.
 *
 * @param doing what was tried, e.g. `Writing the blob sweep.json`
 */
export function toStorageFailure(error: unknown, doing: string): ReplicationFailure {
  if (error instanceof ReplicationFailure) return error;
  const read = readError(error);
  const answer = read.statusCode === undefined ? '' : ` with ${read.statusCode} ${read.code ?? ''}`.trimEnd();
  return new ReplicationFailure(`${doing} failed${answer}: ${read.message}`, {
    ...kindOf(read),
    requestId: read.requestId,
    mask: createMask(read.secrets),
    ...(read.statusCode === undefined ? {} : { status: read.statusCode }),
    cause: error,
  });
}

/** Runs one operation; what it throws becomes a failure, save that an aborted one throws the reason for the abort. */
export async function asStorageFailure<T>(
  doing: string,
  operation: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    signal?.throwIfAborted();
    throw toStorageFailure(error, doing);
  }
}
