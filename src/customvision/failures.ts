import { z } from 'zod';
import { ReplicationFailure, type Executed, type FailureClass } from '../core/facts/failure.ts';
import type { Hold } from '../core/facts/hold.ts';
import { secondsBetween } from '../core/facts/time.ts';
import { createMask, type Mask } from '../masking.ts';
import { classify, executedAfter } from './classify.ts';
import { readErrorBody } from './error-body.ts';
import { hintFor } from './hints.ts';
import type { Operation } from './operations.ts';
import { readRetryAfter } from './retry-after.ts';

/** How many characters of an answer a message quotes. */
const QUOTED_CHARACTERS = 300;

/** Where a failure happened. */
export interface Site {
  readonly operation: Operation;
  /** The resource's host name. */
  readonly host: string;
  /** What must not appear in a message, however it is written. */
  readonly secrets: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly requestId: string | null;
  readonly text: string;
}

/** The part of an answer that a failure is traced by. */
type Traced = Pick<Answer, 'status' | 'requestId'>;

function named({ operation, host }: Site): string {
  return `${operation.name} (${operation.method}) on ${host}`;
}

/** Masked before it is cut: half a secret would no longer be recognised as one. */
function quote(text: string, mask: Mask): string {
  const clean = mask(text);
  return clean.length <= QUOTED_CHARACTERS ? clean : `${clean.slice(0, QUOTED_CHARACTERS)}…`;
}

/** An answer whose status is not a success. */
export function answerFailure(answer: Answer, site: Site, now: Date): ReplicationFailure {
  const { status, requestId } = answer;
  const mask = createMask(site.secrets);
  const body = readErrorBody(answer.text);
  const statusCode = `HTTP_${status}`;
  const failureClass = classify(status, body.code, body.message);
  const retryAfter = readRetryAfter(answer.retryAfter, body.message, now);
  const says = body.message === '' ? ', without a word' : `: ${quote(body.message, mask)}`;
  const withCode = body.code === null ? `${status}` : `${status} ${body.code}`;
  return new ReplicationFailure(`${named(site)} was answered with ${withCode}${says}`, {
    class: failureClass,
    code: body.code ?? statusCode,
    hint: hintFor(failureClass, codesFor(failureClass, body.code, statusCode), site.host),
    status,
    executed: executedAfter(status),
    requestId,
    mask,
    ...(retryAfter === null ? {} : { retryAfterInSeconds: retryAfter }),
  });
}

/** A call that was not sent, because the resource asked to wait. */
export function heldFailure(hold: Hold, site: Site, now: Date): ReplicationFailure {
  const { since, until, code, message } = hold;
  const words = `at ${since} the resource asked for no such call before ${until}: ${message}`;
  return new ReplicationFailure(`${named(site)} was not sent: ${words}`, {
    class: 'throttled',
    code,
    hint: hintFor('throttled', [], site.host),
    executed: 'no',
    retryAfterInSeconds: -secondsBetween(until, now),
  });
}

/** What a hint may go by: a status that says something else than the answer's words do is left out. */
function codesFor(failureClass: FailureClass, code: string | null, statusCode: string): string[] {
  if (failureClass === 'throttled') return [];
  return code === null ? [statusCode] : [code, statusCode];
}

/** A success that cannot be used: not JSON, cut short or too long. What was asked may be done. */
export function badAnswer(problem: string, site: Site, answer?: Traced): ReplicationFailure {
  return answered('BAD_ANSWER', problem, site, answer);
}

/** A success in JSON of another shape: the service shows something that can't be worked with. */
export function unreadable(problem: string, site: Site, answer?: Traced): ReplicationFailure {
  return answered('UNREADABLE_ANSWER', `its JSON is of another shape: ${problem}`, site, answer);
}

function answered(code: string, problem: string, site: Site, answer?: Traced): ReplicationFailure {
  const mask = createMask(site.secrets);
  return new ReplicationFailure(`${named(site)} was answered, but ${quote(problem, mask)}`, {
    class: 'transient',
    code,
    hint: hintFor('transient', [code], site.host),
    mask,
    ...(answer === undefined ? {} : { status: answer.status, requestId: answer.requestId }),
  });
}

export function deadlineFailure(deadlineInMs: number, executed: Executed, site: Site): ReplicationFailure {
  return new ReplicationFailure(`${named(site)} was not answered within ${deadlineInMs / 1000} s`, {
    class: 'transient',
    code: 'DEADLINE',
    hint: hintFor('transient', ['DEADLINE'], site.host),
    executed,
  });
}

/** The connection could not be made, or broke. */
export function networkFailure(error: unknown, executed: Executed, site: Site): ReplicationFailure {
  const mask = createMask(site.secrets);
  const cause = plainCause(error, mask);
  const phase = executed === 'no' ? 'could not connect' : 'lost the connection';
  return new ReplicationFailure(`${named(site)} ${phase}: ${cause.message}`, {
    class: 'transient',
    code: 'NETWORK',
    hint: hintFor('transient', ['NETWORK'], site.host),
    executed,
    cause,
    mask,
  });
}

/** There was no Entra ID token, so nothing was sent. */
export function tokenFailure(error: unknown, site: Site): ReplicationFailure {
  const mask = createMask(site.secrets);
  const cause = plainCause(error, mask);
  return new ReplicationFailure(`${named(site)} was not sent, because there was no access token: ${cause.message}`, {
    class: 'auth',
    code: 'TOKEN_UNAVAILABLE',
    hint: hintFor('auth', ['TOKEN_UNAVAILABLE'], site.host),
    executed: 'no',
    cause,
    mask,
  });
}

/** The HTTP stack refused to send the request: most often the key has a line break in it. */
export function unsendable(error: unknown, site: Site): ReplicationFailure {
  const mask = createMask(site.secrets);
  const cause = plainCause(error, mask);
  return new ReplicationFailure(`${named(site)} cannot be sent: ${cause.message}`, {
    class: 'auth',
    code: 'UNSENDABLE',
    hint: hintFor('auth', ['UNSENDABLE'], site.host),
    executed: 'no',
    cause,
    mask,
  });
}

/** An id that is not a GUID, or another argument that the service would misread. */
export function badArgument(problem: string, { name, method }: Operation, host: string): ReplicationFailure {
  return new ReplicationFailure(`${name} (${method}) on ${host} was not sent: ${problem}`, {
    class: 'bug',
    code: 'BAD_ARGUMENT',
    hint: hintFor('bug', [], host),
    executed: 'no',
  });
}

const errorSchema = z.object({
  name: z.string().catch('Error'),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
});

/** The cause in words alone: errors of the HTTP stack may carry bytes of an answer, and those may be secret. */
function plainCause(error: unknown, mask: Mask): Error {
  const read = errorSchema.safeParse(error);
  if (!read.success) return new Error(quote(String(error), mask));
  const { name, message, code = name } = read.data;
  const words = quote(message, mask);
  return new Error(words === '' || words.includes(code) ? words || code : `${code}: ${words}`);
}
