import { z } from 'zod';
import type { ReplicationFailure } from './failure.ts';
import { secondsBetween, secondsSince } from './time.ts';

const time = z.iso.datetime();

/**
 * How a Custom Vision resource takes calls: it answers; it cannot be reached, or fails (5xx); it refuses the key or the role;
 * it asks to be called less; it takes no writes for now. `unknown` where nobody has asked it for too long.
 */
const resourceStateSchema = z.enum(['answers', 'unreachable', 'refuses', 'throttles', 'read-only', 'unknown']);

/** @internal */
export const resourceHealthSchema = z.object({
  state: resourceStateSchema,
  /** Since when it is in this state; null where it was never asked. */
  since: time.nullable(),
  /** When a call last had an answer that was no refusal of all calls. */
  lastAnsweredAt: time.nullable(),
  /** When it was last asked, whatever came of it. */
  lastAskedAt: time.nullable(),
  /** When a call last failed in a way that tells of the resource; absent where none has. */
  lastFailedAt: time.optional(),
  /** What the last call that failed so failed with; null where it answers. */
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});

/** What calls have shown of both resources, stored as `resources.json`. */
export const resourcesSchema = z.object({
  schemaVersion: z.literal(1),
  primary: resourceHealthSchema,
  secondary: resourceHealthSchema,
});

export type ResourceState = z.infer<typeof resourceStateSchema>;
export type ResourceHealth = z.infer<typeof resourceHealthSchema>;
export type Resources = z.infer<typeof resourcesSchema>;

/** The two resources, as settings and status name them. */
export const SIDES = ['primary', 'secondary'] as const;
export type Side = (typeof SIDES)[number];

export const NEVER_ASKED: ResourceHealth = {
  state: 'unknown',
  since: null,
  lastAnsweredAt: null,
  lastAskedAt: null,
  failure: null,
};

export function noResources(): Resources {
  return { schemaVersion: 1, primary: NEVER_ASKED, secondary: NEVER_ASKED };
}

/** How a call ended, after whatever attempts it took. */
export interface CallOutcome {
  readonly at: Date;
  /** When its first attempt began; absent where that was just before it ended. */
  readonly startedAt?: Date;
  /** Whether it was about the resource as a whole (the list of all projects), not about one thing in it. */
  readonly isOfAll?: boolean;
  /** Whether it was to change something. */
  readonly isWrite?: boolean;
  /** Null where the service did what it was asked. */
  readonly failure: Pick<ReplicationFailure, 'class' | 'code' | 'message' | 'hint' | 'status' | 'executed'> | null;
}

/** What fails about one thing so soon after an answer is that thing's fault, not the resource's. */
const STILL_ANSWERS_IN_SECONDS = 60;

/** So long after a write was refused as read-only, a read that is answered ends that state: nobody may write by then. */
const READ_ONLY_FOR_IN_SECONDS = 3_600;

/**
 * What one more call shows. The latest evidence counts, except where a call about one thing fails beside others that are
 * answered, or just after them: it may have been tried for long, and then ends last.
 */
export function afterCall(before: ResourceHealth, outcome: CallOutcome): ResourceHealth {
  const state = stateAfter(outcome.failure);
  if (state === null) return before;
  const lastAskedAt = outcome.at.toISOString();
  const { failure, startedAt = outcome.at } = outcome;
  if (state === 'answers') {
    const answered = { ...before, lastAnsweredAt: lastAskedAt, lastAskedAt };
    if (before.state === 'read-only' && !endsReadOnly(before, outcome)) return answered;
    return { ...answered, state, since: before.state === state ? before.since : lastAskedAt, failure: null };
  }
  const isOfOneThing = !isOfAllCalls(outcome) && answersAt(before, startedAt);
  if (isOfOneThing || failure === null) return { ...before, lastAskedAt };
  const { code, message, hint } = failure;
  const since = before.state === state ? before.since : lastAskedAt;
  const { lastAnsweredAt } = before;
  return { state, since, lastAnsweredAt, lastAskedAt, lastFailedAt: lastAskedAt, failure: { code, message, hint } };
}

