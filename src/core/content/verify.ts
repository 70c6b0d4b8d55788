import type { Observation } from '../facts/model.ts';
import type { Difference, Run } from '../facts/record.ts';
import type { Content } from './revision.ts';
import { baselineOf, countsOf } from './revision.ts';

export interface Verdict {
  /** Content that the export has and the copy lacks. Any of these discards the copy. */
  readonly hard: readonly Difference[];
  /** Anything else that differs. It discards nothing, since it is not documented what survives an import. */
  readonly differences: Difference[];
  /** The copy as it was read; later changes are found by comparing with this. */
  readonly baseline: ReturnType<typeof baselineOf>;
}

/** Compares a finished import with the counts that the export gave. A count that it left out is not compared. */
export function verifyCopy(run: Run, observation: Observation, content: Content): Verdict {
  const exported = run.intent?.exported;
  const counts = countsOf(observation, content);
  const copied = { ...counts, images: Math.min(counts.images, content.images) };
  const hard: Difference[] = [];
  const differences: Difference[] = [];
  for (const what of ['images', 'tags', 'regions', 'iterations'] as const) {
    const expected = exported?.[what];
    const found = copied[what];
    if (expected === undefined || expected === null || expected === found) continue;
    const lacking = found < expected && what !== 'iterations';
    (lacking ? hard : differences).push({ what, expected: String(expected), found: String(found) });
  }
  const baseline = baselineOf(observation, content);
  for (const what of ['revision', 'digest'] as const) {
    const expected = run.before[what];
    if (expected !== null && expected !== baseline[what]) differences.push({ what, expected, found: baseline[what] });
  }
  return { hard, differences, baseline };
}
