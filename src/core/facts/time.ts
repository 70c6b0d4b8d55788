/** Seconds from an ISO 8601 time to a later one; negative where it is not later. */
export function secondsBetween(earlier: string, later: Date): number {
  return (later.getTime() - Date.parse(earlier)) / 1_000;
}

/** Whole seconds since a time. Never negative: another machine's clock may be ahead of this one. */
export function ageInSeconds(time: string, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1_000));
}
