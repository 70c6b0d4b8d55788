/** A list shorter than this share of the last accepted one, by more than one project, is taken for a fault. */
const SHARE_THAT_MAY_GO = 0.2;

export interface Brake {
  /** When the list was first found short. */
  readonly since: string;
  readonly accepted: number;
  readonly missing: number;
}

/**
 * Whether a list of the source's projects is so much shorter than the last accepted one that it is more likely a
 * fault (another account, a missing right, a broken answer) than a wave of deletions.
 */
export function isSuspicious(acceptedIds: readonly string[], listedIds: readonly string[]): boolean {
  const listed = new Set(listedIds);
  const missing = acceptedIds.filter((id) => !listed.has(id)).length;
  if (acceptedIds.length > 0 && listedIds.length === 0) return true;
  return missing > 1 && missing > acceptedIds.length * SHARE_THAT_MAY_GO;
}
