import { ageInSeconds } from '../facts/time.ts';

/** When something counts as late, long or full, defined once. A test holds the queries of alerts to these numbers. */

/** The secondary holds more than this share of the projects that it may. */
export const QUOTA_SHARE = { low: 0.85, critical: 0.95 } as const;

/**
 * A project in scope may be without a copy, or a copy in the making, for so long or so many times its estimate.
 * @internal
 */
export const LONG_COPY = { inSeconds: 3_600, inEstimates: 3 } as const;

/** From this share of the objective on, a lag is shown as near it. */
const NEAR_OBJECTIVE_SHARE = 0.75;

/** How full the secondary is, from 0 to 1, or more; null where that is not known. */
export function fullness(projects: number | null, limit: number | null): number | null {
  if (projects === null || limit === null) return null;
  // A service that refused even the first project is full.
  return limit === 0 ? 1 : projects / limit;
}

/** `low` or `critical` by how full the secondary is; null where there is room. */
export function quotaLevel(projects: number | null, limit: number | null): 'warning' | 'critical' | null {
  const share = fullness(projects, limit) ?? 0;
  if (share > QUOTA_SHARE.critical) return 'critical';
  return share > QUOTA_SHARE.low ? 'warning' : null;
}

/** Whether a copy has been missing, or in the making, for longer than an import explains. */
export function takesTooLong(seconds: number, estimateInSeconds: number | null): boolean {
  return seconds > Math.max(LONG_COPY.inSeconds, LONG_COPY.inEstimates * (estimateInSeconds ?? 0));
}

/**
 * What failing over now would lose at most, in seconds: the age of the last moment at which the copy is known to have
 * held what the source held. Null where no copy ever did.
 */
export function atRiskInSeconds(lagSeconds: number | null, observedAt: string | null, now: Date): number | null {
  if (lagSeconds === null || observedAt === null) return null;
  return Math.max(lagSeconds, ageInSeconds(observedAt, now));
}

/** Whether more is at risk than the objective allows, or how far it is from that; null where there is no objective. */
export function againstObjective(seconds: number, objectiveInSeconds: number | null): 'beyond' | 'near' | 'far' | null {
  if (objectiveInSeconds === null) return null;
  if (seconds > objectiveInSeconds) return 'beyond';
  return seconds >= objectiveInSeconds * NEAR_OBJECTIVE_SHARE ? 'near' : 'far';
}
