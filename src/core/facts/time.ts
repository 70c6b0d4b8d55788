/** Seconds from an ISO 8601 time to a later one; negative where it is not later. */
export function secondsBetween(earlier: string, later: Date): number {
  return (later.getTime() - Date.parse(earlier)) / 1_000;
}

/** Clocks of two machines differ by less. */
const LARGEST_SKEW_IN_SECONDS = 86_400;

/**
 * Seconds since something was last looked at or asked for. A time further ahead than clocks differ was stored by one
 * that was wrong: as long as anybody knows, it was never done.
 */
export function secondsSince(time: string, now: Date): number {
  const elapsed = secondsBetween(time, now);
  return elapsed < -LARGEST_SKEW_IN_SECONDS ? Infinity : elapsed;
}

/** Whole seconds since a time. Never negative: another machine's clock may be ahead of this one. */
export function ageInSeconds(time: string, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1_000));
}
