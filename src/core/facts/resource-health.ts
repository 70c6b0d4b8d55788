import { z } from 'zod';
import type { ReplicationFailure } from './failure.ts';
import { secondsSince } from './time.ts';

const time = z.iso.datetime();

/**
 * How a Custom Vision resource takes calls: it answers; it cannot be reached, or fails (5xx); it refuses the key or the role;
 * it asks to be called less; it takes no writes for now. `unknown` where nobody has asked it for too long.
 */
const resourceStateSchema = z.enum(['answers', 'unreachable', 'refuses', 'throttles', 'read-only', 'unknown']);

const resourceHealthSchema = z.object({
  state: resourceStateSchema,
  /** Since when it is in this state; null where it was never asked. */
  since: time.nullable(),
  /** When a call last had an answer that was no refusal of all calls. */
  lastAnsweredAt: time.nullable(),
  /** When it was last asked, whatever came of it. */
  lastAskedAt: time.nullable(),
  /** What the last call that failed so failed with; null where it answers. */
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});

/** What calls have shown of both resources, stored as `resources.json`. */
export const resourcesSchema = z.object({
  schemaVersion: z.literal(1),
  primary: resourceHealthSchema,
  secondary: resourceHealthSchema,
});

type ResourceState = z.infer<typeof resourceStateSchema>;
export type ResourceHealth = z.infer<typeof resourceHealthSchema>;
export type Resources = z.infer<typeof resourcesSchema>;

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

/** How a call ended, retries included. */
export interface CallOutcome {
  readonly at: Date;
  /** Null where the service did what it was asked. */
  readonly failure: Pick<ReplicationFailure, 'class' | 'code' | 'message' | 'hint'> | null;
}

/** One operation that fails among others that are answered is that operation's fault, not the resource's. */
const STILL_ANSWERS_IN_SECONDS = 30;

/** What one more call shows. */
export function afterCall(before: ResourceHealth, { at, failure }: CallOutcome): ResourceHealth {
  const lastAskedAt = at.toISOString();
  const state = failure === null ? 'answers' : stateAfter(failure);
  if (state === 'answers') {
    const since = before.state === state ? before.since : lastAskedAt;
    return { state, since, lastAnsweredAt: lastAskedAt, lastAskedAt, failure: null };
  }
  const { lastAnsweredAt } = before;
  const answeredJustNow = lastAnsweredAt !== null && secondsSince(lastAnsweredAt, at) < STILL_ANSWERS_IN_SECONDS;
  if (answeredJustNow || failure === null) return { ...before, lastAskedAt };
  const { code, message, hint } = failure;
  const since = before.state === state ? before.since : lastAskedAt;
  return { state, since, lastAnsweredAt, lastAskedAt, failure: { code, message, hint } };
}

/** That nothing was found, or that a request is wrong, is an answer. */
function stateAfter(failure: NonNullable<CallOutcome['failure']>): ResourceState {
  if (/DRMode/i.test(failure.code) || failure.code === 'DR_MODE') return 'read-only';
  switch (failure.class) {
    case 'transient':
      return 'unreachable';
    case 'throttled':
      return 'throttles';
    case 'auth':
      return 'refuses';
    default:
      return 'answers';
  }
}

/** What two hosts know of one resource: what was seen last, of both. */
export function latest(one: ResourceHealth, other: ResourceHealth): ResourceHealth {
  const [older, newer] = (one.lastAskedAt ?? '') <= (other.lastAskedAt ?? '') ? [one, other] : [other, one];
  const since = older.state === newer.state ? earlier(older.since, newer.since) : newer.since;
  const answers = [older.lastAnsweredAt, newer.lastAnsweredAt].filter((at) => at !== null).sort();
  return { ...newer, since, lastAnsweredAt: answers.at(-1) ?? null };
}

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

/** Whether so much is new that it should be stored: another state, or a look that is newer by more than a minute. */
export function isNews(stored: ResourceHealth, seen: ResourceHealth): boolean {
  if (seen.lastAskedAt === null) return false;
  if (stored.state !== seen.state || stored.lastAskedAt === null) return true;
  return secondsSince(stored.lastAskedAt, new Date(seen.lastAskedAt)) > STORE_EVERY_IN_SECONDS;
}

const STORE_EVERY_IN_SECONDS = 60;

/**
 * The same as of now.
 *
 * @param isLate whether it was last asked so long ago that it should have been asked since: what was seen then says nothing
 * any more
 */
export function asOf(health: ResourceHealth, isLate: boolean): ResourceHealth {
  return isLate ? { ...health, state: 'unknown', since: health.lastAskedAt } : health;
}
