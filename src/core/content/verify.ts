import type { Observation } from '../facts/model.ts';
import { isTrained } from '../facts/model.ts';
import type { Difference, Run } from '../facts/record.ts';
import type { Content } from './revision.ts';
import { revisionOf } from './revision.ts';

export interface Verdict {
  /** Content that the export has and the copy lacks. Any of these discards the copy. */
  readonly hard: readonly Difference[];
  /** Anything else that differs. It discards nothing, since it is not documented what survives an import. */
  readonly differences: Difference[];
  /** The copy as it was read; later changes are found by comparing with this. */
  readonly baseline: { revision: string; digest: string; labels: string };
}

/** Compares a finished import with the counts that the export gave. A count that it left out is not compared. */
export function verifyCopy(run: Run, observation: Observation, content: Content): Verdict {
  const exported = run.intent?.exported;
  const counts = [
    ['images', exported?.images, Math.min(observation.imageCount, content.images)],
    ['tags', exported?.tags, observation.tags.length],
    ['regions', exported?.regions, content.regions],
    ['iterations', exported?.iterations, observation.iterations.filter(isTrained).length],
  ] as const;
  const hard: Difference[] = [];
  const differences: Difference[] = [];
  for (const [what, expected, found] of counts) {
    if (expected === undefined || expected === null || expected === found) continue;
    const lacking = found < expected && what !== 'iterations';
    (lacking ? hard : differences).push({ what, expected: String(expected), found: String(found) });
  }
  const baseline = { revision: revisionOf(observation), digest: content.digest, labels: content.labels };
  for (const what of ['revision', 'digest'] as const) {
    const expected = run.before[what];
    if (expected !== null && expected !== baseline[what]) differences.push({ what, expected, found: baseline[what] });
  }
  return { hard, differences, baseline };
}