/** That nothing was found, or that a request is wrong, is an answer. Null where the call says nothing of the resource. */
function stateAfter(failure: CallOutcome['failure']): ResourceState | null {
  if (failure === null) return 'answers';
  if (isReadOnly(failure)) return 'read-only';
  switch (failure.class) {
    case 'transient':
      // JSON that makes no sense is the service's own; a page that is no JSON may be anybody's.
      return failure.code === 'UNREADABLE_ANSWER' ? 'answers' : 'unreachable';
    case 'throttled':
      return 'throttles';
    case 'auth':
      return 'refuses';
    case 'bug':
      // It was never sent.
      return null;
    default:
      return 'answers';
  }
}

function isReadOnly({ code }: NonNullable<CallOutcome['failure']>): boolean {
  return code === 'ForbiddenDRModeEnabled';
}

/** Reads are answered in that mode too: only a write, or time, shows that it is over. */
function endsReadOnly({ lastFailedAt }: ResourceHealth, { isWrite = false, failure, at }: CallOutcome): boolean {
  if (isWrite && failure === null) return true;
  return lastFailedAt === undefined || secondsBetween(lastFailedAt, at) > READ_ONLY_FOR_IN_SECONDS;
}

/** A connection, a name, a key or a token that is not to be had is not to be had for any other call either. */
function isOfAllCalls({ isOfAll = false, failure }: CallOutcome): boolean {
  if (isOfAll || failure === null || isReadOnly(failure) || failure.status === 401) return true;
  return failure.status === null && failure.executed === 'no' && failure.class !== 'throttled';
}

function answersAt({ lastAnsweredAt }: ResourceHealth, startedAt: Date): boolean {
  return lastAnsweredAt !== null && secondsSince(lastAnsweredAt, startedAt) < STILL_ANSWERS_IN_SECONDS;
}

/**
 * What two hosts know of one resource: what was seen last, of both. A state that both have seen began when the first saw it,
 * unless either has seen another one in between.
 */
export function latest(one: ResourceHealth, other: ResourceHealth): ResourceHealth {
  const [older, newer] = (one.lastAskedAt ?? '') <= (other.lastAskedAt ?? '') ? [one, other] : [other, one];
  const lastFailedAt = later(older.lastFailedAt ?? null, newer.lastFailedAt ?? null);
  const merged = {
    ...newer,
    lastAnsweredAt: later(older.lastAnsweredAt, newer.lastAnsweredAt),
    ...(lastFailedAt !== null && { lastFailedAt }),
  };
  return { ...merged, since: sinceOf(older, merged) };
}

function sinceOf(older: ResourceHealth, newer: ResourceHealth): string | null {
  if (older.since === null || newer.since === null) return newer.since;
  if (older.state !== newer.state) return later(newer.since, older.lastAskedAt);
  const [first, second] = older.since <= newer.since ? [older.since, newer.since] : [newer.since, older.since];
  const ended = endOf(newer);
  return ended !== null && ended > first && ended <= second ? second : first;
}

/** When a call last showed another state than this one; null where that can't be told. */
function endOf({ state, lastFailedAt, lastAnsweredAt }: ResourceHealth): string | null {
  if (state === 'answers') return lastFailedAt ?? null;
  return state === 'read-only' ? null : lastAnsweredAt;
}

function later(one: string | null, other: string | null): string | null {
  return (one ?? '') >= (other ?? '') ? one : other;
}

/** Whether so much is new that it should be stored: another state, or a look or an answer that is newer by a minute. */
export function isNews(stored: ResourceHealth, seen: ResourceHealth): boolean {
  if (seen.lastAskedAt === null) return false;
  if (stored.state !== seen.state || stored.failure?.code !== seen.failure?.code) return true;
  return isMuchNewer(seen.lastAskedAt, stored.lastAskedAt) || isMuchNewer(seen.lastAnsweredAt, stored.lastAnsweredAt);
}

const STORE_EVERY_IN_SECONDS = 60;

function isMuchNewer(time: string | null, than: string | null): boolean {
  if (time === null || than === null) return time !== than && time !== null;
  return secondsBetween(than, new Date(time)) > STORE_EVERY_IN_SECONDS;
}

/**
 * The same as of now.
 *
 * @param isLate whether it was last asked so long ago that it should have been asked since: what was seen then says nothing
 * any more
 */
export function asOf(health: ResourceHealth, isLate: boolean): ResourceHealth {
  return isLate ? { ...health, state: 'unknown', since: health.lastAskedAt } : health;
}
