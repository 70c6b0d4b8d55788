import { mask as maskByShape, maskedError, type Mask } from '../../masking.ts';

/**
 * What goes wrong, by who acts and when. How often each is tried before a person is asked is in `backoff.ts`.
 *
 * | class          | example                            | who acts                                         |
 * | -------------- | ---------------------------------- | ------------------------------------------------ |
 * | transient      | 500, connection reset, timeout     | we, after a growing delay                        |
 * | throttled      | 429                                | we, not before the service asked                 |
 * | wait           | training now, DR mode              | we, when the service is done                     |
 * | quota          | the secondary is full              | we look again; a person if no room is made       |
 * | auth           | 401, 403                           | a person: a key or a role                        |
 * | partial-import | import ended `Failed`, images lack | we discard the copy and import again             |
 * | diverged       | somebody changed a replica         | a person                                         |
 * | not-found      | 404                                | whoever asked: it may be the answer; else as refused |
 * | refused        | 400, 409: the service says no      | we, slowly; a person if it stays                 |
 * | conflict       | a record was written by another    | the message is delivered again                   |
 * | bug            | anything that was not foreseen     | we, slowly; a developer if it stays              |
 * @internal
 */
export const FAILURE_CLASSES = [
  'transient',
  'throttled',
  'wait',
  'quota',
  'auth',
  'partial-import',
  'diverged',
  'not-found',
  'refused',
  'conflict',
  'bug',
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];

/**
 * Whether the request that failed took effect: `no` where that is certain (it never left, or the service refused
 * it), else `unknown`.
 */
export type Executed = 'no' | 'unknown';

export interface FailureDetails {
  readonly class: FailureClass;
  /** Stable and upper case, e.g. `IMPORT_FAILED`, or the service's own code, e.g. `BadRequestInvalidImportToken`. */
  readonly code: string;
  /** What to do about it, for the person who reads it at night. */
  readonly hint: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** The service asked not to be called again before this many seconds. */
  readonly retryAfterInSeconds?: number;
  readonly executed?: Executed;
  /** By which the service's support finds the request, as the answer's headers gave it. */
  readonly requestId?: string | null;
  /** Only its masked texts are kept. */
  readonly cause?: unknown;
  /** Knows the secrets of the request. Without one, secrets are found by their names and shapes. */
  readonly mask?: Mask;
}

/** As services write request ids; whatever else stands in such a header is not passed on. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * The one error type of this project: whoever catches it acts by its class. It is stored, logged and shown, so that
 * every text of it is masked here, whatever it is made of.
 */
export class ReplicationFailure extends Error {
  readonly class: FailureClass;
  readonly code: string;
  readonly hint: string;
  readonly status: number | null;
  readonly retryAfterInSeconds: number | null;
  readonly executed: Executed;
  readonly requestId: string | null;

  constructor(message: string, details: FailureDetails) {
    const { cause, mask = maskByShape } = details;
    super(mask(message), cause === undefined ? undefined : { cause: causeInWords(cause, mask) });
    this.name = 'ReplicationFailure';
    this.class = details.class;
    this.code = mask(details.code);
    this.hint = mask(details.hint);
    this.status = details.status ?? null;
    this.retryAfterInSeconds = details.retryAfterInSeconds ?? null;
    this.executed = details.executed ?? 'unknown';
    const requestId = mask(details.requestId ?? '');
    this.requestId = REQUEST_ID.test(requestId) ? requestId : null;
  }
}

/** A ReplicationFailure was masked when it was made; any other error is masked now. */
function causeInWords(cause: unknown, mask: Mask): Error {
  return cause instanceof ReplicationFailure ? cause : maskedError(cause, mask);
}

export function isFailure(error: unknown, failureClass?: FailureClass): error is ReplicationFailure {
  return error instanceof ReplicationFailure && (failureClass === undefined || error.class === failureClass);
}

/** Any thrown value as a failure; what was not foreseen is a bug, and says so. */
export function toFailure(error: unknown): ReplicationFailure {
  if (error instanceof ReplicationFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ReplicationFailure(message, {
    class: 'bug',
    code: 'UNEXPECTED',
    hint: 'This was not foreseen. Please report it with the log line; the project is tried again with a growing delay.',
    cause: error,
  });
}

/** Whether a refusal is known to be about how many projects a resource may hold, and about nothing else. */
export function isAboutSlots(code: string): boolean {
  return code === 'NO_FREE_SLOT' || code === 'BadRequestExceedProjectLimit';
}

/** True for what no later attempt heals, from the first on: a person has to change something. */
export function needsPerson(failureClass: FailureClass): boolean {
  return failureClass === 'auth' || failureClass === 'diverged';
}
