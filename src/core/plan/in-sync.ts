import type { Snapshot } from '../facts/record.ts';
import { labelsAreDue } from './proof.ts';
import type { Observed, Plan, PlanInput } from './types.ts';

/** When the reading of the source's labels began; null where this look has not read them. */
export function labelsReadAt({ source, sourceContent }: Observed): string | null {
  if (!source || !sourceContent) return null;
  const { readSince } = sourceContent;
  return readSince !== undefined && readSince < source.observedAt ? readSince : source.observedAt;
}

export function labelsAreDueIn({ record, observed, policy, now }: PlanInput): boolean {
  return labelsAreDue(record, observed.labelEdits ?? 'unknown', policy.objectiveInSeconds, now);
}

/**
 * There is nothing to do. Since when that is known depends on the look: one that only counted proves nothing of labels,
 * unless the service is known to move `lastModified` with every edit of them.
 */
export function inSync({ record, observed }: PlanInput, source: Snapshot, reason: string): Plan {
  const labelsSeenAt = labelsReadAt(observed) ?? record.labelsSeenAt;
  const inSyncAt = observed.labelEdits === 'moves' ? source.observedAt : (labelsSeenAt ?? record.inSyncAt);
  return { kind: 'settled', as: 'in-sync', reason, source, inSyncAt, labelsSeenAt };
}
