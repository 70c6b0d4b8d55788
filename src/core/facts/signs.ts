import { z } from 'zod';

const time = z.iso.datetime();

/** The message that was first in a queue, as it was seen at one look after the other: nobody has taken it meanwhile. */
const waitingSchema = z.object({
  messageId: z.string(),
  /** How often it had been taken. */
  dequeueCount: z.number().int().nonnegative(),
  firstSeenAt: time,
  lastSeenAt: time,
});

/** Why a queue could be neither looked at nor made. */
const queueFailureSchema = z.object({ code: z.string(), message: z.string(), hint: z.string(), since: time });

const queueLookSchema = z.object({
  queue: z.string(),
  /** Null where no message could be taken. */
  waiting: waitingSchema.nullable(),
  failure: queueFailureSchema.nullable(),
});

/** When functions last ran, and what waits for them; stored as `signs.json`. Both by the name of the function. */
export const signsSchema = z.object({
  schemaVersion: z.literal(1),
  /** Since when signs are kept. */
  since: time,
  ranAt: z.record(z.string(), time),
  queues: z.record(z.string(), queueLookSchema),
});

export type Signs = z.infer<typeof signsSchema>;
export type QueueLook = z.infer<typeof queueLookSchema>;

/** A message that a function could take now. */
export interface VisibleMessage {
  readonly messageId: string;
  readonly dequeueCount: number;
}

/** What one look at a queue found: the first messages in it, or why it could not be looked at. */
export type QueueFound =
  | { readonly messages: readonly VisibleMessage[] }
  | { readonly failure: Omit<z.infer<typeof queueFailureSchema>, 'since'> };

export function newSigns(now: Date): Signs {
  return { schemaVersion: 1, since: now.toISOString(), ranAt: {}, queues: {} };
}

/** A function runs now. */
export function withSign(signs: Signs, functionName: string, now: Date): Signs {
  return { ...signs, ranAt: { ...signs.ranAt, [functionName]: now.toISOString() } };
}

/** A queue of which there is nothing to say. */
const QUIET: Omit<QueueLook, 'queue'> = { waiting: null, failure: null };

function isQuiet({ waiting, failure }: Omit<QueueLook, 'queue'>): boolean {
  return waiting === null && failure === null;
}

/**
 * A function's queue was looked at now. What was seen to wait counts on only where looks followed each other as they should:
 * in a longer gap the app did not run, and a function that starts with it has had no time yet.
 *
 * @param nextLookBy when, after a look at that time, the next one should have been at the latest
 */
export function withLook(
  signs: Signs,
  { functionName, queue }: { readonly functionName: string; readonly queue: string },
  found: QueueFound,
  now: Date,
  nextLookBy: (lookedAt: Date) => Date,
): Signs {
  const stored = signs.queues[functionName];
  const last = stored?.queue === queue ? stored : { queue, ...QUIET };
  const { waiting } = last;
  const isGap = waiting !== null && now > nextLookBy(new Date(waiting.lastSeenAt));
  const look = lookOf(isGap ? { ...last, waiting: null } : last, found, now.toISOString());
  // Nothing is written where nothing happens.
  if (isQuiet(look) && isQuiet(stored ?? QUIET)) return signs;
  return { ...signs, queues: { ...signs.queues, [functionName]: look } };
}

function lookOf({ queue, waiting, failure }: QueueLook, found: QueueFound, at: string): QueueLook {
  // What was known to wait may wait still: a look that failed says nothing of it.
  if ('failure' in found) return { queue, waiting, failure: { ...found.failure, since: failure?.since ?? at } };
  const isStill = ({ messageId, dequeueCount }: VisibleMessage): boolean =>
    messageId === waiting?.messageId && dequeueCount === waiting.dequeueCount;
  if (waiting !== null && found.messages.some(isStill)) {
    return { queue, waiting: { ...waiting, lastSeenAt: at }, failure: null };
  }
  const [first] = found.messages;
  return { queue, waiting: first ? { ...first, firstSeenAt: at, lastSeenAt: at } : null, failure: null };
}
