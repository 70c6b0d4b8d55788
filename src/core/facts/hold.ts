import { z } from 'zod';
import { secondsBetween } from './time.ts';

const time = z.iso.datetime();

const holdSchema = z.object({
  /** Which resource asked for it. */
  host: z.string(),
  /** The one operation that is held; null where no call at all is to be made. */
  operation: z.string().nullable(),
  since: time,
  /** No call before this. */
  until: time,
  /** What the service said. */
  code: z.string(),
  message: z.string(),
});

/** What the two resources have asked to wait for, stored as `holds.json`: whoever calls them next waits, whichever instance it is. */
export const holdsSchema = z.object({ schemaVersion: z.literal(1), holds: z.array(holdSchema) });

export type Hold = z.infer<typeof holdSchema>;
export type Holds = z.infer<typeof holdsSchema>;

/** The longest period that a quota of calls is counted by is a month; a hold for longer was stored by a wrong clock. */
const LONGEST_HOLD_IN_SECONDS = 35 * 86_400;

/** Whether a hold is in force. */
function isInForce({ until }: Hold, now: Date): boolean {
  const leftInSeconds = -secondsBetween(until, now);
  return leftInSeconds > 0 && leftInSeconds <= LONGEST_HOLD_IN_SECONDS;
}

/** Those in force, with one more, which takes the place of an earlier one on the same. */
export function withHold(holds: readonly Hold[], added: Hold, now: Date): Holds {
  const others = holds.filter(
    (hold) => isInForce(hold, now) && !(hold.host === added.host && hold.operation === added.operation),
  );
  return { schemaVersion: 1, holds: [...others, added] };
}

/** The hold that keeps an operation from being called; null where it may be. */
export function holdOn(holds: readonly Hold[], host: string, operation: string, now: Date): Hold | null {
  const held = holds.filter(
    (hold) => hold.host === host && (hold.operation === null || hold.operation === operation) && isInForce(hold, now),
  );
  return held.toSorted((one, other) => (one.until < other.until ? 1 : -1))[0] ?? null;
}
